"""How values of some types and formats are mostly written, as patterns: what matches one, the judge surely accepts."""

from collections.abc import Mapping

import numpy as np
import pyarrow.compute as pc

from opendata.validation.texts import Flags, Texts
from opendata.validation.told import Descriptor

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.){{1,3}}[A-Za-z]{{2,20}}"
_HEX = "[0-9A-Fa-f]"
_LON, _LAT = (rf"-?(?:{whole})(?:\.[0-9]{{1,20}})?" for whole in ("1[0-7][0-9]|[1-9]?[0-9]", "[1-8]?[0-9]"))
#: JSON: texts without escapes, numbers and words; lists of them; objects of both.
_TEXT = r'"[^"\\\x00-\x1f]*"'
_SIMPLE = rf"(?:{_TEXT}|-?(?:0|[1-9][0-9]{{0,29}})(?:\.[0-9]{{1,30}})?|true|false|null)"
_LIST = rf"\[ ?(?:{_SIMPLE}(?:, ?{_SIMPLE})*)? ?\]"
_PAIR = rf"{_TEXT}: ?(?:{_SIMPLE}|{_LIST})"
_OBJECT = rf"\{{ ?(?:{_PAIR}(?:, ?{_PAIR})*)? ?\}}"
_WRITTEN: Mapping[tuple[str, str], str] = {
    ("string", "email"): rf"[A-Za-z0-9_-]{{1,60}}(?:\.[A-Za-z0-9_-]{{1,3}})?@{_HOST}",
    ("string", "uri"): rf"https?://{_HOST}(?::[0-9]{{1,4}})?(?:/[A-Za-z0-9._~-]*)*(?:\?[A-Za-z0-9._~=&/-]*)?",
    ("string", "uuid"): rf"{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}",
    ("geopoint", "default"): rf"{_LON}, ?{_LAT}",
    ("geopoint", "array"): rf"\[{_LON}, ?{_LAT}\]",
    ("geopoint", "object"): rf'\{{"lon": ?{_LON}, ?"lat": ?{_LAT}\}}',
    ("geojson", "default"): rf'\{{"type": ?"Point", ?"coordinates": ?\[{_LON}, ?{_LAT}\]\}}',
    ("object", "default"): _OBJECT,
    ("array", "default"): _LIST,
}


def is_written(descriptor: Descriptor) -> bool:
    """Whether there is a pattern for values of the field's type and format."""
    return (descriptor.get("type", "string"), descriptor.get("format", "default")) in _WRITTEN


def written(descriptor: Descriptor, texts: Texts) -> Flags:
    """Which of *texts* are written as most values of the field are."""
    pattern = _WRITTEN[descriptor.get("type", "string"), descriptor.get("format", "default")]
    found: Flags = pc.match_substring_regex(texts.array, f"^(?:{pattern})$").to_numpy(zero_copy_only=False)
    # To RE2 as to Python, a last line feed may stand behind the end; here it never does.
    return found if texts.low > ord("\n") else found & ~_ended(texts)


def _ended(texts: Texts) -> Flags:
    feeds: Flags = texts.count(texts.values == ord("\n")) > 0
    return np.asarray(feeds)
