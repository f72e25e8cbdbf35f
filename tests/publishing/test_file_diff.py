"""What two archives differ in is told by the members' sizes and checksums, however they are packed and named."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from opendata.publishing.diff import members as looking
from opendata.publishing.diff.files import MOST_NAMES, FileDiff, FileState, diff_files
from opendata.publishing.diff.members import members

OLD = {"说明.txt": b"one", "数据/a.csv": b"1", "gone.csv": b"x"}
NEW = {"说明.txt": b"two", "数据/a.csv": b"1", "come.csv": b"y"}


def as_zip(path: Path, files: dict[str, bytes], encoding: str = "utf-8") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.encode(encoding).decode("cp437") if encoding != "utf-8" else name, data)
    if encoding != "utf-8":  # zipfile marks such names as UTF-8; the programs that write them don't
        path.write_bytes(_unmarked(path.read_bytes(), files, encoding))
    return path


def _unmarked(data: bytes, files: dict[str, bytes], encoding: str) -> bytes:
    out = data
    for name in files:
        said = name.encode(encoding).decode("cp437").encode()
        out = out.replace(said, name.encode(encoding).ljust(len(said), b"_"))
    patched = bytearray(out)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = patched.find(mark)
        while at >= 0:
            patched[at + flags + 1] &= ~0x08
            at = patched.find(mark, at + 1)
    return bytes(patched)


def as_tar(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        archive.addfile(_link("link"))
    return path


def _link(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


def side(path: Path) -> tuple[FileState, Path]:
    return FileState(path.name, "application/zip", path.stat().st_size, path.name), path


@pytest.mark.parametrize("write", [as_zip, as_tar])
def test_members_that_came_went_and_changed(tmp_path: Path, write) -> None:
    found = diff_files(side(write(tmp_path / "old", OLD)), side(write(tmp_path / "new", NEW)))
    assert found.counts == {"added": 1, "removed": 1, "changed": 1, "unchanged": 1}
    told = [(one.change, one.name, one.size_before, one.size_after) for one in found.members]
    assert told == [
        ("added", "come.csv", None, 1),
        ("removed", "gone.csv", 1, None),
        ("changed", "说明.txt", 3, 3),
    ]
    assert FileDiff.from_dict(found.to_dict()) == found
    assert found.is_whole
    assert not FileDiff.from_dict(found.to_dict(0)).is_whole


def test_names_written_in_gbk_are_read(tmp_path: Path) -> None:
    path = as_zip(tmp_path / "gbk.zip", {"说明.txt": b"one"}, "gb18030")
    found = members(path)
    assert found
    assert next(iter(found)).startswith("说明.txt")


def test_what_is_no_archive_or_holds_too_much_is_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tmp_path / "a.pdf"
    plain.write_bytes(b"%PDF-1.4")
    assert members(plain) is None
    many = {f"{number:05}.txt": b"" for number in range(MOST_NAMES + 5)}
    old, new = as_zip(tmp_path / "old.zip", {}), as_zip(tmp_path / "new.zip", many)
    found = diff_files(side(old), side(new))
    assert (len(found.members), found.counts and found.counts["added"]) == (MOST_NAMES, MOST_NAMES + 5)
    monkeypatch.setattr(looking, "MOST_MEMBERS", 3)
    for path in (new, as_tar(tmp_path / "many.tar.gz", many)):
        assert members(path) is None
    cut = tmp_path / "cut.tar.gz"
    whole = as_tar(tmp_path / "whole.tar.gz", OLD).read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    assert members(cut) is None
