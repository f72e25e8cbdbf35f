"""Archives: every member on disk for a moment, told apart and looked at as if it had been handed in by itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from catalog.errors import UnreadableFile
from opendata.tables.zipped import is_clutter
from opendata.validation.documents.hidden_tables import look_for_persons
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.members import on_disk, sound_members
from opendata.validation.documents.programs import program_kind
from opendata.validation.documents.signatures import identify, is_text
from opendata.validation.documents.told_persons import PersonWatch
from opendata.validation.documents.zips import Zip, ZipMember, open_zip

Examine = Callable[[Inspection], None]
_SHOWN = 5
#: Archives that hold whatever they hold; a package of an office program is one file to people.
_ARCHIVES = frozenset({"zip", "tar", "tar.gz", "7z", "rar", "shapefile", "kmz"})


@dataclass(slots=True)
class Contents:
    """What an archive turned out to hold: the ``tables`` among its members, those that ``nothing`` here knows."""

    names: list[tuple[str, int]] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def take(self, name: str, size: int) -> None:
        """Note the member *name*."""
        self.names.append((name, size))


def look_into(inspection: Inspection, name: str, path: Path, contents: Contents, examine: Examine) -> None:
    """Look at the member *name*, which lies at *path* now."""
    if is_clutter(name):
        return
    base = PurePosixPath(name.replace("\\", "/")).name
    member = inspection.inside(path, name, identify(path, base))
    contents.take(name, member.size)
    with path.open("rb") as source:
        head = source.read(16)
    program = program_kind(head, base)
    if program:
        member.add(
            "executable-member",
            f"压缩包成员 {member.member} 是{program[0]}，不得发布。",
            f"The member {member.member} is {program[1]} and must not be published.",
            expected="只有数据和文档 data and documents only",
        )
    elif member.identity.form in _ARCHIVES and member.depth > inspection.limits.depth:
        _too_deep(member)
    elif member.identity.is_table:
        contents.tables.append(member.member or name)
        if not look_for_persons(inspection, path, base, member.member or name):
            contents.unknown.append(member.member or name)
    elif member.identity.form == "unknown":
        _unknown(member, contents)
    else:
        examine(member)


def _too_deep(member: Inspection) -> None:
    most = member.limits.depth
    member.add(
        "nested-archive",
        f"压缩包嵌套过深：{member.member}；至多嵌套 {most} 层。",
        f"Archives are nested too deeply: {member.member}; at most {most} inside another.",
        expected=f"<= {most}",
    )


def _unknown(member: Inspection, contents: Contents) -> None:
    """Of what nothing here knows, at least the text is looked at."""
    if not member.size:
        return
    if not is_text(member.path):
        contents.unknown.append(member.member or member.name)
        return
    watch = PersonWatch(member)
    with member.path.open("r", encoding="utf-8", errors="replace") as source:
        while piece := source.read(1 << 18):
            watch.see(piece)
    watch.close()


def conclude(inspection: Inspection, contents: Contents) -> None:
    """Tell what the members are, all together."""
    listed = contents.names[: inspection.limits.listed]
    inspection.tell(
        {
            "members": [{"name": inspection.place(name), "size": size} for name, size in listed],
            "member_count": len(contents.names),
        }
    )
    watch = PersonWatch(inspection)
    for name, _ in contents.names:
        watch.see(f"{name}\n")
    watch.close()
    if not contents.names and not inspection.book.findings:
        inspection.add("empty-file", "压缩包里没有任何文件。", "The archive holds no file at all.")
    _tell_tables(inspection, contents)
    if contents.unknown:
        inspection.warn(
            "unknown-member",
            f"{len(contents.unknown)} 个成员无法识别或读取，未能检查：{_few(contents.unknown)}。",
            f"{len(contents.unknown)} members are of no kind that is known or cannot be read, and were not looked into: {_few(contents.unknown)}.",
            value=_few(contents.unknown),
        )


def _few(names: list[str]) -> str:
    more = "…" if len(names) > _SHOWN else ""
    return "、".join(name[:60] for name in names[:_SHOWN]) + more


def _tell_tables(inspection: Inspection, contents: Contents) -> None:
    tables = contents.tables
    if tables and len(tables) == len(contents.names):
        inspection.add(
            "table-as-document",
            f"压缩包里全是表格（{len(tables)} 个）：{_few(tables)}；请逐个按数据表登记。",
            f"The archive holds nothing but tables ({len(tables)}): {_few(tables)}; register each as a table.",
            value=_few(tables),
            expected="数据表 table",
        )
    elif tables:
        inspection.warn(
            "tables-inside",
            f"压缩包里有 {len(tables)} 个表格：{_few(tables)}；建议另按数据表登记，便于查询和校验。",
            f"There are {len(tables)} tables in the archive: {_few(tables)}; better register them as tables, to be validated and queried.",
            value=_few(tables),
        )


def check_zip(inspection: Inspection, examine: Examine) -> None:
    """A zip of files, or a KMZ, which is one with a KML and its pictures."""
    contents = Contents()
    with open_zip(inspection.path, inspection.limits) as archive:
        look_into_all(inspection, archive, sound_members(inspection, archive), contents, examine)
    conclude(inspection, contents)


def look_into_all(
    inspection: Inspection, archive: Zip, members: Iterable[ZipMember], contents: Contents, examine: Examine
) -> None:
    """Look at each of the *members* of *archive*; one that is damaged does not hide the others.

    :raises UnreadableFile: together they unpack to too much.
    """
    for member in members:
        place = inspection.place(member.name)
        try:
            with on_disk(inspection, archive.chunks(member), place) as path:
                look_into(inspection, member.name, path, contents, examine)
        except UnreadableFile as error:
            if any(finding.code == "too-large" for finding in error.findings):
                raise
            keep_findings(inspection, error, place)


def keep_findings(inspection: Inspection, error: UnreadableFile, place: str) -> None:
    """Note the findings of *error* as those of the member *place*."""
    for finding in error.findings:
        inspection.keep(replace(finding, member=finding.member or place))
