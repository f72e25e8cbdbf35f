"""What cells mean, as text: a number by its style is a number, a day, a span of time or a code with zeros."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pyarrow as pa

from opendata.tables.faults import malformed
from opendata.tables.limits import MAX_SPAN
from opendata.tables.repeated import refuse_swelling
from opendata.tables.texts import cell_text
from opendata.tables.xlsx.cells import TYPE_NUMBERS, TYPES, Cells, Places
from opendata.tables.xlsx.formats import GENERAL, NumberFormat
from opendata.tables.xlsx.scan import without_escapes

_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?$"
#: At most 15 digits and no exponent: such a text is what Python writes for the number that it is read as.
_PLAIN = (
    r"^(?:0|-?[1-9][0-9]{0,14}|-?[1-9][0-9]{0,8}\.[0-9]{0,5}[1-9]|-?[1-9][0-9]{0,2}\.[0-9]{0,11}[1-9]"
    r"|-?0\.0{0,3}[1-9](?:[0-9]{0,10}[1-9])?)$"
)
#: How some programs write whole numbers.
_POINTED = r"^(-?[1-9][0-9]{0,14})\.0+$"
_DIGITS = "^[0-9]+$"
_DAY_MS = 86_400_000
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zones
_TO_1904 = 1462
#: Excel takes 1900 for a leap year: before its 29th of February every day is one too low.
_LEAP_BUG = 60
#: The serial number of the day after 9999-12-31.
_LAST_DAY = 2_958_466

Texts = pl.Series
Reader = Callable[[Texts], Texts]


class _Wrong(ValueError):
    """The text at *place* of those handed in is not what its type promises."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def _mapped(texts: Texts, where: pl.Series, read: Callable[[str], str]) -> Texts:
    """*texts* with those marked in *where* read one by one, each distinct one once."""
    places = where.arg_true()
    if not len(places):
        return texts
    chosen = texts.gather(places)
    known = {text: read(text) for text in chosen.unique().to_list()}
    return texts.scatter(places, [known[text] for text in chosen.to_list()])


def _require(right: pl.Series) -> None:
    if not right.all():
        raise _Wrong(int(right.not_().arg_true()[0]))


def _numbers(texts: Texts) -> pl.Series:
    """The texts as floats.

    :raises _Wrong: one is no number, or overflows.
    """
    _require(texts.str.contains(_NUMBER))
    values = texts.cast(pl.Float64)
    _require(values.is_finite())
    return values


def general(texts: Texts) -> Texts:
    """Numbers as Python writes them, whole ones without a point."""
    odd = texts.str.contains(_PLAIN).not_()
    if odd.any():
        _numbers(texts)
        texts = texts.str.replace(_POINTED, "$1")
        odd = texts.str.contains(_PLAIN).not_()
    return _mapped(texts, odd, lambda text: cell_text(float(text)))


def _coded(zeros: int) -> Reader:
    def read(texts: Texts) -> Texts:
        plain = general(texts)
        return pl.select(
            pl.when(plain.str.contains(_DIGITS)).then(plain.str.zfill(zeros)).otherwise(plain)
        ).to_series()

    return read


def _moment_text(milliseconds: int) -> str:
    return cell_text(_EPOCH + timedelta(milliseconds=milliseconds))


def _moments(from_1904: bool) -> Reader:
    """Days and moments as :func:`cell_text` writes them; what no calendar holds stays a number."""

    def read(texts: Texts) -> Texts:
        serials = _numbers(texts).to_numpy()
        days = serials + _TO_1904 if from_1904 else serials
        days = np.where(days < _LEAP_BUG, days + 1, days)
        beyond = (serials < 0) | (days >= _LAST_DAY)
        exact = np.rint(np.where(beyond, 0, days) * _DAY_MS).astype(np.int64)
        written = _written(exact)
        for place in np.flatnonzero((serials < 1) | beyond).tolist():
            number = beyond[place]
            written[place] = cell_text(float(serials[place])) if number else _time_text(int(exact[place]))
        return written

    return read


def _time_text(milliseconds: int) -> str:
    return (_EPOCH + timedelta(milliseconds=milliseconds)).time().isoformat()


def _written(milliseconds: Places) -> Texts:
    """Milliseconds since the sheet's epoch as days, or as moments where they are not midnight."""
    moments = pl.Series(milliseconds - int((datetime(1970, 1, 1) - _EPOCH).total_seconds()) * 1000)  # noqa: DTZ001 - both without zone
    moments = moments.cast(pl.Datetime("ms"))
    midnight = milliseconds % _DAY_MS == 0
    texts = moments.dt.strftime("%Y-%m-%d")
    if not midnight.all():
        full = moments.dt.strftime("%Y-%m-%d %H:%M:%S")
        texts = texts.zip_with(pl.Series(midnight), full)
    parts = np.flatnonzero(milliseconds % 1000)
    if len(parts):
        texts = texts.scatter(parts, [_moment_text(int(milliseconds[place])) for place in parts])
    return texts


