"""Which files a command is given: files as they are, folders whole, ``-`` what comes in on stdin."""

import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.disk import room_in
from catalog.errors import NotFound

#: Names that promise a table.
TABLE_SUFFIXES = frozenset(
    (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".geojson", ".parquet")
)
#: What is looked for in a folder; a file that is named itself may be called anything.
SUFFIXES = TABLE_SUFFIXES | {".txt", ".zip", ".htm", ".html"}
_LOOKED_FOR = ", ".join(sorted(SUFFIXES))
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One file: what it is called on the command line, its own name, and where its bytes are."""

    shown: str
    name: str
    path: Path


def inputs(given: Iterable[Path], scratch: Path) -> list[Input]:
    """Every file that *given* means, each once, in order; folders are searched whole, hidden files left out.

    :param scratch: receives what comes in on stdin.
    :raises NotFound: a folder holds no such file: nothing judged is nothing valid.
    """
    found: dict[str, Input] = {}
    for path in given:
        expanded = list(_expanded(path, scratch))
        if not expanded:
            raise NotFound(
                f"文件夹 {path} 里没有可读的文件（{_LOOKED_FOR}）。",
                f"There is no file to read in the folder {path} ({_LOOKED_FOR}).",
            )
        for one in expanded:
            found.setdefault(one.shown, one)
    return list(found.values())


def _expanded(path: Path, scratch: Path) -> Iterator[Input]:
    if str(path) == STDIN:
        yield _from_stdin(scratch)
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
            if file.is_file() and not hidden and file.suffix.lower() in SUFFIXES:
                yield Input(str(file), file.name, file)
    else:
        yield Input(str(path), path.name, path)


def _from_stdin(scratch: Path) -> Input:
    kept = scratch / "stdin"
    with room_in(scratch), kept.open("wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    return Input(STDIN, "stdin", kept)
