"""Validate: the rows swept by columns, or each judged; every fault counted, a report at the end."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog.records import Finding, Text
from catalog.scratch import scratch_folder
from opendata.tables import Table, read
from opendata.tables.columns import Columns, match_columns
from opendata.tables.masking import is_masked
from opendata.validation.checks import row_checks, row_count_findings
from opendata.validation.evidence import evidence
from opendata.validation.header import header_findings
from opendata.validation.known import Divisions, Known
from opendata.validation.labels import without_persons
from opendata.validation.leaving import Leaving, leaving_typed
from opendata.validation.outside import Outside, look_up
from opendata.validation.privacy import PrivacyWatch
from opendata.validation.readings import NotVectorised
from opendata.validation.reference import judge
from opendata.validation.registry import named_schema, schema_file
from opendata.validation.report import Report
from opendata.validation.schema import Schema, make_schema
from opendata.validation.sweep import Sweep
from opendata.validation.tally import Tally
from opendata.validation.watches import Watches


def _report(
    table: Table,
    columns: Columns | None,
    schema: Schema,
    tally: Tally,
    paths: Mapping[str, str],
    notes: tuple[Text, ...],
) -> Report:
    shown = evidence(table, columns, schema, tally, paths)
    return Report(
        valid=tally.valid,
        rows=table.rows,
        findings=shown.findings,
        counts=tally.counts(),
        schema={"name": schema.name, "sha256": schema.sha256, "origin": schema.origin},
        format=table.format,
        header_row=table.header_row,
        sha256=table.sha256,
        size=table.size,
        encoding=table.encoding,
        sheet=table.sheet,
        notes=(*table.notes, *notes),
        paths=paths,
        file=table.name,
        first_column=table.first_column,
        columns=shown.columns,
        excerpts=shown.excerpts,
        hints=shown.hints,
    )


Seen = tuple[PrivacyWatch, Mapping[str, str], tuple[Text, ...]]


def _judge_every_row(table: Table, columns: Columns, schema: Schema, outside: Outside, tally: Tally) -> Seen:
    """The judge sees every row."""
    checks = row_checks(table, columns, schema, outside.known, outside.foreign)
    watch = PrivacyWatch(len(table.labels), table.labels)
    watches = Watches(table, columns, schema, outside.known)
    for row in judge(table, columns, schema):
        tally.add_all(row.findings, row.cells)
        watch.see(row.number, row.cells)
        watches.see_row(row)
        for check in checks:
            tally.add_all(check(row), row.cells)
    tally.add_all(watches.findings())
    return watch, dict.fromkeys(table.labels, "reference"), watches.notes()


def _sweep_rows(
    table: Table,
    columns: Columns,
    schema: Schema,
    outside: Outside,
    tally: Tally,
    scratch: Path | None,
    leaving: Leaving,
) -> Seen:
    """All rows at once, if the sweep can tell them all; how each column was judged."""
    try:
        sweep = Sweep(table, columns, schema, outside.known, outside.foreign, scratch)
        watch = PrivacyWatch(len(table.labels), table.labels)
        counts, first = sweep.run(watch, leaving.see)
    except NotVectorised:
        return _judge_every_row(table, columns, schema, outside, tally)
    tally.add_known(counts, first, sweep.column_counts, sweep.rows)
    tally.add_all(sweep.watches.findings())
    return watch, sweep.paths, sweep.watches.notes()


def _personal(table: Table, columns: Columns, schema: Schema, watch: PrivacyWatch) -> Iterator[Finding]:
    names = [
        table.labels[column] if index is None else schema.fields[index]["name"]
        for column, index in enumerate(columns.fields)
    ]
    numbers = [table.physical_column(column + 1) for column in range(len(names))]
    # What a condition lets stand is published as it is: there nothing personal may be either.
    masked = [field["name"] for field in schema.fields if is_masked(field) and "unless" not in field["mask"]]
    yield from watch.findings(names, numbers, schema.descriptor.get("public", {}), masked)


def validate_table(
    table: Table,
    schema: Schema,
    *,
    divisions: Collection[str] | None = None,
    previous: Report | None = None,
    every_row: bool = False,
    known: Known | None = None,
    scratch: Path | None = None,
    typed: Path | None = None,
    mask_key: str = "",
) -> Report:
    """Judge *table* by *schema*.

    :param divisions: the six-digit codes that exist; without them a division code's shape alone is judged.
    :param previous: the report on the dataset's last release; a loss of more than half its rows is a warning.
    :param every_row: let frictionless itself judge every row, a hundred times slower; only ``paths`` differs.
    :param known: what stands outside the file: dated divisions, vocabularies, other datasets, the last release.
    :param scratch: a folder for what does not fit into memory; default: the system's.
    :param typed: where the rows are left as a :class:`~opendata.tables.typed_file.TypedFile`, if the table
        is valid (in rare cases not even then: see :class:`~opendata.tables.typed_writer.TypedWriter`).
    :param mask_key: the secret of columns that are masked by hash.
    :raises InvalidInput: the schema names an unknown vocabulary, or refers to too many keys.
    :raises StorageFull: no room in *scratch*.
    """
    table, known = without_persons(table), known or Known()
    if divisions is not None:
        known = replace(known, divisions=Divisions.always(divisions))
    tally = Tally()
    with leaving_typed(table, schema.descriptor, typed, mask_key) as leaving:
        paths: Mapping[str, str] = {}
        notes: tuple[Text, ...] = ()
        columns: Columns | None = None
        tally.add_all(table.findings)
        if table.readable:
            columns = match_columns(table.labels, schema.fields)
            tally.add_all(header_findings(table, columns, schema))
            tally.add_all(row_count_findings(schema, table.rows, previous.rows if previous else None))
            if table.rows:
                outside = look_up(table, columns, schema, known)
                tally.add_all(outside.findings)
                if every_row:
                    watch, paths, notes = _judge_every_row(table, columns, schema, outside, tally)
                else:
                    watch, paths, notes = _sweep_rows(
                        table, columns, schema, outside, tally, scratch, leaving
                    )
                notes = (*outside.notes, *notes)
                tally.add_all(_personal(table, columns, schema, watch))
        if tally.valid:
            leaving.finish()
    return _report(table, columns, schema, tally, paths, notes)


def _schema(schema: str | Path | Mapping[str, Any] | Schema, schemas: Path) -> Schema:
    match schema:
        case Schema():
            return schema
        case str():
            return named_schema(schema, schemas)
        case Path():
            return schema_file(schema)
    return make_schema(schema, str(schema.get("name", "schema")), "named")


@contextmanager
def _scratch(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with scratch_folder() as made:
        yield made


def validate(
    path: Path,
    schema: str | Path | Mapping[str, Any] | Schema,
    *,
    schemas: Path,
    divisions: Collection[str] | None = None,
    scratch: Path | None = None,
    previous: Report | None = None,
    name: str | None = None,
    known: Known | None = None,
    typed: Path | None = None,
    mask_key: str = "",
) -> Report:
    """Read the file *path* and judge it.

    :param schema: a schema's name in the folder *schemas*, a schema file, a descriptor, or a ready schema.
    :param scratch: a folder for the normalised copy, which is left there; without one, none is left.
    :param name: the file's own name, when *path* is named by its hash.
    :param known: see :func:`validate_table`; by default the vocabularies in *schemas* are known.
    :param typed: where a valid file's rows are left, typed; with *mask_key*, see :func:`validate_table`.
    :raises NotFound: no such file, no such schema.
    :raises InvalidInput: the schema is wrong. A bad *file* is a report.
    """
    ready = _schema(schema, schemas)
    with _scratch(scratch) as folder:
        table = read(path, name=name, scratch=folder, dialect=ready.dialect)
        known = known or Known(vocabularies=schemas / "vocabularies")
        return validate_table(
            table,
            ready,
            divisions=divisions,
            previous=previous,
            known=known,
            scratch=folder,
            typed=typed,
            mask_key=mask_key,
        )
