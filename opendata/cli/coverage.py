"""``coverage``: how far the units are covered, against the target."""

from datetime import datetime

import click

from catalog.codes import is_division_code
from catalog.errors import InvalidInput
from catalog.vocabularies import DOMAIN, LEVEL
from opendata.cli.console import DATE, DAY, as_json, open_services, out, show_json, show_table
from opendata.indicators.base import Measurement
from opendata.indicators.coverage import DEFINITIONS, Coverage, measure

MOMENT = click.DateTime(formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"])


@click.command()
@click.option("--as-of", type=DAY, metavar=DATE, help="The day to measure (default: today).")
@click.option(
    "--known-at",
    type=MOMENT,
    metavar="YYYY-MM-DDThh:mm:ss+zz:zz",
    help="As known at this moment (default: all that is recorded).",
)
@click.option("--level", type=click.Choice([term.code for term in LEVEL]))
@click.option("--region", metavar="CODE", help="Division code: 370000, 370100, 370102.")
@click.option("--domain", type=click.Choice([term.code for term in DOMAIN]))
@as_json
def coverage(
    as_of: datetime | None,
    known_at: datetime | None,
    level: str | None,
    region: str | None,
    domain: str | None,
    json_output: bool,
) -> None:
    """公共数据开放单位覆盖率 | Coverage of the units that owe open data, with evidence.

    \b
    Examples:
      opendata coverage
      opendata coverage --as-of 2018-12-31 --json
      opendata coverage --as-of 2020-12-31 --level county
    """
    if region and not is_division_code(region):
        raise InvalidInput(
            f"{region!r} 不是区划代码，应为六位数字，如 370102",
            f"{region!r} is no division code; expected six digits, such as 370102",
        )
    with open_services() as services, services.readers() as session:
        measured = measure(
            session,
            as_of.date() if as_of else services.today(),
            known_at,
            target=services.settings.target_percent,
            grace_days=services.settings.grace_days,
            level=level,
            region=region,
            domain=domain,
        )
    if json_output:
        show_json(measured.to_dict())
    else:
        _show(measured)


def _show(measured: Coverage) -> None:
    rows = [
        (
            f"{name} {DEFINITIONS[name].zh.split('：')[0]}",
            *_cells(value),
            *_cells(measured.with_exclusions[name])[:2],
        )
        for name, value in measured.definitions.items()
    ]
    columns = ("定义 | definition", "n/d", "%", "达标 | met", "还差 | needed", "含除外 n/d", "含除外 %")
    show_table(f"覆盖率 | coverage {measured.as_of}  目标 | target {measured.target} %", columns, rows)
    for unit in measured.excluded:
        out.print(f"  不纳入 | excluded: {unit.code} {unit.name}（{unit.reason}）")


def _cells(value: Measurement) -> tuple[str, str, str, str]:
    if value.denominator == 0:
        return f"{value.numerator}/0", "未定义 | undefined", "—", "—"
    met = "是 | yes" if value.met else "否 | no"
    return f"{value.numerator}/{value.denominator}", str(value.percent), met, str(value.units_needed)
