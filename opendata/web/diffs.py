"""What changed between two releases of a dataset: as a page, as JSON, as CSV."""

from flask import Response, render_template

from catalog.queries import datasets
from opendata.pipeline.comparison import Comparison, compare
from opendata.publishing.diff.rows import CHANGE, FIELDS
from opendata.publishing.diff.telling import as_csv, as_json, columns, counts
from opendata.web.blueprint import pages
from opendata.web.door import services, session, today
from opendata.web.filters import plain

#: Differing rows that the page shows; the files have all.
SHOWN = 200


@pages.get("/datasets/<slug>/diff/<int:old>..<int:new>")
def diff_page(slug: str, old: int, new: int) -> str:
    """Schema, counts, and the first rows that differ, cell by cell."""
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
    found = compare(services(), session(), slug, old, new)
    return _streamed(as_json(_head(found), found.rows), "application/json", f"{slug}-diff-{old}-{new}.json")


@pages.get("/datasets/<slug>/diff/<int:old>..<int:new>.csv")
def diff_csv(slug: str, old: int, new: int) -> Response:
    """The rows that differ, for a spreadsheet."""
    found = compare(services(), session(), slug, old, new)
    return _streamed(as_csv(found.rows), "text/csv; charset=utf-8", f"{slug}-diff-{old}-{new}.csv")


def _head(found: Comparison) -> dict[str, object]:
    changes = [one.to_dict() for one in found.schema.changes]
    named = {"dataset": found.slug, "from": found.old, "to": found.new}
    return {**named, "breaking": bool(found.schema.breaking), "schema": changes}


def _streamed(parts: object, media_type: str, name: str) -> Response:
    answer = Response(parts, content_type=media_type)  # type: ignore[arg-type]  # an iterator of texts
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer
