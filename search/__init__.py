"""Finding data: one interface, two engines, chosen by a URL."""

from collections.abc import Callable, Mapping
from pathlib import Path

from catalog.errors import SettingError
from search.base import SearchIndex
from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex


def _embedded(url: str) -> SearchIndex:
    return EmbeddedIndex(Path(url.removeprefix("embedded:")))


#: Scheme of the URL to what opens it; a new engine is one line here.
ENGINES: Mapping[str, Callable[[str], SearchIndex]] = {
    "embedded": _embedded,
    "http": ElasticIndex,
    "https": ElasticIndex,
}


def open_index(url: str) -> SearchIndex:
    """Open the index that ``url`` names: ``embedded:PATH`` or ``https://user:password@host:9200/index``.

    Nothing is read or asked yet. An unknown scheme or a malformed URL raises SettingError.
    """
    scheme, colon, rest = url.partition(":")
    if scheme not in ENGINES or not colon or not rest:
        known = ", ".join(f"{name}:…" for name in ENGINES)
        raise SettingError(
            f"未知的检索地址 {scheme}:…，可用：{known}",
            f"unknown search URL {scheme}:…; known: {known}",
        )
    return ENGINES[scheme](url)
