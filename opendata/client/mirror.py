"""Keep a copy of everything that a portal publishes, fetching only what changed.

The portal's bulk list says what there is, with sizes and hashes. A file that stands in the folder with its hash is
left alone; what is missing or different is fetched beside, proven by its sha256 and moved into place, going on
where a broken download stopped. Releases that were withdrawn are deleted here too, since they were withdrawn for a
reason; those that were superseded stay.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog.errors import InvalidInput, NotFound, OpenDataError, Tampered, Unreachable, UnsafeAddress
from catalog.keys import checked
from catalog.records import Finding, Text
from opendata.client.connection import Connection
from opendata.client.fetching import Wanted, fetch
from opendata.client.mirror_index import Index, opened

LIST = "/bulk/files.jsonl"
#: By this name the portal knows a mirror and does not count it among its readers.
AGENT = "opendata-mirror/1.0"
#: So many files may always go at once.
FEW = 100
_SHA256 = re.compile("[0-9a-f]{64}")
_STATES = frozenset({"published", "superseded", "withdrawn"})
#: Told of every file that was looked at: its path, and whether it was fetched.
Seen = Callable[[str, bool], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What a mirror holds: *formats* (none: every one), *every* release; what it deletes; whether it reads all again."""

    formats: frozenset[str] = frozenset()
    every: bool = False
    verify: bool = False
    keep_withdrawn: bool = False
    prune: bool = False
    jobs: int = 4


@dataclass
class Mirrored:
    """What a run did; *findings* are files that were found damaged, and mended, or that could not be fetched."""

    fetched: int = 0
    size: int = 0
    unchanged: int = 0
    deleted: int = 0
    failed: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Listed:
    path: str
    state: str
    format: str
    wanted: Wanted


def mirror(
    url: str, folder: Path, options: Options | None = None, seen: Seen = lambda _path, _fetched: None
) -> Mirrored:
    """Bring *folder* in step with the portal at *url*; killed anywhere, it is simply run again.

    :raises Busy: another run keeps this folder.
    :raises Unreachable: the portal does not answer; what was fetched stays.
    :raises InvalidInput: it answers, but has no list of this kind.
    """
    chosen, done = options or Options(), Mirrored()
    connection = Connection(url, agent=AGENT)
    try:
        with opened(folder) as index:
            listed = _keep(connection, index, chosen, done, seen)
            if chosen.prune:
                _prune(index, listed, done)
    finally:
        connection.close()
    return done


def count(url: str, *, every: bool = False) -> int:
    """How many files the portal at *url* has to fetch."""
    connection = Connection(url, agent=AGENT)
    try:
        told = connection.json("/bulk.json")
        return int(told["all" if every else "current"]["files"])
    except (KeyError, TypeError, ValueError) as error:
        raise _no_list(url) from error
    finally:
        connection.close()


def _keep(connection: Connection, index: Index, options: Options, done: Mirrored, seen: Seen) -> set[str]:
    """Fetch what is listed and not there; a few at once, never the whole list in memory."""
    listed: set[str] = set()
    under_way: deque[tuple[_Listed, Future[bool]]] = deque()
    with ThreadPoolExecutor(options.jobs) as pool:
        for one in _wanted(_lines(connection, every=options.every), options, done):
            listed.add(one.path)
            if one.state == "withdrawn":
                done.deleted += not options.keep_withdrawn and index.remove(one.path)
                continue
            under_way.append((one, pool.submit(_bring, connection, index, one, options, done)))
            if len(under_way) >= 4 * options.jobs:
                _finish(*under_way.popleft(), done, seen)
        while under_way:
            _finish(*under_way.popleft(), done, seen)
    return listed


