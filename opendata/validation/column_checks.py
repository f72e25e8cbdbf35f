"""The named checks of a schema, counted for a whole batch at once; :mod:`opendata.validation.checks` words them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from catalog.codes import USCC_ALPHABET, USCC_WEIGHTS
from opendata.validation.batches import Batch
from opendata.validation.cell_checks import CellRule, cell_rules
from opendata.validation.checks import out_of_order, row_rules
from opendata.validation.known import Known
from opendata.validation.readings import ColumnJudge, Judged
from opendata.validation.row_rules import Columns, Rule, broken_rows
from opendata.validation.schema import Schema
from opendata.validation.texts import Flags

#: Given a batch and the verdicts on its columns: the rows that break the check.
ColumnCheck = Callable[[Batch, Mapping[int, Judged]], Flags]

_USCC_LENGTH = 18
_VALUES = np.full(256, -1, dtype=np.int64)
_VALUES[np.frombuffer(USCC_ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(USCC_ALPHABET))
_WEIGHTS: npt.NDArray[np.int64] = np.array(USCC_WEIGHTS, dtype=np.int64)


def _right_uscc(codes: pl.Series) -> Flags:
    """Which of *codes* have 18 characters of the alphabet, the last of which is the right check digit."""
    whole = ((codes.str.len_bytes() == _USCC_LENGTH) & (codes.str.len_chars() == _USCC_LENGTH)).to_numpy()
    right = np.zeros(len(codes), dtype=np.bool_)
    if whole.any():
        text = "".join(codes.filter(pl.Series(whole)).to_list()).encode()
        values = _VALUES[np.frombuffer(text, dtype=np.uint8).reshape(-1, _USCC_LENGTH)]
        modulus = len(USCC_ALPHABET)
        digit = (modulus - values[:, :-1] @ _WEIGHTS % modulus) % modulus
        right[whole] = (values >= 0).all(axis=1) & (digit == values[:, -1])
    return right


def _cell_check(judge: ColumnJudge, rule: CellRule) -> ColumnCheck:
    def flags(batch: Batch, judged: Mapping[int, Judged]) -> Flags:
        given = ~judged[judge.index].null
        texts = batch.series(judge.index).filter(pl.Series(given))
        broken = np.zeros(len(given), dtype=np.bool_)
        if judge.kind == "string" and rule.check == "uscc":
            broken[given] = ~_right_uscc(texts)
            return broken
        bad = [text for text in texts.unique().to_list() if rule.wrong(str(judge.value(text)))]
        if bad:
            broken[given] = texts.is_in(bad).to_numpy()
        return broken

    return flags


def _both(
    batch: Batch, first: ColumnJudge, second: ColumnJudge, where: Flags
) -> Iterator[tuple[int, object, object]]:
    """The rows of *where* with the two columns' values."""
    texts = batch.series(first.index), batch.series(second.index)
    for position in np.flatnonzero(where).tolist():
        yield position, first.value(texts[0][position]), second.value(texts[1][position])


def _date_order(first: ColumnJudge, second: ColumnJudge) -> ColumnCheck:
    def flags(batch: Batch, judged: Mapping[int, Judged]) -> Flags:
        one, two = judged[first.index], judged[second.index]
        plain = one.plain & two.plain
        start, end = first.normal(batch), second.normal(batch)
        broken: Flags = plain & (start > end).fill_null(value=False).to_numpy()
        odd = ~(plain | one.null | two.null)
        for position, early, late in _both(batch, first, second, odd):
            broken[position] = out_of_order(early, late)
        return broken

    return flags


def _rule(rule: Rule, judges: Mapping[str, ColumnJudge]) -> ColumnCheck:
    return lambda batch, judged: broken_rows(rule, Columns(batch, judged, judges))


def column_checks(
    schema: Schema, judges: Mapping[str, ColumnJudge], known: Known, foreign: Sequence[Rule] = ()
) -> Sequence[tuple[str, int, ColumnCheck]]:
    """The checks of *schema* that the columns present allow, each with the code and the column of its finding.

    :param judges: by field name, for the fields that have a column.
    :param foreign: the foreign keys, whose references were looked up once for the table.
    """
    checks = [
        (rule.code, judges[field["name"]].index, _cell_check(judges[field["name"]], rule))
        for field in schema.fields
        if field["name"] in judges
        for rule in cell_rules(field, known)
    ]
    for check in schema.checks:
        match check:
            case {"type": "date-order", "fields": [first, second]} if {first, second} <= judges.keys():
                checks.append(
                    ("date-order", judges[second].index, _date_order(judges[first], judges[second]))
                )
    checks += [
        (rule.code, judges[rule.at].index, _rule(rule, judges))
        for rule in row_rules(schema, known, foreign, judges.keys())
        if judges.keys() >= set(rule.fields)
    ]
    return checks
