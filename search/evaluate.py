"""How good answers are, against judgements: nDCG@10, MRR, recall, and queries that find nothing.

Judgements are a table of tab-separated columns ``kind``, ``query``, ``id`` and ``grade`` with a header line;
a line begun with ``#`` is a remark. A grade is 1 (related) to 3 (this is it). Of a query to which nothing
answers, one line has an empty ``id``.
"""

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import UnreadableFile

DEPTH = 10
#: How deep an answer is read for recall.
_RECALL_DEPTH = 100
_COLUMNS = ["kind", "query", "id", "grade"]
_GRADES = frozenset("123")


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the grade of every document that answers it; none if nothing does."""

    kind: str
    query: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Means over queries, each between 0 and 1; ``zero`` lists queries that found nothing but should have.

    A query to which nothing answers scores 1 throughout if it finds nothing, else 0.
    """

    queries: int
    ndcg: float
    mrr: float
    recall: float
    zero: tuple[str, ...]


Find = Callable[[str, int], Sequence[str]]


def read_judgements(path: Path) -> list[Judged]:
    """Read judgements; raises UnreadableFile with the line that is no judgement."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if next(rows, None) != _COLUMNS:
            raise _no_judgement(path, "\t".join(_COLUMNS))
        for row in rows:
            if len(row) != len(_COLUMNS) or not row[1].strip() or (row[2] and row[3] not in _GRADES):
                raise _no_judgement(path, "\t".join(row))
            kind, query, id_, grade = row
            grades = found.setdefault((kind, query), {})
            if id_:
                grades[id_] = int(grade)
    return [Judged(kind, query, grades) for (kind, query), grades in found.items()]


def evaluate(judged: Iterable[Judged], find: Find) -> dict[str, Score]:
    """Score every kind of query, and all of them under the empty name.

    :param find: answers a query with at most so many ids, the best first.
    """
    answers = [(one, list(find(one.query, _RECALL_DEPTH))) for one in judged]
    kinds = dict.fromkeys(one.kind for one, _ in answers)
    return {
        kind: _score([(one, ids) for one, ids in answers if kind in ("", one.kind)]) for kind in (*kinds, "")
    }


def ndcg(grades: Mapping[str, int], ids: Sequence[str]) -> float:
    """Return the discounted gain of the first ten, as a share of the best there could be (gain 2^grade − 1)."""
    best = _gain(sorted(grades.values(), reverse=True))
    if not best:
        return float(not ids)
    return _gain([grades.get(id_, 0) for id_ in ids]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum((float(1 << grade) - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))


def _reciprocal_rank(grades: Mapping[str, int], ids: Sequence[str]) -> float:
    if not grades:
        return float(not ids)
    return next((1 / place for place, id_ in enumerate(ids[:DEPTH], 1) if id_ in grades), 0.0)


def _recall(grades: Mapping[str, int], ids: Sequence[str]) -> float:
    return len(grades.keys() & set(ids)) / len(grades) if grades else float(not ids)


def _score(answers: list[tuple[Judged, list[str]]]) -> Score:
    def mean(measure: Callable[[Mapping[str, int], Sequence[str]], float]) -> float:
        return sum(measure(one.grades, ids) for one, ids in answers) / len(answers) if answers else 0.0

    return Score(
        queries=len(answers),
        ndcg=mean(ndcg),
        mrr=mean(_reciprocal_rank),
        recall=mean(_recall),
        zero=tuple(one.query for one, ids in answers if one.grades and not ids),
    )


def _no_judgement(path: Path, line: str) -> UnreadableFile:
    return UnreadableFile(f"{path} 不是评测文件，错在：{line}", f"{path} holds no judgement here: {line}")
