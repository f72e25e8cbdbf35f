"""The members of an archive or package: whether their names are safe, and each on disk for as long as it is looked at."""

import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from catalog.disk import room_in
from catalog.errors import UnreadableFile
from opendata.tables.faults import too_large
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.zips import Zip, ZipMember

_DRIVE = re.compile(r"[A-Za-z]:")
#: Signs by which a name is shown otherwise than it is.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def unsafe_name(name: str, most: int) -> tuple[str, str] | None:
    """Why a member must not be called *name*, in both languages; None if it may.

    :param most: how many characters a name may have.
    """
    plain = name.replace("\\", "/")
    if any(unicodedata.category(char) == "Cc" for char in name):
        return "含有控制字符", "it holds a control character"
    if plain.startswith("/") or _DRIVE.match(plain):
        return "是绝对路径", "it is an absolute path"
    if ".." in PurePosixPath(plain).parts:
        return "指向压缩包之外（..）", "it leads out of the archive (..)"
    if _TURNING & set(name):
        return "含有改变显示方向的字符", "it holds a mark that turns its letters round"
    if len(name) > most:
        return f"超过 {most} 个字符", f"it has more than {most} characters"
    return None


class Names:
    """Takes the names of the members one by one and tells of those that must not be."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._seen: set[str] = set()

    def take(self, name: str, *, is_link: bool = False) -> bool:
        """Whether the member *name* may be looked into."""
        place = self._inspection.place(name)
        folded = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/")).casefold()
        reason = unsafe_name(name, self._inspection.limits.name)
        if is_link:
            reason = "是链接或设备，而不是文件", "it is a link or device and no file"
        elif reason is None and folded in self._seen:
            reason = "与另一成员同名", "another member has the same name"
        self._seen.add(folded)
        if reason is None:
            return True
        self._inspection.add(
            "unsafe-member",
            f"压缩包成员 {place[:80]} 不安全：{reason[0]}。",
            f"The member {place[:80]} is unsafe: {reason[1]}.",
            member=place,
            expected="相对路径、不重名的普通文件 plain files with relative names of their own",
        )
        return False


def count_member(inspection: Inspection) -> None:
    """Count one member more.

    :raises UnreadableFile: all levels together have too many.
    """
    used, most = inspection.book.used, inspection.limits.members
    used.members += 1
    if used.members > most:
        raise too_large(
            f"成员超过 {most} 个",
            f"there are more than {most} members",
            f"<= {most}",
            member=inspection.member,
        )


def refuse_swelling(inspection: Inspection, size: int, packed: int, place: str) -> None:
    """Refuse what has, or declares, *size* bytes unpacked and *packed* packed.

    :raises UnreadableFile: too much for what is packed, or for what may be unpacked in all.
    """
    limits = inspection.limits
    if size > limits.small and size > limits.ratio * max(packed, 1):
        raise too_large(
            f"{place[:80]} 解压后膨胀超过 {limits.ratio} 倍",
            f"{place[:80]} swells to more than {limits.ratio} times its packed size",
            f"<= {limits.ratio}",
            member=place,
        )
    if size > limits.unpacked:
        raise _too_much(inspection, place)


def _too_much(inspection: Inspection, place: str) -> UnreadableFile:
    most = inspection.limits.unpacked // 2**20
    return too_large(
        f"解压后超过 {most} MB", f"it unpacks to more than {most} MB", f"<= {most} MB", member=place
    )


@contextmanager
def on_disk(inspection: Inspection, chunks: Iterable[bytes], place: str) -> Iterator[Path]:
    """A member's bytes as a file in scratch, as long as the block lasts.

    :raises UnreadableFile: what *chunks* raises; more in all than may be unpacked.
    """
    with (
        room_in(inspection.scratch),
        tempfile.NamedTemporaryFile(dir=inspection.scratch, prefix="member-") as target,
    ):
        for chunk in chunks:
            inspection.book.used.unpacked += len(chunk)
            if inspection.book.used.unpacked > inspection.limits.unpacked:
                raise _too_much(inspection, place)
            target.write(chunk)
        target.flush()
        yield Path(target.name)


def sound_members(inspection: Inspection, archive: Zip) -> list[ZipMember]:
    """The files of *archive* that may be looked into; the others are told of.

    :raises UnreadableFile: there are too many, or they would unpack to too much.
    """
    names, kept = Names(inspection), []
    locked = [one for one in archive.members if one.is_locked]
    for member in archive.members:
        count_member(inspection)
        if names.take(member.name, is_link=member.is_link) and not member.is_folder:
            refuse_swelling(inspection, member.size, member.info.compress_size, inspection.place(member.name))
            if not member.is_locked:
                kept.append(member)
    if locked:
        encrypted(inspection, "ZIP", member=inspection.place(locked[0].name))
    nested = next(archive.overlapping(), None)
    if nested:
        inspection.add(
            "unsafe-member",
            f"压缩包成员 {nested.name[:80]} 与另一成员的数据重叠。",
            f"The data of the member {nested.name[:80]} overlap those of another.",
            member=inspection.place(nested.name),
        )
        return []
    return kept


def encrypted(inspection: Inspection, form: str, member: str | None = None) -> None:
    """Note that the file, or *member* in it, is locked."""
    inspection.add(
        "encrypted",
        f"{form} 设有密码或已加密，无法检查；请去除密码后重新提交。",
        f"The {form} is encrypted or asks for a password and cannot be looked into; remove the password and hand it in again.",
        member=member or inspection.member,
        expected="无密码的文件 a file without a password",
    )
