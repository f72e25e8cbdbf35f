"""How much of a file is looked at, so that no file, however it was made, holds the judge for long."""

from dataclasses import dataclass

from opendata.tables.limits import MAX_RATIO, SMALL_PART


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one inspection; what passes them is refused or, where only a scan stops short, told.

    ``members`` files in an archive, all levels together; ``listed`` of them in the report. ``unpacked``
    bytes, all members together; ``ratio`` unpacked bytes per packed byte of a member larger than
    ``small``. ``depth`` archives inside one another, beyond the outermost. ``text`` characters looked at
    for what tells on persons. ``pages`` of a PDF that are read, within ``memory`` bytes and, of all PDFs together,
    ``seconds`` of processor time. ``pixels`` of an image. ``name`` characters of a member's name.
    """

    members: int = 10_000
    listed: int = 1_000
    unpacked: int = 4 * 1024**3
    ratio: int = MAX_RATIO
    small: int = SMALL_PART
    depth: int = 1
    text: int = 50_000_000
    pages: int = 3_000
    seconds: int = 300
    memory: int = 2 * 1024**3
    pixels: int = 400_000_000
    name: int = 255


DEFAULT = Limits()
