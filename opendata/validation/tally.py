"""All findings counted, the first of each kind kept: a file with a million faults is still one page."""

from collections import Counter
from collections.abc import Iterable, Mapping

from catalog.records import Finding

KEPT_PER_CODE = 200


class Tally:
    """Takes findings in; gives the kept ones, the counts and the verdict."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Finding]] = {}
        self._counts: Counter[str] = Counter()
        self._errors = 0

    def add(self, finding: Finding) -> None:
        """Count *finding*, and keep it if it is among the first of its code."""
        self._counts[finding.code] += 1
        self._errors += finding.severity == "error"
        kept = self._kept.setdefault(finding.code, [])
        if len(kept) < KEPT_PER_CODE:
            kept.append(finding)

    def add_all(self, findings: Iterable[Finding]) -> None:
        """Count every one of *findings*."""
        for finding in findings:
            self.add(finding)

    def add_known(self, counts: Mapping[str, int], first: Iterable[Finding]) -> None:
        """Take errors of which only the *first* of each code, in order, are at hand, and all are *counts*."""
        for finding in first:
            kept = self._kept.setdefault(finding.code, [])
            if len(kept) < KEPT_PER_CODE:
                kept.append(finding)
        self._counts.update(counts)
        self._errors += sum(counts.values())

    @property
    def valid(self) -> bool:
        """Whether no finding was an error."""
        return not self._errors

    def counts(self) -> dict[str, int]:
        """How many findings there were of each code, codes in alphabetical order."""
        return dict(sorted(self._counts.items()))

    def findings(self) -> tuple[Finding, ...]:
        """The kept findings: of the file, then by row, column and code."""
        kept = [finding for findings in self._kept.values() for finding in findings]
        return tuple(sorted(kept, key=lambda one: (one.row or 0, one.column or 0, one.code)))
