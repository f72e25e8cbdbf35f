"""Leaving out of an ask the words that no document of a snapshot has.

Of every word the lists know other names, and of most of these a catalogue has none. tantivy looks each up again in
every segment, for what is found, for each count and for the score; here it is looked up once per snapshot.
"""

from collections.abc import Callable
from dataclasses import replace

from search.clauses import NOTHING, Clause, Every, Some, Without, Word, every, some
from search.plan import Ask

#: Tells whether a text field holds a token in any document.
Held = Callable[[str, str], bool]


def without_absent(ask: Ask, held: Held) -> Ask:
    """Return an ask that finds, counts and scores the same."""
    ranking = tuple(
        (clause, weight) for clause, weight in ask.ranking if _present(clause, held) is not NOTHING
    )
    return replace(ask, found=_present(ask.found, held), ranking=ranking)


def _present(clause: Clause, held: Held) -> Clause:
    """Return a clause that holds where *clause* does; NOTHING itself, not its like, where that is nowhere."""
    match clause:
        case Word(field, token):
            return clause if held(field, token) else NOTHING
        case Every(clauses):
            parts = [_present(part, held) for part in clauses]
            return NOTHING if any(part is NOTHING for part in parts) else every(parts)
        case Some(clauses, least):
            parts = [part for part in (_present(part, held) for part in clauses) if part is not NOTHING]
            return some(parts, least) if len(parts) >= least else NOTHING
        case Without(inner):
            return Without(_present(inner, held))
        case _:
            return clause
