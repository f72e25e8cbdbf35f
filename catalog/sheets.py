"""Registry sheets: which columns a sheet has, where its header stands, what each row says.

A fault never stops the reading: it becomes a finding with sheet, row, column, field, value and what was
expected, so that an office can mend all of them at once.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.grids import MAX_CELL, Grid
from catalog.records import Finding, Text
from catalog.vocabularies import YES_NO, Vocabulary, fold

#: How far down the header is looked for: title, subtitle, date and unit lines stand above it.
_HEADER_WITHIN = 30
#: Columns that offices add for the eye; they say nothing about the row.
_IGNORED = frozenset(map(fold, ("序号", "行号", "No.", "No", "#")))
_MARKS = re.compile(r"[*＊]|[(（]必填[)）]")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 00:00:00)?|(\d{4})(\d\d)(\d\d)")
_BETWEEN_WORDS = re.compile(r"[；;\n]")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a registry knows.

    ``needed``: a sheet without it cannot be read at all.
    """

    field: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    needed: bool = False

    def spellings(self) -> set[str]:
        """Everything that a header may call it, folded."""
        return {fold(text) for text in (self.field, self.zh, self.en, *self.aliases)}


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header; its methods read a cell and note what is wrong with it."""

    sheet: str
    number: int
    cells: dict[str, str]
    columns: dict[str, Column]
    places: dict[str, int]
    findings: list[Finding]

    def fault(self, code: str, field: str, zh: str, en: str, expected: str | None = None) -> None:
        """Note that the cell of *field* is wrong."""
        self.findings.append(
            Finding(
                code,
                Text(
                    f"{self.sheet} 第 {self.number} 行“{self.columns[field].zh}”：{zh}",
                    f"{self.sheet}, row {self.number}, {self.columns[field].en}: {en}",
                ),
                sheet=self.sheet,
                row=self.number,
                column=self.places.get(field),
                field=self.columns[field].zh,
                value=self.cells.get(field, "")[:_SHOWN],
                expected=expected,
            )
        )

    def text(self, field: str, *, required: bool = False) -> str:
        """The cell without the white space around it; "" where nothing stands."""
        value = self.cells.get(field, "")
        if required and not value:
            self.fault("missing-value", field, "不能为空", "must not be empty")
        if len(value) > MAX_CELL:
            self.fault("too-large", field, f"超过 {MAX_CELL} 字", f"is over {MAX_CELL} characters")
        return value

    def code(
        self, field: str, is_good: Callable[[str], bool], expected: str, *, required: bool = False
    ) -> str:
        """The cell as a code: full-width digits and letters made half-width, capitals."""
        value = normal(self.text(field, required=required)).upper()
        if value and not is_good(value):
            self.fault(
                "bad-code", field, f"{value!r} 不是正确的代码", f"{value!r} is not a correct code", expected
            )
        return value

    def codes(self, field: str, is_good: Callable[[str], bool], expected: str) -> list[str]:
        """The cell as a list of codes."""
        found = [normal(word).upper() for word in self.words(field)]
        for value in found:
            if not is_good(value):
                self.fault(
                    "bad-code",
                    field,
                    f"{value!r} 不是正确的代码",
                    f"{value!r} is not a correct code",
                    expected,
                )
        return found

    def words(self, field: str) -> list[str]:
        """The cell as a list, separated by semicolons of either width or line breaks, each word once."""
        parts = (part.strip() for part in _BETWEEN_WORDS.split(self.text(field)))
        return list(dict.fromkeys(part for part in parts if part))

    def term(self, field: str, vocabulary: Vocabulary, *, default: str = "", required: bool = False) -> str:
        """The code of the term that the cell names; *default* where nothing stands."""
        value = self.text(field, required=required)
        if not value:
            return default
        term = vocabulary.find(value)
        if term is None:
            expected = vocabulary.labels()
            self.fault(
                "unknown-value",
                field,
                f"{value!r} 不在可选值中",
                f"{value!r} is not one of the values",
                expected,
            )
            return default
        return term.code

    def flag(self, field: str, *, default: bool = False, required: bool = False) -> bool:
        """The cell as yes or no."""
        return self.term(field, YES_NO, default="yes" if default else "no", required=required) == "yes"

    def day(self, field: str, *, required: bool = False) -> date | None:
        """The cell as a date."""
        value = normal(self.text(field, required=required))
        if not value:
            return None
        found = parse_day(value)
        if found is None:
            self.fault("bad-date", field, f"{value!r} 不是日期", f"{value!r} is not a date", "YYYY-MM-DD")
        return found

    def number_of(self, field: str) -> int | None:
        """The cell as a whole number, not negative."""
        value = normal(self.text(field))
        if not value:
            return None
        if not (value.isascii() and value.isdigit()):
            self.fault(
                "bad-number",
                field,
                f"{value!r} 不是非负整数",
                f"{value!r} is not a whole number",
                "0, 1, 2, …",
            )
            return None
        return int(value)


def normal(text: str) -> str:
    """*text* with full-width digits, letters and signs made half-width, trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_day(text: str) -> date | None:
    """The date that *text* spells (2018-06-30, 2018/6/30, 2018.6.30, 20180630, 2018年6月30日), or None."""
    match = _DATE.fullmatch(normal(text))
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[5], match[6], match[7])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def choose(grids: Iterable[Grid], columns: Sequence[Column]) -> Grid | None:
    """The sheet whose header names every needed column and most of the others; None if there is none."""
    best, most = None, 0
    for grid in grids:
        _, claimed, _ = _find_header(grid, columns)
        if len(claimed) > most and all(column.field in claimed for column in columns if column.needed):
            best, most = grid, len(claimed)
    return best


