"""The command line: one group, a file per subject.

Exit codes: 0 good, 1 findings (the run went well, the data did not), 2 broken or misused.
"""

import click

from opendata import __version__
from opendata.cli.coverage import coverage
from opendata.cli.diff import diff
from opendata.cli.door import Door
from opendata.cli.keys import keys, verify
from opendata.cli.ledger import ledger
from opendata.cli.mirror import mirror
from opendata.cli.registries import inventory, negative_list, plan, roster
from opendata.cli.review import review
from opendata.cli.schema import schema
from opendata.cli.search import search
from opendata.cli.serve import serve
from opendata.cli.setup import doctor, init, settings
from opendata.cli.sources import source
from opendata.cli.steps import harvest, index, publish, run
from opendata.cli.storage import storage
from opendata.cli.validate import validate
from opendata.cli.withdraw import withdraw


@click.group("opendata", cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="opendata")
def main() -> None:
    """公共数据开放平台 | Publish a government's open data.

    \b
    Examples:
      opendata init --sample shandong    create the tables, load the sample province
      opendata run                       harvest, validate, review, publish, index, check
      opendata coverage                  how far from the target
      opendata serve                     the portal on http://127.0.0.1:5000
    """


for _command in (
    init,
    doctor,
    settings,
    roster,
    inventory,
    plan,
    negative_list,
    source,
    harvest,
    validate,
    schema,
    review,
    publish,
    withdraw,
    diff,
    index,
    run,
    search,
    storage,
    mirror,
    coverage,
    verify,
    keys,
    ledger,
    serve,
):
    main.add_command(_command)
