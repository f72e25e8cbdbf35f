"""What templates may call: words in the reader's language, and numbers, sizes and moments as people read them."""

from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from markupsafe import Markup, escape

from catalog import vocabularies
from catalog.moments import CHINA
from catalog.plan import METHOD
from catalog.queries.datasets import DESCRIPTIONS
from catalog.records import Text
from catalog.withdrawal import ERASING
from opendata.services import Services
from opendata.validation.names import name_of
from opendata.web.language import ENGLISH, language, other_language
from opendata.web.strings import STRINGS

VOCABULARIES = {
    vocabulary.name: vocabulary
    for vocabulary in (
        vocabularies.OPENNESS,
        vocabularies.SHARING,
        vocabularies.UPDATE_CYCLE,
        vocabularies.DOMAIN,
        vocabularies.THEME,
        vocabularies.LEVEL,
        vocabularies.UNIT_CLASS,
        vocabularies.FIELD_TYPE,
        vocabularies.SCOPE,
        vocabularies.SOURCE_KIND,
        vocabularies.GROUND,
        vocabularies.RELEASE_KIND,
        METHOD,
    )
}
_KIB = 1024
_MINUTE = 60


def say(key: str, **values: object) -> str:
    """The sentence *key* of the catalogue of strings, its ``{places}`` filled with *values*."""
    return told(STRINGS[key]).format(**values)


def told(text: Text) -> str:
    """A bilingual sentence in the reader's language."""
    return text.en if language() == "en" else text.zh


def meaning(text: Text) -> str:
    """What stands after the colon of a definition's sentence."""
    return told(text).partition(": " if language() == "en" else "：")[2] or told(text)


def name(zh: str, en: str = "") -> Markup:
    """A name in the reader's language; Chinese within an English page is marked as Chinese."""
    if language() == "zh":
        return escape(zh)
    return escape(en) if en else Markup('<span lang="zh-CN">{}</span>').format(zh)


def plain(zh: str, en: str = "") -> str:
    """The same as :func:`name`, for places that hold no markup."""
    return en if en and language() == "en" else zh


def label(vocabulary: str, code: str | None) -> str:
    """What a code of a vocabulary is called; a code that it does not know stays as it is."""
    term = VOCABULARIES[vocabulary].find(code or "")
    if term is None:
        return code or "—"
    return term.en if language() == "en" else term.zh


def cell(value: object) -> str:
    """A value of a table as our files spell it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def called(group: str, code: str) -> str:
    """What *code* is called by the sentence ``group.code``; a code without one stays as it is."""
    text = STRINGS.get(f"{group}.{code}")
    return told(text) if text else code


def actor(code: str) -> Markup:
    """Who did something: a person by name, a rule or a step of the platform by what it is; a dash for nobody."""
    kind, _, who = code.partition(":")
    return name(who) if kind == "person" else escape(called("actor", code) or "—")


def number(value: int | None) -> str:
    """A count with thousands separated; a dash for what is not known."""
    return "—" if value is None else f"{value:,}"


def size(value: int) -> str:
    """A number of bytes in the unit that people compare by."""
    if value < _KIB:
        return f"{value} B"
    power = min(3, (value.bit_length() - 1) // 10)
    return f"{value / _KIB**power:.1f} {('KB', 'MB', 'GB')[power - 1]}"


def day(value: date | None) -> Markup | str:
    """A calendar day, machine-readable."""
    if value is None:
        return "—"
    return Markup('<time datetime="{0}">{0}</time>').format(value.isoformat())


def moment(value: datetime | None) -> Markup | str:
    """A moment in China's time, machine-readable."""
    if value is None:
        return "—"
    there = value.astimezone(CHINA)
    return Markup('<time datetime="{}">{}</time>').format(
        there.isoformat(timespec="seconds"), there.strftime("%Y-%m-%d %H:%M")
    )


def duration(seconds: float | None) -> str:
    """How long something took, in the largest units that say enough; a dash while it goes on."""
    if seconds is None:
        return "—"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def turn(**changes: object) -> str:
    """The address of this page with some arguments changed, added, or (None) left out."""
    kept = [(key, value) for key, values in request.args.lists() for value in values if key not in changes]
    added = [(key, str(value)) for key, value in changes.items() if value is not None]
    query = urlencode(kept + added)
    return f"{request.root_path}{request.path}{'?' if query else ''}{query}"


def toggle(facet: str, value: str) -> str:
    """The address of this page with one value of a facet chosen, or no longer chosen; on the first page."""
    kept = [(key, one) for key, values in request.args.lists() for one in values if key != "page"]
    pair = (facet, value)
    query = urlencode([one for one in kept if one != pair] if pair in kept else [*kept, pair])
    return f"{request.root_path}{request.path}{'?' if query else ''}{query}"


def permanent(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - the parts of an address, as Flask takes them
    """The whole address of a page or file as it may be cited: in no language, under the public name."""
    services: Services = current_app.extensions["services"]
    base = services.settings.public_url.rstrip("/") or request.host_url.rstrip("/")
    mounted = request.root_path.removesuffix(ENGLISH) if language() == "en" else request.root_path
    return base + mounted + url_for(endpoint, **values).removeprefix(request.root_path)


def asset(file: str) -> str:
    """The address of a static file, changed whenever its bytes change."""
    return url_for("web.static", filename=file, v=_digests()[file])


def _digests() -> dict[str, str]:
    if not _known:
        folder = Path(__file__).parent / "static"
        _known.update({path.name: sha256(path.read_bytes()).hexdigest()[:12] for path in folder.iterdir()})
    return _known


_known: dict[str, str] = {}


def attach(app: Flask) -> None:
    """Give *app*'s templates everything of this file."""
    app.jinja_env.globals.update(
        t=say, told=told, meaning=meaning, name=name, plain=plain, label=label, called=called, name_of=name_of, actor=actor, turn=turn, toggle=toggle, asset=asset, permanent=permanent,
        language=language, other_language=other_language, vocabularies=VOCABULARIES, descriptions=DESCRIPTIONS, erasing=ERASING,
    )  # fmt: skip
    app.jinja_env.filters.update(
        cell=cell, number=number, size=size, day=day, moment=moment, duration=duration
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
