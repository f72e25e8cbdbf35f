"""Shapefile sets in a zip: all parts there, all of one length, on the Earth, their attributes telling on nobody."""

import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from catalog.errors import UnreadableFile
from opendata.validation.documents.archives import Contents, Examine, conclude, keep_findings, look_into_all
from opendata.validation.documents.dbf import Dbf, encoding_of, read_dbf, write_csv
from opendata.validation.documents.hidden_tables import look_for_persons
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.members import on_disk, sound_members
from opendata.validation.documents.shapes import Shapes, count_index, on_earth, read_shapes
from opendata.validation.documents.zips import Zip, ZipMember, open_zip

_NEEDED = ("shp", "shx", "dbf")
#: Parts that programs keep beside: spatial indexes, metadata.
_PARTS = frozenset({*_NEEDED, "prj", "cpg", "sbn", "sbx", "qix", "qpj", "fbn", "fbx", "ain", "aih", "atx", "ixs", "mxs", "fix", "cst"})  # fmt: skip
_NAME = re.compile(r'\s*(\w+)\s*\[\s*"([^"\]]{1,120})"')
_MOST_PRJ = 1 << 16


@dataclass(slots=True)
class _Set:
    """The members of one shapefile by extension; ``stem`` is its path without one."""

    stem: str
    members: dict[str, ZipMember] = field(default_factory=dict)


@dataclass(slots=True)
class _Unpacked:
    """The parts of one shapefile on disk."""

    shp: Path | None = None
    shx: Path | None = None
    dbf: Path | None = None


def check_shapefiles(inspection: Inspection, examine: Examine) -> None:
    """A zip with one or more shapefiles; what lies beside them is looked at as in any archive."""
    contents, layers = Contents(), list[dict[str, object]]()
    with open_zip(inspection.path, inspection.limits) as archive:
        sets, others = _sorted(sound_members(inspection, archive))
        for one in sets:
            for member in one.members.values():
                contents.take(member.name, member.size)
            layers.append(_Layer(inspection, archive, one).check())
        look_into_all(inspection, archive, others, contents, examine)
    inspection.tell({"layers": layers})
    conclude(inspection, contents)


def _sorted(members: list[ZipMember]) -> tuple[list[_Set], list[ZipMember]]:
    """The members by set, in order, and those that belong to none."""
    sets: dict[str, _Set] = {}
    for member in members:
        stem, extension = _split(member.name)
        if extension == "shp":
            sets.setdefault(stem, _Set(stem)).members["shp"] = member
    others = []
    for member in members:
        stem, extension = _split(member.name)
        if stem in sets and extension in _PARTS:
            sets[stem].members[extension] = member
        elif not (extension == "xml" and _split(stem)[0] in sets):
            others.append(member)
    return list(sets.values()), others


def _split(name: str) -> tuple[str, str]:
    stem, _, extension = name.replace("\\", "/").lower().rpartition(".")
    return stem, extension


