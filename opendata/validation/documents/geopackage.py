"""GeoPackage: an SQLite database that is read only, without running anything it holds, and not for long."""

import csv
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from opendata.tables.faults import malformed, too_large
from opendata.validation.documents.hidden_tables import look_for_persons
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.shapefiles import tell_off_earth, tell_unknown_crs

_CONTENTS = """
SELECT c.table_name, c.data_type, g.geometry_type_name, g.column_name, s.srs_name, c.srs_id, s.definition,
       c.min_x, c.min_y, c.max_x, c.max_y
FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id ORDER BY c.table_name
"""
#: Steps of SQLite's machine between two looks at how many there were, and how many looks there may be.
_STEPS, _LOOKS = 1_000_000, 1_000
_MOST_LAYERS, _MOST_COLUMNS = 500, 500


def check_geopackage(inspection: Inspection) -> None:
    """A GeoPackage.

    :raises UnreadableFile: SQLite finds it damaged, or it lacks its tables.
    """
    looks = 0

    def count() -> int:
        nonlocal looks
        looks += 1
        return int(looks > _LOOKS)

    address = f"file:{quote(str(inspection.path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.set_progress_handler(count, _STEPS)
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            _check(inspection, database)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # its message may quote a damaged name
        if looks > _LOOKS:
            raise too_large(
                "GeoPackage 读取时间过长", "reading the GeoPackage takes too long", f"<= {_LOOKS}"
            ) from error
        shown = str(error)[:120]
        raise malformed(
            "GeoPackage",
            f"数据库已损坏或结构不符（{shown}）",
            f"the database is damaged or of another structure ({shown})",
        ) from error


def _check(inspection: Inspection, database: sqlite3.Connection) -> None:
    answer = database.execute("PRAGMA quick_check(1)").fetchone()
    if answer is None or answer[0] != "ok":
        raise malformed("GeoPackage", "完整性检查未通过", "it does not pass SQLite's check of integrity")
    real = {
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
    }
    layers = []
    for row in database.execute(_CONTENTS).fetchmany(_MOST_LAYERS):
        table, kind, geometry, column, crs, srs, definition, *box = row
        layers.append(_layer(inspection, database, str(table), kind, geometry, crs, real))
        place = inspection.place(str(table))
        if kind == "features":
            if srs in {0, -1, None} or crs is None:
                tell_unknown_crs(inspection, place)
            elif str(definition or "").lstrip().upper().startswith("GEOG"):
                _within(inspection, place, box)
        if table in real:
            _attributes(inspection, database, str(table), column, place)
    if not layers:
        inspection.add("empty-file", "GeoPackage 没有任何图层。", "The GeoPackage has no layer at all.")
    inspection.tell({"layers": layers})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _layer(
    inspection: Inspection,
    database: sqlite3.Connection,
    table: str,
    kind: object,
    geometry: object,
    crs: object,
    real: set[str],
) -> dict[str, object]:
    features = None
    if table in real and kind != "tiles":
        features = database.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0]  # noqa: S608 - a quoted name
    elif table not in real:
        inspection.add(
            "missing-part",
            f"GeoPackage 目录中的图层 {table[:80]} 不存在。",
            f"The layer {table[:80]}, which its contents list, is not there.",
            member=inspection.place(table),
        )
    return {"name": inspection.place(table), "geometry": geometry if isinstance(geometry, str) else None, "features": features, "crs": crs if isinstance(crs, str) else None}  # fmt: skip


def _within(inspection: Inspection, place: str, box: list[object]) -> None:
    numbers = [value for value in box if isinstance(value, int | float)]
    if len(numbers) == 4:  # noqa: PLR2004 - the corners
        left, bottom, right, top = map(float, numbers)
        if not (-180 <= left <= right <= 180 and -90 <= bottom <= top <= 90):  # noqa: PLR2004 - degrees
            tell_off_earth(inspection, place, (left, bottom, right, top))


def _attributes(
    inspection: Inspection, database: sqlite3.Connection, table: str, geometry: object, place: str
) -> None:
    """Look for persons in the columns of *table* that are no geometry."""
    columns = [
        str(name)
        for _, name, kind, *_ in database.execute(f"PRAGMA table_info({_quoted(table)})")
        if name != geometry and str(kind).upper() != "BLOB"
    ][:_MOST_COLUMNS]
    if not columns:
        return
    with tempfile.TemporaryDirectory(dir=inspection.scratch, prefix="gpkg-") as folder:
        rows = Path(folder) / "rows.csv"
        with rows.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(columns)
            writer.writerows(_rows(database, table, columns))
        look_for_persons(inspection, rows, "rows.csv", place)


def _rows(database: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[list[str]]:
    wanted = ", ".join(map(_quoted, columns))
    for row in database.execute(f"SELECT {wanted} FROM {_quoted(table)}"):  # noqa: S608 - quoted names
        yield ["" if cell is None or isinstance(cell, bytes) else str(cell).replace("\0", "") for cell in row]
