"""Many files judged, one after the other or by several processes; each report as soon as it is there, in order."""

import multiprocessing
import signal
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import OpenDataError
from opendata.cli.inputs import TABLE_SUFFIXES, Input
from opendata.tables import read
from opendata.tables.dialect import FOUND_OUT
from opendata.validation import Report, Schema, infer_schema, validate_table
from opendata.validation.documents import identify, inspect
from opendata.validation.known import Known
from opendata.validation.reports.marked_workbook import findings_workbook, write_marked


@dataclass(frozen=True, slots=True)
class Job:
    """One file to judge: by *schema*, or by one inferred from it; ``copy`` receives the marked copy, if any.

    ``kind`` is what it is declared to be, a code of RELEASE_KIND; without it, and without a schema, the
    content decides whether it is judged as a table, unless its name promises one. ``vocabularies`` is the
    folder of those that the schema may name beside the catalogue's own.
    """

    file: Input
    schema: Schema | None
    scratch: Path
    copy: Path | None
    kind: str | None = None
    vocabularies: Path | None = None

    @property
    def is_table(self) -> bool:
        """Whether the file is judged as a table."""
        if self.schema is not None or self.kind is not None:
            return self.kind in {None, "table"}
        promised = Path(self.file.name).suffix.lower() in TABLE_SUFFIXES
        return promised or identify(self.file.path, self.file.name).kind == "table"


def judge(job: Job) -> Report:
    """Judge one file. What is made on the way is gone afterwards.

    :raises OpenDataError: the run broke.
    """
    with tempfile.TemporaryDirectory(dir=job.scratch) as folder:
        return _table(job, Path(folder)) if job.is_table else _document(job, Path(folder))


def _table(job: Job, folder: Path) -> Report:
    dialect = job.schema.dialect if job.schema else FOUND_OUT
    table = read(job.file.path, name=job.file.name, scratch=folder, dialect=dialect)
    known = Known(vocabularies=job.vocabularies)
    report = validate_table(table, job.schema or infer_schema(table), known=known).renamed(job.file.shown)
    if job.copy is not None:
        write_marked(table, report, job.copy)
    return report


def _document(job: Job, folder: Path) -> Report:
    """What is no table has no cells to mark: the copy is the list of its faults."""
    report = inspect(job.file.path, job.file.name, job.kind, scratch=folder).renamed(job.file.shown)
    if job.copy is not None:
        job.copy.write_bytes(findings_workbook([report]))
    return report


def judge_all(jobs: Sequence[Job], processes: int) -> Iterator[Report]:
    """The report on every job, in order. Leaving early, as by Ctrl-C, ends all work."""
    if processes <= 1 or len(jobs) <= 1:
        yield from map(judge, jobs)
        return
    # A forked process would inherit the locks of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    # Ctrl-C reaches every process of a terminal; only the first answers it, and ends the others, which
    # are born deaf to it.
    answering = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pool = context.Pool(min(processes, len(jobs)))
    finally:
        signal.signal(signal.SIGINT, answering)
    with pool:
        yield from _raised(pool.imap(_judge_or_tell, jobs))


@dataclass(frozen=True, slots=True)
class _Broken:
    """An error on its way between processes: its class and its two sentences."""

    kind: type[OpenDataError]
    zh: str
    en: str


def _judge_or_tell(job: Job) -> Report | _Broken:
    try:
        return judge(job)
    except OpenDataError as error:
        return _Broken(type(error), error.text.zh, error.text.en)


def _raised(told: Iterable[Report | _Broken]) -> Iterator[Report]:
    for one in told:
        if isinstance(one, _Broken):
            raise one.kind(one.zh, one.en)
        yield one
