"""KML and KMZ: places within longitudes and latitudes, nothing fetched from elsewhere, nobody told on."""

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

from opendata.tables.faults import malformed
from opendata.validation.documents.active import Acting
from opendata.validation.documents.addresses import is_foreign, runs
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.shapefiles import tell_off_earth
from opendata.validation.documents.shapes import Box, on_earth
from opendata.validation.documents.text_documents import look_at_markup
from opendata.validation.documents.told_persons import PersonWatch
from opendata.validation.documents.xml_events import Listener, file_chunks, listen

_GEOMETRIES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track"})
#: Texts of one element beyond this are cut: a path of a million points comes in pieces.
_PIECE = 1 << 20


class _Map:
    """What is met in one KML document."""

    def __init__(self, inspection: Inspection, acting: Acting, watch: PersonWatch) -> None:
        self._inspection, self._acting, self._watch = inspection, acting, watch
        self._stack: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self.features = 0
        self.geometries: Counter[str] = Counter()
        self.outside: Box | None = None

    def start(self, name: str, _: Mapping[str, str]) -> None:
        self._stack.append(name)
        self._text, self._length = [], 0
        if name == "Placemark":
            self.features += 1
        elif name in _GEOMETRIES and "Polygon" not in self._stack[:-1]:
            self.geometries[name] += 1
        elif name == "NetworkLink":
            self._acting.acts("network-link")

    def text(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)
        if self._length > _PIECE and self._stack[-1] == "coordinates":
            whole, _, rest = "".join(self._text).rpartition(" ")
            self._coordinates(whole)
            self._text, self._length = [rest], len(rest)

    def end(self, name: str) -> None:
        self._stack.pop()
        text, self._text, self._length = "".join(self._text), [], 0
        if name == "coordinates":
            self._coordinates(text)
        elif name == "href":
            if runs(text):
                self._acting.acts("script-address", text)
            elif is_foreign(text.strip()):
                self._acting.fetches(text.strip())
        else:
            if name in {"description", "text"}:
                look_at_markup(text, self._acting)
            self._watch.see(f"{text}\n")

    def _coordinates(self, text: str) -> None:
        for one in text.split():
            parts = one.split(",")
            try:
                x, y = float(parts[0]), float(parts[1])
            except (ValueError, IndexError):
                raise malformed(
                    "KML", f"坐标 {one[:40]} 不是数字", f"the coordinate {one[:40]} is no number"
                ) from None
            if not (math.isfinite(x) and math.isfinite(y) and on_earth((x, y, x, y))):
                self.outside = self.outside or (x, y, x, y)


def check_kml(inspection: Inspection) -> None:
    """A KML document, handed in by itself or the main one of a KMZ."""
    acting, watch = Acting(inspection), PersonWatch(inspection)
    found = _Map(inspection, acting, watch)
    try:
        listen(file_chunks(inspection.path), "KML", "KML", Listener(found.start, found.end, found.text))
    finally:
        acting.close()
        watch.close()
    geometry = found.geometries.most_common(1)[0][0] if found.geometries else None
    stem = PurePosixPath(inspection.name).stem
    inspection.book.facts.setdefault("layers", []).append(
        {"name": stem, "geometry": geometry, "features": found.features, "crs": "WGS 84"}
    )
    if found.outside:
        tell_off_earth(inspection, inspection.member or inspection.name, found.outside)
    if not found.features:
        inspection.add("empty-file", "KML 没有任何地标（Placemark）。", "The KML has no Placemark at all.")
