"""SVG: a picture that is a program's text; it may hold nothing that runs, fetches or reads other files."""

import re
from collections.abc import Mapping

from opendata.validation.documents.active import Acting
from opendata.validation.documents.addresses import is_foreign, runs
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.text_documents import look_at_attributes, look_at_style
from opendata.validation.documents.told_persons import PersonWatch
from opendata.validation.documents.xml_events import Listener, file_chunks, listen

_FRAMES = frozenset({"iframe", "object", "embed", "foreignobject"})
#: Elements whose address is fetched without anybody's doing.
_FETCHING = frozenset({"image", "use", "feimage", "script", "pattern", "lineargradient", "radialgradient", "filter", "textpath", "mpath", "img", "video", "audio", "link", "tref", "cursor", "altglyph", "font-face-uri"})  # fmt: skip
_ANIMATIONS = frozenset({"set", "animate", "animatetransform", "animatemotion"})
_LENGTH = re.compile(r"\s*(\d{1,7}(?:\.\d{1,9})?)\s*(?:px)?\s*\Z", re.ASCII)


class _Drawing:
    def __init__(self, inspection: Inspection, acting: Acting, watch: PersonWatch) -> None:
        self._inspection, self._acting, self._watch = inspection, acting, watch
        self._stack: list[str] = []
        self._style: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        plain = name.lower()
        if not self._stack:
            self._size(attributes)
        self._stack.append(plain)
        if plain == "script":
            self._acting.acts("script", attributes.get("href", ""))
        elif plain in _FRAMES:
            self._acting.acts("frame", f"<{name}>")
        look_at_attributes(attributes, self._acting)
        for key, value in attributes.items():
            local = key.rpartition(":")[2].lower()
            if local in {"href", "src"} and plain in _FETCHING and is_foreign(value):
                self._acting.fetches(value)
        if plain in _ANIMATIONS:
            self._animation(attributes)

    def _animation(self, attributes: Mapping[str, str]) -> None:
        """An animation can put a script where a link was, or a handler where none was."""
        target = attributes.get("attributeName", "").lower().rpartition(":")[2]
        values = ";".join(attributes.get(name, "") for name in ("to", "from", "values")).split(";")
        if target.startswith("on") or any(runs(value) for value in values):
            self._acting.acts("script-address", f"animate {target}")

    def _size(self, attributes: Mapping[str, str]) -> None:
        sizes = [_LENGTH.match(attributes.get(name, "")) for name in ("width", "height")]
        if all(sizes):
            width, height = (float(one[1]) if one else 0 for one in sizes)
            self._inspection.tell({"width": round(width), "height": round(height)})

    def end(self, _: str) -> None:
        if self._stack.pop() == "style":
            look_at_style("".join(self._style), self._acting)
            self._style.clear()
        self._watch.see("\n")

    def text(self, text: str) -> None:
        if self._stack[-1] == "style":
            self._style.append(text)
        elif self._stack[-1] not in {"script", "metadata"}:
            self._watch.see(text)

    def instruction(self, target: str, content: str) -> None:
        if target == "xml-stylesheet":
            self._acting.fetches(content[:120])


def check_svg(inspection: Inspection) -> None:
    """SVG."""
    acting, watch = Acting(inspection), PersonWatch(inspection)
    drawing = _Drawing(inspection, acting, watch)
    listener = Listener(drawing.start, drawing.end, drawing.text, drawing.instruction)
    try:
        listen(file_chunks(inspection.path), "SVG", "SVG", listener, public_doctype=True)
    finally:
        acting.close()
        watch.close()
