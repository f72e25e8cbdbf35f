"""Datasets like one: those that share telling words of its title, ordered by what else they share."""

from search import tokens
from search.answer import Find
from search.base import Document
from search.clauses import Clause, Every, Some, Values, Without, Word
from search.plan import WEIGHTS, Ask
from search.small_words import SAYS_LITTLE

_MOST_WORDS = 24
_SHORTEST_HAN = 2
#: Of its title's words a document must share one, of a longer title's two.
_LONG_TITLE = 4
_SAME_UNIT = 0.5


def related(find: Find, id_: str, limit: int) -> tuple[Document, ...]:
    """Return the documents most like one, best first; none if it is unknown or its title says little."""
    this = Values("id", (id_,))
    known = find(Ask(this, limit=1)).hits
    if not known or limit < 1:
        return ()
    document = known[0][1]
    title = _telling(document.title)
    shared: list[Clause] = [Word("title_words", word) for word in title]
    found = Every((Some(tuple(shared), 2 if len(shared) >= _LONG_TITLE else 1), Without(this)))
    return tuple(other for _, other in find(Ask(found, _ranking(document, title), limit=limit)).hits)


def _ranking(document: Document, title: list[str]) -> tuple[tuple[Clause, float], ...]:
    about = {
        "title_words": title,
        "label_words": _telling(*document.keywords),
        "body_words": _telling(*document.column_titles),
    }
    words: list[tuple[Clause, float]] = [
        (Word(field, word), WEIGHTS[field]) for field, held in about.items() for word in held
    ]
    return (*words, (Values("unit", (document.unit_code,)), _SAME_UNIT))


def _telling(*texts: str) -> list[str]:
    """The different dictionary words of texts that say something; a single Han character does not."""
    words = dict.fromkeys(word for text in texts for word in tokens.words(tokens.cut(text)))
    return [
        word
        for word in words
        if word not in SAYS_LITTLE and not (tokens.is_han(word) and len(word) < _SHORTEST_HAN)
    ][:_MOST_WORDS]
