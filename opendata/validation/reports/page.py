"""Reports as one page that stands alone: no script, no other file, no foreign host; read on a phone or printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from catalog.cell_names import column_letters
from catalog.records import Text
from opendata.validation.context import Told
from opendata.validation.names import name_of
from opendata.validation.report import ColumnReport, Report
from opendata.validation.reports.document_facts import document_facts


@dataclass(frozen=True, slots=True)
class Group:
    """The faults of one code: its heading, how many there are, whether they are mere warnings (*mild*),
    and those that are shown.
    """

    code: str
    name: Text
    count: int
    mild: bool
    shown: tuple[Told, ...]

    @property
    def hint(self) -> Text | None:
        """How they are mended, if that is the same for all."""
        hints = {told.hint for told in self.shown}
        return next(iter(hints)) if len(hints) == 1 else None


def groups(report: Report, limit: int | None = None) -> Iterator[Group]:
    """The kept findings of *report* by code, in the order of their first place; of each code at most *limit*."""
    codes = dict.fromkeys([*(finding.code for finding in report.findings), *report.counts])
    for code in codes:
        told = [report.told(finding) for finding in report.findings if finding.code == code]
        mild = bool(told) and all(one.finding.severity == "warning" for one in told)
        yield Group(code, name_of(code), report.counts.get(code, len(told)), mild, tuple(told[:limit]))


def faulty_columns(report: Report) -> list[ColumnReport]:
    """The columns in which anything was found, or which are masked."""
    return [column for column in report.columns if column.counts or column.masked]


def report_page(reports: Sequence[Report], limit: int | None = None) -> str:
    """One HTML page with all *reports*, Chinese first.

    :param limit: how many findings of each code are shown; default: all that are kept.
    """
    page = Environment(
        loader=PackageLoader("opendata.validation.reports", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    ).get_template("page.html")
    return page.render(
        reports=reports,
        groups=lambda report: list(groups(report, limit)),
        mild_of=lambda report: {group.code for group in groups(report, 0) if group.mild},
        faulty_columns=faulty_columns,
        facts_of=lambda report: list(document_facts(report)),
        letters=column_letters,
        name_of=name_of,
    )
