"""A file that is packed: a zip that holds one file, or gzip; unpacked beside, never beyond a limit."""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from catalog.records import Text
from opendata.tables.archive import refuse_bomb
from opendata.tables.faults import empty, fault, malformed, protected, too_large, unsupported
from opendata.tables.limits import MAX_PACKED_RATIO, MAX_PLAIN

_CHUNK = 1 << 20
#: What other programs put beside the one file.
_CLUTTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_PACKED = frozenset({".zip", ".gz", ".rar", ".7z", ".xz", ".bz2", ".tgz", ".tar"})


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The one file of an archive: where it lies now, its own name, and a note that says so."""

    path: Path
    name: str
    notes: tuple[Text, ...]


def _member_name(part: zipfile.ZipInfo) -> str:
    """The name as it was written: programs in China write GBK without saying so."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def is_clutter(name: str) -> bool:
    """Whether the member *name* is what other systems leave in an archive, and no file of anybody's."""
    plain = name.lower()
    return any(plain.startswith(one) or plain.endswith("/" + one) or plain == one for one in _CLUTTER)


def _only(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one member that is a file.

    :raises UnreadableFile: there is none, there are several, or it is locked.
    """
    # zipfile's is_dir() stumbles over a member without a name.
    members = [
        part
        for part in archive.infolist()
        if not part.filename.endswith("/") and not is_clutter(part.filename)
    ]
    if not members:
        raise empty()
    if len(members) > 1:
        names = "、".join(_member_name(part)[:40] for part in members[:5])
        raise fault(
            "unsupported-format",
            f"压缩包里有 {len(members)} 个文件（{names}），应只有一个；请分别提交。",
            f"The archive holds {len(members)} files ({names}), one was expected; hand them in one by one.",
            value=str(len(members)),
            expected="一个文件 one file",
        )
    if members[0].flag_bits & 1:
        raise protected()
    refuse_bomb(members, MAX_PLAIN)
    return members[0]


def _copy(source: IO[bytes] | gzip.GzipFile, target: IO[bytes], packed: int, form: str) -> None:
    """Copy, and stop where the content is more than a file may be, or swells beyond all measure."""
    most = min(MAX_PLAIN, max(_CHUNK * 16, packed * MAX_PACKED_RATIO))
    written = 0
    while chunk := source.read(_CHUNK):
        written += len(chunk)
        if written > most:
            raise too_large(
                f"{form} 解压后超过 {most // 2**20} MB",
                f"the {form} unpacks to more than {most // 2**20} MB",
                f"<= {most // 2**20} MB",
            )
        target.write(chunk)


#: A name that is said to be UTF-8 and is not, among them.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    gzip.BadGzipFile,
    NotImplementedError,
    UnicodeDecodeError,
)


@contextmanager
def unpacked(path: Path, name: str, form: str, scratch: Path) -> Iterator[Unpacked]:
    """The one file packed in *path*, in *scratch* as long as the block lasts.

    :param form: ``zip`` or ``gzip``.
    :raises UnreadableFile: broken, a bomb, locked, or not one file.
    """
    with tempfile.NamedTemporaryFile(dir=scratch, prefix="unpacked-") as target:
        try:
            if form == "zip":
                with zipfile.ZipFile(path) as archive:
                    member = _only(archive)
                    inner = PurePosixPath(_member_name(member).replace("\\", "/")).name or Path(name).stem
                    with archive.open(member) as source:
                        _copy(source, target, member.compress_size, "ZIP")
            else:
                inner = name.removesuffix(".gz").removesuffix(".GZ")
                with gzip.open(path) as packed:
                    _copy(packed, target, path.stat().st_size, "GZIP")
        except _BROKEN as error:
            raise malformed(form.upper(), "压缩包不完整或已损坏", "the archive is cut or damaged") from error
        target.flush()
        if Path(inner).suffix.lower() in _PACKED:
            raise unsupported(f"{form.upper()} in {Path(inner).suffix.lower()}")
        note = Text(f"读取的是压缩包内的 {inner}", f"What was read is {inner} inside the archive")
        yield Unpacked(Path(target.name), inner, (note,))
