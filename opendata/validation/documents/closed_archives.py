"""7-Zip and RAR: told of, not opened. What cannot be looked into cannot be published."""

import struct
from pathlib import Path

from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.members import encrypted

#: How 7-Zip names its encryption, in the header that says how the other headers are packed.
_AES = b"\x06\xf1\x07\x01"
_SEVEN = struct.Struct("<QQI")
_MOST_HEADER = 1 << 24
_RAR5 = b"Rar!\x1a\x07\x01\0"
_RAR4_LOCKED = 0x0080


def _seven_locked(path: Path) -> bool:
    with path.open("rb") as source:
        start = source.read(32)
        if len(start) < 32:  # noqa: PLR2004 - the size of the start
            return False
        offset, length, _ = _SEVEN.unpack_from(start, 12)
        if offset > path.stat().st_size or length > _MOST_HEADER:
            return False
        source.seek(32 + offset)
        return _AES in source.read(length)


def _rar_locked(path: Path) -> bool:
    """Whether the headers are encrypted: RAR 5 says so in its first block, RAR 4 in a flag of its main header."""
    with path.open("rb") as source:
        head = source.read(64)
    if head.startswith(_RAR5):
        # checksum, size and type of the first block; the size of one byte is what an encryption block has
        return len(head) > 13 and head[13] == 4  # noqa: PLR2004 - the type "archive encryption"
    return len(head) > 12 and bool(struct.unpack_from("<H", head, 10)[0] & _RAR4_LOCKED)  # noqa: PLR2004 - flags there


def check_closed(inspection: Inspection) -> None:
    """7z and RAR: refused, with the reason."""
    is_seven = inspection.identity.form == "7z"
    form = "7-Zip" if is_seven else "RAR"
    if (_seven_locked if is_seven else _rar_locked)(inspection.path):
        encrypted(inspection, form)
    inspection.add(
        "unsupported-format",
        f"{form} 压缩包无法打开检查；请改用 ZIP 或 TAR.GZ。",
        f"A {form} archive cannot be opened to be looked into; use ZIP or TAR.GZ.",
        value=form,
        expected="ZIP, TAR, TAR.GZ",
    )