def _bring(connection: Connection, index: Index, one: _Listed, options: Options, done: Mirrored) -> bool:
    """Have the file in its place; whether it had to be fetched."""
    if index.proven(one.path, one.wanted.sha256, read=options.verify):
        return False
    place = index.folder / one.path
    noted = index.known.get(one.path)
    if place.is_file() and noted and noted[0] == one.wanted.sha256:
        done.findings.append(_damaged(one))
    place.parent.mkdir(parents=True, exist_ok=True)
    fetch(connection, one.wanted, place)
    index.note(one.path, one.wanted.sha256)
    return True


def _finish(one: _Listed, bringing: Future[bool], done: Mirrored, seen: Seen) -> None:
    try:
        fetched = bringing.result()
    except (NotFound, Tampered, InvalidInput) as error:  # this file alone; the portal answers
        done.failed += 1
        done.findings.append(Finding(error.code, error.text, value=one.path, expected=one.wanted.sha256))
        return
    if fetched:
        done.fetched += 1
        done.size += one.wanted.size
    else:
        done.unchanged += 1
    seen(one.path, fetched)


def _prune(index: Index, listed: set[str], done: Mirrored) -> None:
    """Delete what isn't listed; but not most of the mirror, which a portal that lost its catalogue would ask for."""
    doomed = sorted({*index.known} - listed)
    if len(doomed) > max(FEW, len(index.known) // 2):
        text = Text(
            f"清单突然少了 {len(doomed)} 个文件（共 {len(index.known)} 个），未删除；请先核实门户",
            f"the list lacks {len(doomed)} of {len(index.known)} files all at once; none was deleted: look at the portal",
        )
        done.findings.append(Finding("sudden-loss", text, value=str(len(doomed))))
        return
    for path in doomed:
        done.deleted += index.remove(path)


def _lines(connection: Connection, *, every: bool) -> Iterator[str]:
    """The list, page after page."""
    address: str | None = f"{LIST}?all=1" if every else LIST
    while address:
        with connection.stream(address, {"Accept": "application/jsonl"}) as answer:
            yield from answer.iter_lines()
            following = answer.links.get("next", {}).get("url")
        address = _below(following) if following else None


def _wanted(lines: Iterable[str], options: Options, done: Mirrored) -> Iterator[_Listed]:
    for line in lines:
        try:
            one = _read(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, UnsafeAddress) as error:
            why = error.text if isinstance(error, OpenDataError) else Text(str(error), str(error))
            text = Text(f"清单中的一行无法使用：{why.zh}", f"a line of the list cannot be used: {why.en}")
            done.findings.append(Finding("malformed-line", text, value=ascii(line[:200])))
            done.failed += 1
            continue
        if not options.formats or one.format in options.formats:
            yield one


def _read(line: dict[str, Any]) -> _Listed:
    """One line of the list, whose names may lead nowhere but into the mirror."""
    path = checked(f"{line['dataset']}/{int(line['release'])}/{line['name']}")
    sha256, size, state = str(line["sha256"]), int(line["bytes"]), str(line["state"])
    if path.count("/") != 2 or not _SHA256.fullmatch(sha256) or size < 0 or state not in _STATES:  # noqa: PLR2004 - dataset, release, name
        raise ValueError(f"sha256 {sha256[:70]!r}, bytes {size}, state {state[:20]!r}")
    address = "" if state == "withdrawn" else _below(line["url"])
    return _Listed(path, state, str(line["format"]), Wanted(address, str(line["name"]), size, sha256))


def _below(url: object) -> str:
    """The address below the portal's own: whatever host a list names, only the portal is asked."""
    if not isinstance(url, str):
        raise TypeError(f"url {url!r}")
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _damaged(one: _Listed) -> Finding:
    text = Text(f"{one.path} 已损坏，已重新下载", f"{one.path} was damaged; it was fetched again")
    return Finding("damaged", text, value=one.path, expected=one.wanted.sha256)


def _no_list(url: str) -> Unreachable:
    return Unreachable(
        f"{url} 没有镜像所需的清单（/bulk.json）", f"{url} has no list to mirror by (/bulk.json)"
    )
