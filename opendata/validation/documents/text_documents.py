"""TXT, Markdown and HTML: decoded strictly, looked through for what tells on persons, pages for what acts."""

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path

from catalog.encoding import Encoding, decide
from opendata.tables.faults import too_large
from opendata.validation.documents.active import Acting
from opendata.validation.documents.addresses import css_runs, foreign_in_css, is_foreign, runs
from opendata.validation.documents.html_tokens import Raw, Tag, tokens
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.pages import said
from opendata.validation.documents.told_persons import PersonWatch

_CHUNK = 1 << 18
#: A page is held in memory whole.
_MOST_PAGE = 20 * 1024 * 1024
#: Raw contents within raw contents that are looked at.
_DEPTH = 3
_FRAMES = frozenset({"iframe", "frame", "object", "embed", "applet", "portal"})
#: Attributes whose address is fetched without anybody's doing.
_FETCHED = ("src", "srcset", "background", "poster", "data", "lowsrc", "dynsrc", "manifest", "codebase")
_FETCHED_LINKS = ("stylesheet", "icon", "preload", "prefetch", "import", "modulepreload", "manifest", "preconnect")  # fmt: skip


def decoded(path: Path, encoding: Encoding) -> Iterator[str]:
    """The text of *path*, piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
    with path.open("rb") as source:
        source.seek(encoding.skip)
        while chunk := source.read(_CHUNK):
            yield decoder.decode(chunk)


def _encoding(inspection: Inspection) -> Encoding:
    with inspection.path.open("rb") as source:
        return decide(source)


def check_text(inspection: Inspection) -> None:
    """TXT and Markdown."""
    encoding = _encoding(inspection)
    inspection.tell({"encoding": encoding.name})
    watch = PersonWatch(inspection)
    for piece in decoded(inspection.path, encoding):
        watch.see(piece)
    watch.close()


def check_page(inspection: Inspection) -> None:
    """HTML: a page of text, without anything that runs or comes from elsewhere."""
    if inspection.size > _MOST_PAGE:
        most = _MOST_PAGE // 2**20
        raise too_large(f"网页超过 {most} MB", f"the page has more than {most} MB", f"<= {most} MB")
    encoding = _encoding(inspection)
    inspection.tell({"encoding": encoding.name})
    text = "".join(decoded(inspection.path, encoding))
    acting = Acting(inspection)
    look_at_markup(text, acting)
    acting.close()
    watch = PersonWatch(inspection)
    for piece in said(text):
        watch.see(piece)
    watch.close()


def look_at_markup(text: str, acting: Acting, depth: int = 0) -> None:
    """Tell *acting* what in the page *text* runs or fetches.

    What a title or style holds is text in a page and markup in a drawing within it: it is looked at, too.
    """
    for token in tokens(text):
        if isinstance(token, Tag):
            if not token.ends:
                _tag(token, acting)
        elif isinstance(token, Raw) and token.element != "script":
            if token.element == "style":
                look_at_style(token.text, acting)
            if depth < _DEPTH:
                look_at_markup(token.text, acting, depth + 1)


def _tag(tag: Tag, acting: Acting) -> None:
    if tag.name == "script":
        acting.acts("script", tag.attributes.get("src", ""))
    elif tag.name in _FRAMES:
        acting.acts("frame", f"<{tag.name}>")
    elif tag.name == "form" and tag.attributes.get("action"):
        acting.acts("form", tag.attributes["action"])
    elif tag.name == "meta" and tag.attributes.get("http-equiv", "").strip().lower() == "refresh":
        acting.acts("redirect", tag.attributes.get("content", ""))
    elif tag.name in {"base", "link"} and _is_fetched(tag):
        acting.fetches(tag.attributes["href"])
    look_at_attributes(tag.attributes, acting)
    for name in _FETCHED:
        value = tag.attributes.get(name, "")
        if is_foreign(value) and tag.name != "script":
            acting.fetches(value)


def _is_fetched(tag: Tag) -> bool:
    """Whether the browser goes to the address of a ``link`` or ``base`` by itself."""
    relation = tag.attributes.get("rel", "").lower()
    passive = tag.name == "link" and not any(word in relation for word in _FETCHED_LINKS)
    return not passive and is_foreign(tag.attributes.get("href", ""))


def look_at_attributes(attributes: Mapping[str, str], acting: Acting) -> None:
    """Tell *acting* of the handlers, styles and running links among the *attributes* of any element."""
    for name, value in attributes.items():
        plain = name.lower().rpartition(":")[2]
        if plain.startswith("on") and len(plain) > 3:  # noqa: PLR2004 - onX names no event
            acting.acts("handler", f"{name}={value}")
        elif runs(value):
            acting.acts("script-address", value)
        elif plain == "style":
            look_at_style(value, acting)


def look_at_style(text: str, acting: Acting) -> None:
    """Tell *acting* what the style *text* runs or fetches."""
    address = foreign_in_css(text)
    if address:
        acting.fetches(address)
    if css_runs(text):
        acting.acts("script", text)
