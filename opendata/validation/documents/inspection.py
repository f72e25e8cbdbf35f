"""What is being found out of one file: its findings, its facts, and how much of the limits is used up."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.records import Finding, Severity, Text
from opendata.validation.documents.identity import Identity
from opendata.validation.documents.limits import Limits
from opendata.validation.personal import mask

#: Findings of one code that are kept; all are counted.
KEPT = 200
_CUT = 200


@dataclass(slots=True)
class Used:
    """How much was used of the limits, by the file and all that lies in it."""

    members: int = 0
    unpacked: int = 0
    text: int = 0
    seconds: float = 0.0
    is_text_over: bool = False


@dataclass(slots=True)
class Notebook:
    """What was found so far, in the file and all that lies in it."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    used: Used = field(default_factory=Used)


@dataclass(frozen=True, slots=True)
class Inspection:
    """One file under inspection, or one member of it: ``member`` is its path in the outermost file.

    ``depth`` counts the archives around it. All members of a file write into one ``book``.
    """

    path: Path
    name: str
    identity: Identity
    scratch: Path
    limits: Limits
    book: Notebook = field(default_factory=Notebook)
    member: str | None = None
    depth: int = 0

    def inside(self, path: Path, name: str, identity: Identity) -> "Inspection":
        """The member *name*, which lies at *path* now."""
        return dataclasses.replace(
            self, path=path, name=name, identity=identity, member=self.place(name), depth=self.depth + 1
        )

    def place(self, name: str) -> str:
        """How the member *name* is called in the outermost file; whom its name tells on is masked."""
        whole = name[:_CUT].encode("utf-8", "replace").decode()
        shown = mask(whole).replace("\0", "␀")
        return f"{self.member}/{shown}" if self.member else shown

    def add(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        severity: Severity = "error",
        count: int = 1,
        **where: Any,  # noqa: ANN401 - Finding's own fields
    ) -> None:
        """Note a finding; *where* has :class:`Finding`'s other fields, its member by default this one."""
        value = where.pop("value", None)
        cut = None if value is None else str(value)[:_CUT]
        self.keep(Finding(code, Text(zh, en), severity=severity, value=cut, **where), count)

    def keep(self, finding: Finding, count: int = 1) -> None:
        """Note *finding*, which stands for *count* faults; where it names no member it is of this one."""
        book = self.book
        book.counts[finding.code] += count
        if sum(1 for one in book.findings if one.code == finding.code) < KEPT:
            book.findings.append(dataclasses.replace(finding, member=finding.member or self.member))

    def warn(self, code: str, zh: str, en: str, **where: Any) -> None:  # noqa: ANN401 - as above
        """Note a finding that does not stop publication."""
        self.add(code, zh, en, severity="warning", **where)

    def note(self, zh: str, en: str) -> None:
        """Note what a reader of the report should know; once."""
        text = Text(zh, en)
        if text not in self.book.notes:
            self.book.notes.append(text)

    def tell(self, facts: Mapping[str, Any]) -> None:
        """Note *facts* of the file itself; those of a member are not told."""
        if self.member is None:
            self.book.facts.update(facts)

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return self.path.stat().st_size


Check = Callable[[Inspection], None]
