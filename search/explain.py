"""Why a document stands where it stands: the conditions of a query and the parts of a score, one by one."""

from dataclasses import replace

from search.answer import Find
from search.base import Explanation, Reason
from search.clauses import Clause, Every, Phrase, Values, Word
from search.plan import Ask, conditions, plan
from search.query import DEEPEST_HIT, LARGEST_PAGE, Query


def explain(find: Find, query: Query, id_: str) -> Explanation:
    """Explain one document's place among the answers to a query."""
    ask = replace(plan(query), facets=(), offset=0, limit=LARGEST_PAGE)
    this = Values("id", (id_,))
    wanted = [*conditions(query), *((f"{one.field}={','.join(one.values)}", one) for one in ask.filters)]
    holds = tuple((text, _there(find, Every((this, clause)))) for text, clause in wanted)
    reasons = [_reason(find, this, clause, weight) for clause, weight in ask.ranking]
    there = all(held for _, held in holds) and _there(find, this)
    return Explanation(
        place=_place(find, ask, id_) if there else None,
        total=find(replace(ask, limit=0)).total,
        conditions=holds,
        reasons=tuple(sorted((one for one in reasons if one.score), key=lambda one: (-one.score, one[:2]))),
    )


def _there(find: Find, found: Clause) -> bool:
    return find(Ask(found, limit=0)).total > 0


def _place(find: Find, ask: Ask, id_: str) -> int | None:
    for offset in range(0, DEEPEST_HIT, LARGEST_PAGE):
        ids = [document.id for _, document in find(replace(ask, offset=offset)).hits]
        if id_ in ids:
            return offset + ids.index(id_) + 1
        if len(ids) < LARGEST_PAGE:
            break
    return None


def _reason(find: Find, this: Values, clause: Clause, weight: float) -> Reason:
    text, field = _said(clause)
    hits = find(Ask(this, ranking=((clause, weight),), limit=1)).hits
    return Reason(text, field, hits[0][0] if hits else 0.0)


def _said(clause: Clause) -> tuple[str, str]:
    match clause:
        case Word(field, token):
            return token, field
        case Phrase(field, found):
            return " ".join(found), field
        case Values(field, values):
            return " ".join(values), field
    return str(clause), ""
