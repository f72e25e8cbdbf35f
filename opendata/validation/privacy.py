"""Every cell of every column looked at for what tells on persons; found, counted exactly, shown masked.

Whatever the schema calls a column, it is looked at. Where a column blocks, a column of persons' names
beside it is named too: it is the two together that tell who somebody is.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from catalog.records import Finding, Text
from opendata.validation.personal import KINDS, Kind, mask, personal_kind
from opendata.validation.scan import NONE, Scan, scan
from opendata.validation.texts import Texts

__all__ = ["PrivacyWatch", "mask"]

_SAMPLES = 3
#: Distinct texts of one batch and column that are read at a time.
_CUT = 60
#: Labels of columns that hold persons' names. 名称 is what organisations have.
_NAMES = re.compile(
    r"姓名|联系人|负责人|法定代表人|法人代表|当事人|申请人|经办人|监护人|户主|学生|患者|职工|person|full_?name|contact",
    re.IGNORECASE,
)
_NO_NAMES = re.compile(r"电话|号|码|手机|方式|数|日期|单位|地址|phone|tel|mail|number", re.IGNORECASE)
_NAME_KIND = Kind("姓名", "persons' names", lambda _: False)
Numbers = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Hits:
    count: int = 0
    first_row: int = 0
    samples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Watch:
    filled: int = 0
    first_filled: int = 0
    hits: dict[str, _Hits] = field(default_factory=dict)

    def fill(self, count: int, row: int) -> None:
        """Note *count* filled cells, the first of them in *row*."""
        if count and row:
            self.first_filled = min(self.first_filled or row, row)
        self.filled += count

    def hit(self, kind: Kind, rows: Numbers, cells: Sequence[str], count: int | None = None) -> None:
        """Note that cells in *rows* hold a number of *kind*; *cells* are the first of them."""
        hits = self.hits.setdefault(kind.en, _Hits(first_row=int(rows[0])))
        hits.count += len(rows) if count is None else count
        for cell in cells[: _SAMPLES - len(hits.samples)]:
            hits.samples.append(mask(cell.strip())[:_CUT])


#: Types whose plainly written values are no personal numbers.
HARMLESS = frozenset({"date", "datetime", "time", "year", "yearmonth", "boolean"})


class PrivacyWatch:
    """Sees every row once; afterwards says which columns hold personal numbers.

    :param width: how many columns there are; cells beyond are not looked at.
    :param labels: the columns' labels, by which columns of names are known, and all are called.
    """

    def __init__(self, width: int, labels: Sequence[str] = ()) -> None:
        self._columns = [_Watch() for _ in range(width)]
        self._labels = labels
        self._named = {
            index
            for index, label in enumerate(labels)
            if _NAMES.search(label) and not _NO_NAMES.search(label)
        }

    def see(self, row: int, cells: Sequence[str]) -> None:
        """Look at the cells of physical *row*."""
        rows = np.array([row], dtype=np.int64)
        for watch, cell in zip(self._columns, cells, strict=False):
            if not cell:
                continue
            watch.fill(1, row)
            kind = personal_kind(cell)
            if kind:
                watch.hit(kind, rows, [cell])

    def see_column(
        self, column: int, rows: Numbers, cells: Texts, plain: npt.NDArray[np.bool_] | None = None
    ) -> None:
        """Look at the cells of one *column* in a batch of physical *rows*; empty where a row has no such cell.

        :param plain: the cells that need no look: they are filled and hold a date, a moment or a truth value.
        """
        watch = self._columns[column]
        if plain is not None and plain.all():
            watch.fill(len(rows), int(rows[0]) if len(rows) else 0)
            return
        if plain is not None and plain.any():
            watch.fill(int(plain.sum()), int(rows[plain.argmax()]))
            cells, rows = cells.some(~plain), rows[~plain]
        filled = cells.lengths > 0
        count = int(np.count_nonzero(filled))
        if not count:
            return
        watch.fill(count, 0 if watch.first_filled else int(rows[filled.argmax()]))
        found = scan(cells)
        kinds = found.kinds
        if len(found.unsure):
            kinds = self._read(cells, found)
        if kinds is None:
            return
        for index in np.flatnonzero(np.bincount(kinds[kinds != NONE])).tolist():
            at = np.flatnonzero(kinds == index)
            watch.hit(KINDS[index], rows[at], cells.array.take(pa.array(at[:_SAMPLES])).to_pylist())

    @staticmethod
    def _read(cells: Texts, found: Scan) -> npt.NDArray[np.int8] | None:
        """The kinds completed by those of the cells that are unsure, each distinct text read once."""
        kinds, unsure = found.kinds, found.unsure
        texts = pl.Series("", cells.array.take(pa.array(unsure)), dtype=pl.String)
        likely = texts.str.contains(found.likely).fill_null(value=False)
        if not likely.any():
            return kinds
        texts, unsure = texts.filter(likely), unsure[likely.to_numpy()]
        codes = {
            text: KINDS.index(kind) for text in texts.unique().to_list() if (kind := personal_kind(text))
        }
        if not codes:
            return kinds
        kinds = np.full(len(cells), NONE, dtype=np.int8) if kinds is None else kinds
        kinds[unsure] = [codes.get(text, NONE) for text in texts.to_list()]
        return kinds

    def findings(
        self,
        names: Sequence[str],
        numbers: Sequence[int],
        public: Mapping[str, str],
        masked: Collection[str] = (),
    ) -> Iterator[Finding]:
        """One ``personal-information`` per column that holds any; a warning if *public* gives the reason,
        which it cannot give for identity numbers. A column of names is told of if another column blocks.

        :param names: each column's field name, or its label where no field claims it.
        :param numbers: each column's physical number.
        :param masked: the fields whose values are not published as they are.
        """
        blocking = False
        places = list(zip(self._columns, names, numbers, strict=True))
        for index, (watch, name, number) in enumerate(places):
            found = [] if name in masked else _counted(watch)
            if found:
                never = any(kind.never_public for kind, _ in found)
                reason = None if never else public.get(name)
                blocking |= reason is None
                yield self._finding(found, index, name, number, reason)
        for index, (watch, name, number) in enumerate(places):
            quiet = name in masked or name in public or _counted(watch) or not watch.filled
            if blocking and index in self._named and not quiet:
                names_only = [(_NAME_KIND, _Hits(watch.filled, watch.first_filled))]
                yield self._finding(names_only, index, name, number, None)

    def _finding(
        self, found: Sequence[tuple[Kind, _Hits]], index: int, name: str, number: int, reason: str | None
    ) -> Finding:
        label = mask(self._labels[index]) if index < len(self._labels) else name
        zh = "、".join(f"{kind.zh} {hits.count} 处" for kind, hits in found)
        en = ", ".join(f"{hits.count} {kind.en}" for kind, hits in found)
        allowed = (
            (f"；模式声明可公开：{reason}", "; the schema declares the column public") if reason else ("", "")
        )
        return Finding(
            "personal-information",
            Text(f"“{label}”列含有{zh}{allowed[0]}。", f"Column {label} holds {en}{allowed[1]}."),
            severity="warning" if reason else "error",
            row=min(hits.first_row for _, hits in found),
            column=number,
            field=name,
            value="; ".join(sample for _, hits in found for sample in hits.samples)[:200] or None,
            expected="无个人信息 no personal information",
        )


def _counted(watch: _Watch) -> list[tuple[Kind, _Hits]]:
    """The kinds of which the column holds enough."""
    return [
        (kind, watch.hits[kind.en])
        for kind in KINDS
        if kind.en in watch.hits and watch.hits[kind.en].count * 100 >= kind.share * watch.filled
    ]