def read_rows(grid: Grid, columns: Sequence[Column], findings: list[Finding]) -> list[Row]:
    """The rows of *grid* below its header, blank ones left out; faults are added to *findings*."""
    header, places, unknown = _find_header(grid, columns)
    known = {column.field: column for column in columns}
    missing = [column for column in columns if column.needed and column.field not in places]
    findings.extend(_header_fault(grid, header, "missing-header", column, None) for column in missing)
    if missing:
        return []
    for place, label, owner in unknown:
        findings.append(
            _header_fault(
                grid, header, "duplicate-label" if owner else "unknown-header", owner, (place, label)
            )
        )
    return [
        Row(
            grid.name,
            number,
            {field: cells[place - 1].strip() for field, place in places.items() if place <= len(cells)},
            known,
            places,
            findings,
        )
        for number, cells in enumerate(grid.rows[header:], start=header + 1)
        if any(cell.strip() for cell in cells)
    ]


def _find_header(
    grid: Grid, columns: Sequence[Column]
) -> tuple[int, dict[str, int], list[tuple[int, str, Column | None]]]:
    """The header's row (from 1), the place of each field, and the labels that found none."""
    owners = {spelling: column for column in columns for spelling in column.spellings()}
    best: tuple[int, dict[str, int], list[tuple[int, str, Column | None]]] = (0, {}, [])
    for number, cells in enumerate(grid.rows[:_HEADER_WITHIN], start=1):
        places: dict[str, int] = {}
        unknown: list[tuple[int, str, Column | None]] = []
        for place, label in enumerate(cells, start=1):
            name = fold(_MARKS.sub("", label))
            owner = owners.get(name)
            if owner and owner.field not in places:
                places[owner.field] = place
            elif name and name not in _IGNORED:
                unknown.append((place, label.strip(), owner))
        # A header merged over two rows reads the same in both; the lower one touches the data.
        if places and len(places) >= len(best[1]):
            best = (number, places, unknown)
    return best


def _header_fault(
    grid: Grid, row: int, code: str, column: Column | None, found: tuple[int, str] | None
) -> Finding:
    place, label = found or (None, None)
    if code == "missing-header":
        assert column is not None
        zh, en = f"缺少列“{column.zh}”", f"the column {column.zh} ({column.en}) is missing"
    elif code == "duplicate-label":
        zh, en = f"列“{label}”重复", f"the column {label!r} stands there twice"
    else:
        zh, en = f"无法识别列“{label}”", f"the column {label!r} is not known"
    return Finding(
        code,
        Text(f"{grid.name} 表头：{zh}", f"{grid.name}, header: {en}"),
        sheet=grid.name,
        row=row or None,
        column=place,
        field=column.zh if column else None,
        value=label[:_SHOWN] if label else None,
        expected=column.zh if column else None,
    )
