"""All findings counted, the first of each kind kept: a file with a million faults is still one page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from catalog.records import Finding

KEPT_PER_CODE = 200

#: How many findings of a code a physical column has.
ColumnCounts = Mapping[tuple[str, int], int]


class Tally:
    """Takes findings in; gives the kept ones, the rows they lie in, the counts and the verdict."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Finding]] = {}
        self._counts: Counter[str] = Counter()
        self._columns: Counter[tuple[str, int]] = Counter()
        self._rows: dict[int, Sequence[str]] = {}
        self._errors = 0

    def add(self, finding: Finding, cells: Sequence[str] | None = None) -> None:
        """Count *finding*, and keep it if it is among the first of its code.

        :param cells: the whole row in which it lies, if it lies in one.
        """
        self._counts[finding.code] += 1
        if finding.column is not None:
            self._columns[finding.code, finding.column] += 1
        self._errors += finding.severity == "error"
        if self._keep(finding) and cells is not None and finding.row is not None:
            self._rows[finding.row] = cells

    def add_all(self, findings: Iterable[Finding], cells: Sequence[str] | None = None) -> None:
        """Count every one of *findings*, which lie in one row of *cells* or in none."""
        for finding in findings:
            self.add(finding, cells)

    def add_known(
        self,
        counts: Mapping[str, int],
        first: Iterable[Finding],
        columns: ColumnCounts | None = None,
        rows: Mapping[int, Sequence[str]] | None = None,
    ) -> None:
        """Take errors of which only the *first* of each code, in order, are at hand, and all are *counts*.

        :param columns: the counts per code and physical column, where the fault has one.
        :param rows: the cells of rows, by physical number, those in which the *first* lie among them.
        """
        known = rows or {}
        for finding in first:
            if self._keep(finding) and finding.row is not None and finding.row in known:
                self._rows[finding.row] = known[finding.row]
        self._counts.update(counts)
        self._columns.update(columns or {})
        self._errors += sum(counts.values())

    def _keep(self, finding: Finding) -> bool:
        kept = self._kept.setdefault(finding.code, [])
        if len(kept) >= KEPT_PER_CODE:
            return False
        kept.append(finding)
        return True

    @property
    def valid(self) -> bool:
        """Whether no finding was an error."""
        return not self._errors

    @property
    def errors(self) -> int:
        """How many findings were errors."""
        return self._errors

    @property
    def rows(self) -> Mapping[int, Sequence[str]]:
        """The cells of rows in which kept findings lie, by physical number."""
        return self._rows

    def counts(self) -> dict[str, int]:
        """How many findings there were of each code, codes in alphabetical order."""
        return dict(sorted(self._counts.items()))

    def column_counts(self) -> dict[int, dict[str, int]]:
        """The same for each physical column that has any; findings without a column are not among them."""
        found: dict[int, dict[str, int]] = {}
        for (code, column), count in sorted(self._columns.items(), key=lambda pair: (pair[0][1], pair[0][0])):
            if count:
                found.setdefault(column, {})[code] = count
        return found

    def findings(self) -> tuple[Finding, ...]:
        """The kept findings: of the file, then by row, column and code."""
        kept = [finding for findings in self._kept.values() for finding in findings]
        return tuple(sorted(kept, key=lambda one: (one.row or 0, one.column or 0, one.code)))
