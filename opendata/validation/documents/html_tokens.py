"""HTML cut into tags and text as a browser would, in one pass: no quotation mark or comment left open slows it."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)(\s*=\s*)?")
_BARE = re.compile(r"[^\s>]*")
#: Elements whose content is no markup.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "noscript"})


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its ``name`` in small letters, whether it ``ends`` an element, its attributes (entities replaced)."""

    name: str
    ends: bool
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Raw:
    """The content of a script or style."""

    element: str
    text: str


Token = Tag | Raw | str


def tokens(text: str) -> Iterator[Token]:
    """The tags, raw contents and texts of the page *text*, in order."""
    at, size = 0, len(text)
    while at < size:
        opens = text.find("<", at)
        if opens < 0:
            yield html.unescape(text[at:])
            return
        if opens > at:
            yield html.unescape(text[at:opens])
        if text.startswith("<!--", opens):
            # A browser takes <!--> and <!---> for whole comments, and --!> for an end.
            at = min(_after(text, "-->", opens + 2), _after(text, "--!>", opens + 2))
        elif text.startswith(("<!", "<?"), opens):
            at = _after(text, ">", opens)
        else:
            found = _NAME.match(text, opens)
            if found is None:
                yield "<"
                at = opens + 1
                continue
            tag, at = _tag(text, found)
            yield tag
            if tag.name in _RAW and not tag.ends and at < size:
                closes = _closing(text, tag.name, at)
                yield Raw(tag.name, text[at:closes])
                at = closes


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def _closing(text: str, name: str, start: int) -> int:
    found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, start)
    return found.start() if found else len(text)


def _tag(text: str, found: "re.Match[str]") -> tuple[Tag, int]:
    at, attributes = found.end(), dict[str, str]()
    while at < len(text):
        one = _ATTRIBUTE.match(text, at)
        if one is None:
            break
        name, at = one[1].lower(), one.end()
        value = ""
        if one[2]:
            value, at = _value(text, at)
        attributes.setdefault(name, html.unescape(value))
    closes = text.find(">", at)
    tag = Tag(found[1].lower(), text.startswith("</", found.start()), attributes)
    return tag, len(text) if closes < 0 else closes + 1


def _value(text: str, at: int) -> tuple[str, int]:
    quote = text[at : at + 1]
    if quote in {'"', "'"}:
        closes = text.find(quote, at + 1)
        return (text[at + 1 :], len(text)) if closes < 0 else (text[at + 1 : closes], closes + 1)
    bare = _BARE.match(text, at)
    return (bare[0], bare.end()) if bare else ("", at)
