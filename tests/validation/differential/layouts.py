"""How a drawn table lies in its file: dialect, header, titles, comments, blank lines."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from hypothesis import strategies as st

Row = list[str]
TITLE = "统计表"
PLAIN = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "skipInitialSpace": False}


@dataclass(frozen=True, slots=True)
class Layout:
    """``csv`` holds the properties of the delimited text, ``more`` the other properties of a Table Dialect.

    ``above`` are the records above the header; ``header`` False: there is none.
    """

    csv: dict[str, Any]
    more: dict[str, Any]
    above: Sequence[Row] = ()
    header: bool = True
    line: str = "\r\n"
    mark: bool = False
    all_quoted: bool = False
    aside: Sequence[tuple[int, Row]] = field(default=())

    @property
    def header_row(self) -> int:
        """The physical row of the header; 0: none."""
        return len(self.above) + 1 if self.header else 0

    @property
    def declared(self) -> dict[str, Any]:
        """It as a Table Dialect that leaves nothing open."""
        return {"csv": self.csv, **self.more, **({"headerRows": [self.header_row]} if self.header else {})}

    def records(self, labels: Row, rows: Sequence[Row]) -> list[Row]:
        """All records of the file in order, comments and blank lines among them."""
        found = [*self.above, *([labels] if self.header else []), *rows]
        for at, record in self.aside:
            found.insert(self.header_row + min(at, len(rows)), record)
        return found

    def written(self, records: Sequence[Row]) -> bytes:
        """The file's bytes."""
        text = StringIO(newline="")
        quoting = csv.QUOTE_ALL if self.all_quoted else csv.QUOTE_MINIMAL
        # Told CRLF, the writer quotes what holds either half of it.
        writer = csv.writer(
            text,
            delimiter=self.csv["delimiter"],
            quotechar=self.csv["quoteChar"],
            doublequote=self.csv["doubleQuote"],
            escapechar=self.csv.get("escapeChar"),
            lineterminator="\r\n",
            quoting=quoting,
        )
        lines = []
        for record in records:
            writer.writerow(record)
            lines.append(text.getvalue().removesuffix("\r\n"))
            text.seek(0)
            text.truncate()
        whole = "".join(f"{line}{self.line}" for line in lines)
        return (b"\xef\xbb\xbf" if self.mark else b"") + whole.encode()

    def read(self, data: bytes) -> list[Row]:
        """The records of *data*, by Python's own reader."""
        return list(
            csv.reader(
                StringIO(data.decode("utf-8-sig"), newline=""),
                delimiter=self.csv["delimiter"],
                quotechar=self.csv["quoteChar"],
                doublequote=self.csv["doubleQuote"],
                escapechar=self.csv.get("escapeChar"),
                skipinitialspace=self.csv["skipInitialSpace"],
            )
        )

    def kept(self, records: Sequence[Row]) -> list[tuple[int, Row]]:
        """The rows of the table with their physical numbers."""
        char, numbers = self.more.get("commentChar"), self.more.get("commentRows", ())
        return [
            (number, record)
            for number, record in enumerate(records, start=1)
            if number > self.header_row
            and number not in numbers
            and not (char and record and record[0].startswith(char))
            and not (self.more.get("skipBlankRows") and not any(record))
        ]


def guessed_header(records: Sequence[Row]) -> int:
    """The header's row by the rule of docs/validation.md: half as many filled cells as the fullest of 50 rows."""
    filled = [sum(1 for cell in record if cell.strip()) for record in records[:50]]
    most = max(filled, default=0)
    return next((number for number, count in enumerate(filled, start=1) if 2 * count >= most > 0), 0)


def found_out(layout: Layout, data: bytes) -> bool:
    """Whether the file's layout is found without being declared."""
    records = layout.read(data)
    plain = layout.csv == PLAIN and not layout.more and max(map(len, records), default=0) > 1
    other = any(mark in cell for record in records for cell in record for mark in ";\t|")
    return plain and not other and guessed_header(records) == layout.header_row > 0


def _csv(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        return PLAIN
    found = {
        **PLAIN,
        "delimiter": draw(st.sampled_from(",;\t|:")),
        "quoteChar": draw(st.sampled_from('""\'')),
    }
    found["skipInitialSpace"] = draw(st.integers(0, 4)) == 0
    if draw(st.integers(0, 4)) == 0:
        found |= {"doubleQuote": False, "escapeChar": "\\"}
    return found


@st.composite
def layouts(draw: st.DrawFn, columns: int, rows: int) -> Layout:
    """A layout for a table of so many columns and rows."""
    more: dict[str, Any] = {}
    above: list[Row] = []
    aside: list[tuple[int, Row]] = []
    header = draw(st.integers(0, 9)) < 9
    if header and draw(st.booleans()):
        above = [[TITLE], [""] * columns, ["单位", "元"][:columns]][: draw(st.integers(1, 3))]
    if draw(st.integers(0, 4)) == 0:
        more["commentChar"] = draw(st.sampled_from(["#", "//", "注"]))
        places = draw(st.lists(st.integers(0, rows), max_size=2))
        aside += [(at, [f"{more['commentChar']} 说明", "x"][: draw(st.integers(1, 2))]) for at in places]
        if header and draw(st.booleans()):
            above = [[f"{more['commentChar']}{TITLE}"], *above]
    if draw(st.integers(0, 5)) == 0:
        more["commentRows"] = sorted(
            draw(st.sets(st.integers(len(above) + 1 + header, len(above) + rows + 2), min_size=1, max_size=2))
        )
    if draw(st.integers(0, 4)) == 0:
        more["skipBlankRows"] = True
        aside += [
            (at, draw(st.sampled_from([[], [""] * columns])))
            for at in draw(st.lists(st.integers(0, rows), max_size=2))
        ]
    if not header:
        more["header"] = False
    return Layout(
        _csv(draw),
        more,
        above,
        header,
        line=draw(st.sampled_from(["\r\n", "\n", "\n"])),
        mark=draw(st.integers(0, 9)) == 0,
        all_quoted=draw(st.integers(0, 5)) == 0,
        aside=aside,
    )
