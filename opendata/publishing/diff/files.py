"""What changed between two releases that are no tables: the file itself, and for archives what they hold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from opendata.publishing.diff.members import Members, members

#: Names of members that are kept of each kind of change; the counts are whole.
MOST_NAMES = 1_000
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class FileState:
    """One published file, as its release describes it."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive that differs; a size is None where the release does not have it."""

    change: str
    name: str
    size_before: int | None
    size_after: int | None


@dataclass(frozen=True, slots=True)
class FileDiff:
    """How the file of one release differs from that of another.

    ``counts`` has added, removed, changed and unchanged members; None where one of the two is no archive that can
    be looked into. ``members`` lists those that differ, at most :data:`MOST_NAMES` of each kind.
    """

    before: FileState
    after: FileState
    counts: Mapping[str, int] | None
    members: tuple[Member, ...]

    @property
    def same(self) -> bool:
        """Whether not one byte differs."""
        return self.before.sha256 == self.after.sha256

    def to_dict(self, names: int = MOST_NAMES) -> dict[str, Any]:
        """The difference as JSON-ready values, of each kind of change at most *names* members."""
        listed: Counter[str] = Counter()
        shown = []
        for one in self.members:
            listed[one.change] += 1
            if listed[one.change] <= names:
                shown.append(asdict(one))
        return {
            **{name: asdict(state) for name, state in (("before", self.before), ("after", self.after))},
            "same": self.same,
            "counts": dict(self.counts) if self.counts is not None else None,
            "members": shown,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "FileDiff":
        """The inverse of :meth:`to_dict`, with the members that were told there."""
        before, after = (FileState(**values[name]) for name in ("before", "after"))
        return cls(before, after, values["counts"], tuple(Member(**one) for one in values["members"]))

    @property
    def is_whole(self) -> bool:
        """Whether every member that differs is listed."""
        counts = self.counts or {}
        return len(self.members) == sum(counts.get(change, 0) for change in (ADDED, REMOVED, CHANGED))


def diff_files(old: tuple[FileState, Path], new: tuple[FileState, Path]) -> FileDiff:
    """Compare the files of two releases, each with the place where its bytes lie."""
    if old[0].sha256 == new[0].sha256:
        return FileDiff(old[0], new[0], None, ())
    held = members(old[1]), members(new[1])
    if held[0] is None or held[1] is None:
        return FileDiff(old[0], new[0], None, ())
    counts, told = _differing(held[0], held[1])
    return FileDiff(old[0], new[0], counts, told)


def _differing(old: Members, new: Members) -> tuple[dict[str, int], tuple[Member, ...]]:
    names = {
        ADDED: sorted(new.keys() - old.keys()),
        REMOVED: sorted(old.keys() - new.keys()),
        CHANGED: sorted(name for name in old.keys() & new.keys() if old[name] != new[name]),
    }
    counts = {change: len(found) for change, found in names.items()}
    counts["unchanged"] = len(old.keys() & new.keys()) - counts[CHANGED]
    told = [_member(change, name, old, new) for change, found in names.items() for name in _first(found)]
    return counts, tuple(told)


def _first(names: Sequence[str]) -> Sequence[str]:
    return names[:MOST_NAMES]


def _member(change: str, name: str, old: Members, new: Members) -> Member:
    before, after = old.get(name), new.get(name)
    return Member(change, name, before[0] if before else None, after[0] if after else None)
