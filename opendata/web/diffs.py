"""What changed between two releases of a dataset: as a page, as JSON, as CSV.

Tables are compared row by row, what was published as it came as files.
"""

from flask import Response, jsonify, render_template

from catalog.queries import datasets
from opendata.pipeline.comparison import Comparison, compare
from opendata.pipeline.file_comparison import compare_files
from opendata.publishing.diff.files import FileDiff
from opendata.publishing.diff.rows import CHANGE, FIELDS
from opendata.publishing.diff.telling import as_csv, as_json, columns, counts, members_as_csv
from opendata.web.blueprint import pages
from opendata.web.door import services, session, today
from opendata.web.filters import plain

#: Differing rows that the page shows; the files have all.
SHOWN = 200


@pages.get("/datasets/<slug>/diff/<int:old>..<int:new>")
def diff_page(slug: str, old: int, new: int) -> str:
    """Schema, counts, and the first rows that differ, cell by cell; or what became of the file."""
    if (file := compare_files(services(), session(), slug, old, new)) is not None:
        return _file_page(slug, old, new, file)
    found = compare(services(), session(), slug, old, new)
    lines = [
        (row[CHANGE], {*(row[FIELDS] or ())}, [row[name] for name in columns(found.rows)])
        for row in found.rows.rows.head(SHOWN).iter_rows(named=True)
    ]
    return render_template(
        "diff.html",
        dataset=datasets.dataset(session(), slug, today()),
        found=found,
        counts=counts(found.rows),
        columns=columns(found.rows),
        lines=lines,
        total=found.rows.rows.height,
        plain=plain,
    )


@pages.get("/datasets/<slug>/diff/<int:old>..<int:new>.json")
def diff_json(slug: str, old: int, new: int) -> Response:
    """All of it for programs."""
    if (file := compare_files(services(), session(), slug, old, new)) is not None:
        answer = jsonify(dataset=slug, **{"from": old, "to": new}, file=file.to_dict())
        return _as_file(answer, f"{slug}-diff-{old}-{new}.json")
    found = compare(services(), session(), slug, old, new)
    return _streamed(as_json(_head(found), found.rows), "application/json", f"{slug}-diff-{old}-{new}.json")


@pages.get("/datasets/<slug>/diff/<int:old>..<int:new>.csv")
def diff_csv(slug: str, old: int, new: int) -> Response:
    """The rows, or the members of an archive, that differ, for a spreadsheet."""
    if (file := compare_files(services(), session(), slug, old, new)) is not None:
        return _streamed(members_as_csv(file), "text/csv; charset=utf-8", f"{slug}-diff-{old}-{new}.csv")
    found = compare(services(), session(), slug, old, new)
    return _streamed(as_csv(found.rows), "text/csv; charset=utf-8", f"{slug}-diff-{old}-{new}.csv")


def _file_page(slug: str, old: int, new: int, found: FileDiff) -> str:
    dataset = datasets.dataset(session(), slug, today())
    return render_template(
        "file_diff.html", dataset=dataset, slug=slug, old=old, new=new, found=found, shown=SHOWN
    )


def _head(found: Comparison) -> dict[str, object]:
    changes = [one.to_dict() for one in found.schema.changes]
    named = {"dataset": found.slug, "from": found.old, "to": found.new}
    return {**named, "breaking": bool(found.schema.breaking), "schema": changes}


def _streamed(parts: object, media_type: str, name: str) -> Response:
    answer = Response(parts, content_type=media_type)  # type: ignore[arg-type]  # an iterator of texts
    return _as_file(answer, name)


def _as_file(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer
