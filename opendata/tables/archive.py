"""What an archive would unpack to, measured before anything is unpacked."""

import zipfile
from collections.abc import Sequence

from opendata.tables.faults import too_large
from opendata.tables.limits import MAX_RATIO, MAX_UNPACKED, SMALL_PART


def _too_much(unpacked: int, most: int) -> Exception:
    return too_large(
        f"解压后至少 {unpacked // 2**20} MB，至多 {most // 2**20} MB",
        f"it unpacks to {unpacked // 2**20} MB or more, at most {most // 2**20} MB are read",
        f"<= {most // 2**20} MB",
        value=f"{unpacked // 2**20} MB",
    )


def refuse_bomb(parts: Sequence[zipfile.ZipInfo], most: int = MAX_UNPACKED) -> None:
    """Refuse an archive whose *parts* declare more than *most* bytes, or too much for what they are packed in.

    A part's declared size is a claim; ``zipfile`` stops there and then compares the checksum, so a lie
    about the size ends as a broken archive.

    :raises UnreadableFile: ``too-large``.
    """
    declared = sum(part.file_size for part in parts)
    if declared > most:
        raise _too_much(declared, most)
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            times = part.file_size // max(part.compress_size, 1)
            raise too_large(
                f"解压后是压缩时的 {times:,} 倍，至多 {MAX_RATIO} 倍",
                f"it unpacks to {times:,} times its packed size, at most {MAX_RATIO} times are read",
                f"<= {MAX_RATIO} ×",
                value=f"{times} ×",
            )