def _spans(texts: Texts) -> Texts:
    """Spans of time as hours, minutes and seconds."""
    _numbers(texts)
    every = pl.Series([True]).new_from_index(0, len(texts))
    return _mapped(texts, every, _span_text)


def _span_text(text: str) -> str:
    try:
        return cell_text(timedelta(milliseconds=round(float(text) * _DAY_MS)))
    except OverflowError:
        return cell_text(float(text))


def _booleans(texts: Texts) -> Texts:
    yes, no = texts.is_in(["1", "true"]), texts.is_in(["0", "false"])
    _require(yes | no)
    return pl.select(pl.when(yes).then(pl.lit("true")).otherwise(pl.lit("false"))).to_series()


def _iso(texts: Texts) -> Texts:
    every = pl.Series([True]).new_from_index(0, len(texts))
    return _mapped(texts, every, _iso_text)


def _iso_text(text: str) -> str:
    try:
        return cell_text(datetime.fromisoformat(text))
    except ValueError:
        return text


def _escaped(texts: Texts) -> Texts:
    return pl.Series(pl.from_arrow(without_escapes(texts.to_arrow().cast(pa.large_string()))))


class Meaning:
    """Reads raw cells into texts.

    :param strings: the workbook's shared strings.
    :param formats: the number format of each cell style.
    """

    def __init__(
        self, strings: pa.LargeStringArray, formats: Sequence[NumberFormat], *, from_1904: bool
    ) -> None:
        self._strings = pl.Series(pl.from_arrow(strings)).cast(pl.String)
        self._sizes = self._strings.str.len_bytes().cast(pl.Int64)
        self._formats = formats
        self._from_1904 = from_1904

    def _shared(self, texts: Texts) -> Texts:
        numbers = texts.cast(pl.UInt32, strict=False)
        _require((numbers < len(self._strings)).fill_null(value=False))
        refuse_swelling(int(self._sizes.gather(numbers).sum()), MAX_SPAN)
        return self._strings.gather(numbers)

    def _reader(self, kind: str, form: NumberFormat) -> Reader:
        if kind != "n":
            readers: dict[str, Reader] = {
                "s": self._shared,
                "b": _booleans,
                "d": _iso,
                "e": lambda texts: texts,
            }
            return readers.get(kind, _escaped)
        if form.kind == "date":
            return _moments(self._from_1904)
        if form.kind == "span":
            return _spans
        return _coded(form.zeros) if form.zeros else general

    def _groups(self, cells: Cells) -> Iterator[tuple[str, NumberFormat, Places]]:
        """The cells of each type, numbers by what their format says."""
        numeric = cells.types == TYPE_NUMBERS["n"]
        for kind in np.unique(cells.types[~numeric]).tolist():
            yield TYPES[kind], GENERAL, np.flatnonzero(cells.types == kind)
        by_form: dict[NumberFormat, list[int]] = {}
        for style in np.unique(cells.styles[numeric]).tolist():
            form = self._formats[style] if style < len(self._formats) else GENERAL
            by_form.setdefault(form, []).append(style)
        for form, styles in by_form.items():
            yield "n", form, np.flatnonzero(numeric & np.isin(cells.styles, styles))

    def texts(self, cells: Cells) -> pl.Series:
        """One text per cell.

        :raises UnreadableFile: a value is not what its type promises, with its place.
        """
        raw = pl.Series(pl.from_arrow(cells.texts)).cast(pl.String)
        read, places = [], []
        for kind, form, chosen in self._groups(cells):
            try:
                read.append(self._reader(kind, form)(raw.gather(chosen)))
            except _Wrong as error:
                place = int(chosen[error.place])
                shown = str(raw[place])[:40]
                raise malformed(
                    "XLSX",
                    f"单元格的值 {shown} 不合其类型",
                    f"the value {shown} of a cell is not of its type",
                    row=int(cells.rows[place]),
                    column=int(cells.columns[place]),
                    value=shown,
                ) from error
            places.append(chosen)
        if not read:
            return raw
        whole = pl.concat(read)
        back = np.empty(len(raw), np.int64)
        back[np.concatenate(places)] = np.arange(len(raw))
        return whole.gather(back)