class _Layer:
    """The check of one set."""

    def __init__(self, inspection: Inspection, archive: Zip, one: _Set) -> None:
        self._inspection, self._archive, self._set = inspection, archive, one
        self._shp = one.members["shp"]
        self._place = inspection.place(self._shp.name)

    def check(self) -> dict[str, object]:
        """Look at all parts; the facts of the layer."""
        name = PurePosixPath(self._shp.name.replace("\\", "/")).stem
        facts: dict[str, object] = {"name": name, "geometry": None, "features": None, "crs": None}
        for part in _NEEDED:
            if part not in self._set.members:
                self._missing(part)
        crs, is_geographic = self._crs()
        facts["crs"] = crs
        try:
            with ExitStack() as stack:
                parts = _Unpacked(*(self._unpacked(stack, part) for part in _NEEDED))
                shapes = read_shapes(parts.shp, parts.shx) if parts.shp else None
                if shapes:
                    facts |= {"geometry": shapes.geometry, "features": shapes.records}
                    self._within(shapes, is_geographic=is_geographic)
                self._counts(shapes, parts)
        except UnreadableFile as error:
            keep_findings(self._inspection, error, self._place)
        return facts

    def _unpacked(self, stack: ExitStack, part: str) -> Path | None:
        member = self._set.members.get(part)
        if member is None:
            return None
        place = self._inspection.place(member.name)
        return stack.enter_context(on_disk(self._inspection, self._archive.chunks(member), place))

    def _missing(self, part: str) -> None:
        self._inspection.add(
            "missing-part",
            f"Shapefile {self._place} 缺少同名的 .{part} 文件。",
            f"The shapefile {self._place} lacks its .{part} file.",
            member=self._place,
            expected="同名的 .shp、.shx、.dbf three files of one name",
        )

    def _text(self, part: str) -> str | None:
        member = self._set.members.get(part)
        if member is None:
            return None
        try:
            return self._archive.read(member, _MOST_PRJ).decode("utf-8", "replace")
        except UnreadableFile as error:
            keep_findings(self._inspection, error, self._inspection.place(member.name))
            return None

    def _crs(self) -> tuple[str | None, bool]:
        """The name of the coordinate system, and whether its numbers are degrees."""
        text = self._text("prj")
        found = _NAME.match(text or "")
        if found is None:
            tell_unknown_crs(self._inspection, self._place)
            return None, False
        return found[2], found[1].upper() in {"GEOGCS", "GEOGCRS", "GEODCRS"}

    def _within(self, shapes: Shapes, *, is_geographic: bool) -> None:
        if is_geographic and shapes.box is not None and not on_earth(shapes.box):
            tell_off_earth(self._inspection, self._place, shapes.box)

    def _counts(self, shapes: Shapes | None, parts: _Unpacked) -> None:
        """Hold the numbers of records against each other, and look at the attributes."""
        counts = {".shp": shapes.records} if shapes else {}
        if parts.shx:
            counts[".shx"] = count_index(parts.shx)
        if parts.dbf:
            dbf = read_dbf(parts.dbf)
            counts[".dbf"] = dbf.rows
            self._attributes(dbf, parts.dbf)
        if len(set(counts.values())) > 1:
            shown = "，".join(f"{part} {count}" for part, count in counts.items())
            self._inspection.add(
                "counts-differ",
                f"{self._place} 各文件的记录数不一致：{shown}。",
                f"The files of {self._place} have different numbers of records: {shown}.",
                member=self._place,
                value=shown,
            )

    def _attributes(self, dbf: Dbf, path: Path) -> None:
        place = self._inspection.place(self._set.members["dbf"].name)
        codec, is_sound = encoding_of(dbf, path, self._text("cpg"))
        if not is_sound:
            self._inspection.add(
                "encoding-error",
                f"{place} 的文字不是 {codec} 编码；请用 .cpg 文件写明正确的编码。",
                f"The texts of {place} are not in {codec}; name the right encoding in the .cpg file.",
                member=place,
                expected="UTF-8, GBK",
            )
        with tempfile.TemporaryDirectory(dir=self._inspection.scratch, prefix="dbf-") as folder:
            rows = Path(folder) / "rows.csv"
            write_csv(dbf, path, codec, rows)
            look_for_persons(self._inspection, rows, "rows.csv", place)


def tell_unknown_crs(inspection: Inspection, place: str) -> None:
    """Warn that nothing says in which coordinate system the numbers of *place* are."""
    inspection.warn(
        "unknown-crs",
        f"{place} 没有坐标系说明（.prj），使用者无法确定位置；请在资源说明中写明坐标系。",
        f"Nothing says in which coordinate system {place} is (.prj), so nobody can place it; declare it in the description.",
        member=place,
        expected="WGS84 或 CGCS2000",
    )


def tell_off_earth(inspection: Inspection, place: str, box: tuple[float, float, float, float]) -> None:
    """Note that coordinates of *place* that should be degrees reach beyond the Earth."""
    shown = ", ".join(f"{value:g}" for value in box)
    inspection.add(
        "outside-range",
        f"{place} 的坐标超出经纬度范围：{shown}。",
        f"Coordinates of {place} are no longitudes and latitudes: {shown}.",
        member=place,
        value=shown,
        expected="经度 -180…180，纬度 -90…90 longitude, latitude",
    )
