"""``withdraw``: take a release out of the public's hands."""

import click

from catalog.vocabularies import GROUND
from opendata import pipeline, review
from opendata.cli.console import as_json, open_services, out, show_json


@click.command()
@click.argument("release", metavar="DATASET/NUMBER")
@click.option("--reason", required=True, help="What happened; the public reads it on the tombstone.")
@click.option(
    "--because",
    "ground",
    required=True,
    type=click.Choice([term.code for term in GROUND]),
    help="The ground. Files are erased for personal-data and secrecy only.",
)
@click.option("--actor", required=True, help="Who withdraws it.")
@as_json
def withdraw(release: str, reason: str, ground: str, actor: str, json_output: bool) -> None:
    """撤回已发布的版本 | Withdraw a release: its page stays and says why.

    \b
    Example:
      opendata withdraw bus-lines-307013-4/2 --because personal-data --reason 含驾驶员手机号 --actor 张三
    """
    with open_services() as services:
        done = review.withdraw(services, release, ground=ground, reason=reason, actor=f"person:{actor}")
        erased = bool(done.erase_pending and pipeline.erase(services))
    if json_output:
        show_json(
            {"release": release, "state": done.state, "ground": ground, "reason": reason, "erased": erased}
        )
    else:
        files = "文件已删除 | its files are erased" if erased else "文件留存备查 | its files are kept, closed"
        out.print(f"{release}: withdrawn（{GROUND.term(ground).zh} | {GROUND.term(ground).en}），{files}")
