"""Which file names are safe: on every storage, in archives and in mirrors, so that files can move between them."""

import re

from catalog.errors import UnsafeAddress

#: S3 allows 1,024 bytes for a key; file systems allow 255 for a name, and a part-file adds some to it.
LONGEST_KEY = 900
LONGEST_NAME = 200

_MISLEADING = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ALLOWED = re.compile(r"[^\x00-\x1f\x7f\\/:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def checked(key: str) -> str:
    """*key* itself, if it is one that can neither escape nor mislead.

    Refused are empty names, names that begin with a dot (``..`` and our own part-files among them), control
    characters, separators of other systems, marks that turn the direction of writing, and names too long.

    :raises UnsafeAddress: it is not.
    """
    names = key.split("/")
    if len(key.encode("utf-8", "surrogatepass")) > LONGEST_KEY or not all(map(_is_safe, names)):
        shown = ascii(key[:120])
        raise UnsafeAddress(f"不允许的文件名：{shown}", f"a file may not be called {shown}")
    return key


def is_misleading(text: str) -> bool:
    """Whether *text* holds a control character (NUL among them) or a mark that turns the direction of writing."""
    return _MISLEADING.search(text) is not None


def safe_name(text: str, longest: int = LONGEST_NAME) -> str:
    """*text* made into a name that is safe: what is not allowed becomes ``_``, what is too long is cut.

    :param longest: bytes of UTF-8.
    """
    kept = "".join(one if _ALLOWED.fullmatch(one) else "_" for one in text.strip())
    kept = kept.encode()[:longest].decode("utf-8", "ignore").strip()
    return f"_{kept[1:]}" if kept.startswith(".") else kept or "_"


def checked_prefix(prefix: str) -> str:
    """The same for a prefix, which may be empty or end in one slash; returned without that slash."""
    return checked(prefix.removesuffix("/")) if prefix else prefix


def _is_safe(name: str) -> bool:
    return bool(_ALLOWED.fullmatch(name)) and name[0] != "." and len(name.encode()) <= LONGEST_NAME
