"""Traditional characters, as they are written in simplified ones."""

import re
from functools import lru_cache

import opencc

from search.tokens import HAN

_STRETCH = re.compile(rf"[{HAN}]+")


def simplified(text: str) -> str:
    """Return ``text`` with traditional characters and words in simplified ones, all else as it is.

    Text that GB 2312, the character set of simplified Chinese, can write needs no look: it comes back as it is.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return _STRETCH.sub(lambda found: str(_converter().convert(found[0])), text)
    return text


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
