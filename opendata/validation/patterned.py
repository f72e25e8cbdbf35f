"""The constraint ``pattern``: which texts surely match it, and which surely do not."""

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from opendata.validation.byte_patterns import byte_pattern
from opendata.validation.texts import Flags, Texts

#: The parts of a pattern that mean the same, or less, to Arrow as to Python.
_SAFE = re.compile(r"(?:\\d|\(\?:|[()|*+?^$]|\{\d+(?:,\d*)?\}|\[\^?[^\[\]\\&~^]+\]|[^\\\[\](){}|*+?^$.#\s])*")
_UNSAFE = re.compile(r"\(\?(?!:)|[*+?}][*+?{]|--")
#: Bytes of characters that may mean more to Python: a line feed may stand behind the end, and ``\d`` is a digit of
#: any script. Of those beyond ASCII only these have none, by their first byte: U+3000 to U+9FFF.
_ODD = np.zeros(256, dtype=np.bool_)
_ODD[[ord("\n"), *range(0xC0, 0xE3), *range(0xEA, 0x100)]] = True

#: Which texts match (None: all), and of which of the others that is not sure (None: of none).
Matched = Callable[[Texts], tuple[Flags | None, Flags | None]]


def _safe(pattern: str) -> str | None:
    """*pattern* for Arrow, if whatever Arrow matches with it is surely matched by Python, else None."""
    if not _SAFE.fullmatch(pattern) or _UNSAFE.search(pattern):
        return None
    # Python begins at the beginning even with an alternative that has no sign for it.
    found = f"^(?:^{pattern.replace(chr(92) + 'd', '[0-9]')}$)"
    try:
        pc.match_substring_regex(pa.array([""]), found)
    except pa.ArrowInvalid:
        return None
    return found


def _odd(texts: Texts) -> Flags:
    return texts.count(_ODD[texts.values]) > 0


def patterned(pattern: str) -> Matched | None:
    """What tells by *pattern*; None if nothing does."""
    safe = _safe(pattern)
    if safe is None:
        return None
    plain = byte_pattern(pattern)

    def matched(texts: Texts) -> tuple[Flags | None, Flags | None]:
        right = plain.matched(texts) if plain else np.zeros(len(texts), dtype=np.bool_)
        if right is None:
            return None, None
        rest = texts.some(~right)
        found = pc.match_substring_regex(rest.array, safe).to_numpy(zero_copy_only=False)
        if found.all():
            return None, None
        right, unsure = right.copy(), np.zeros(len(texts), dtype=np.bool_)
        unsure[~right] = ~found & _odd(rest)
        right[~right] = found
        return right, unsure

    return matched
