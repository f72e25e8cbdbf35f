"""The layout as a tantivy schema, and clauses as tantivy queries."""

import re
from functools import cache

import tantivy

from search.clauses import (
    Beginning,
    Between,
    Clause,
    Every,
    Near,
    Phrase,
    Some,
    Values,
    Without,
    Word,
)
from search.layout import COUNTED, KEYS, LISTED, LOOKED_UP, NUMBERS, ORDERS, PLACED, Entry
from search.query import FACETS

_FEW = 16
_ALL = tantivy.Occur.Must
_ANY = tantivy.Occur.Should
_NOT = tantivy.Occur.MustNot


@cache
def schema() -> tantivy.Schema:
    """Return the fields of the index.

    Documents are keyed by a text field: a delete by a number field deletes nothing, silently. What is only
    stored is bytes: text would be indexed too, each document whole as one term.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("digest", "stored"):
        builder.add_bytes_field(name, stored=True)
    for name in PLACED:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in COUNTED:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in LISTED:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in (*FACETS, *KEYS):
        fast = name not in LOOKED_UP
        builder.add_text_field(name, fast=fast, tokenizer_name="raw", index_option="basic")
    for name in NUMBERS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in ORDERS:
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def row(entry: Entry) -> tantivy.Document:
    """Return an analysed document as tantivy takes it."""
    document = tantivy.Document()
    document.add_text("id", entry.id)
    document.add_bytes("digest", bytes.fromhex(entry.digest))
    document.add_bytes("stored", entry.stored.encode())
    for name, text in entry.texts.items():
        document.add_text(name, text)
    for name, values in entry.keywords.items():
        for value in values:
            document.add_text(name, value)
    for name, number in entry.numbers.items():
        document.add_unsigned(name, number)
    return document


def translate(clause: Clause) -> tantivy.Query:  # noqa: PLR0911 - one for each kind of clause
    """Return the tantivy query that finds what ``clause`` says."""
    match clause:
        case Word(field, token):
            return tantivy.Query.term_query(schema(), field, token, "basic" if field in LISTED else "freq")
        case Phrase(field, found, begun):
            return _phrase(field, list(found), begun=begun)
        case Beginning(field, prefix):
            return tantivy.Query.regex_query(schema(), field, re.escape(prefix) + ".*")
        case Near(field, token):
            return tantivy.Query.fuzzy_term_query(schema(), field, token)
        case Values(field, values):
            return tantivy.Query.const_score_query(_one_of(field, values), 1.0)
        case Between(field, low, high):
            return tantivy.Query.range_query(schema(), field, tantivy.FieldType.Unsigned, low, high)
        case Every(clauses):
            return _every(clauses)
        case Some(clauses, least):
            return _some(clauses, least)
        case Without():
            return _every((clause,))


def ranked(
    found: tantivy.Query, ranking: tuple[tuple[Clause, float], ...], *, few: bool = False
) -> tantivy.Query:
    """Return a query that finds what ``found`` finds and scores only by ``ranking``.

    Single words are scored together and every other clause a level above them: one that is no word would
    take all beside it off tantivy's fast path.

    :param few: that is not much: every clause stands a level above the one before, so that tantivy looks up what was
        found in each, instead of scoring whatever any word stands in.
    """
    scores = [
        (isinstance(clause, Word) and not few, tantivy.Query.boost_query(translate(clause), weight))
        for clause, weight in ranking
    ]
    words = [(_ANY, score) for is_word, score in scores if is_word]
    query = tantivy.Query.boolean_query([(_ALL, tantivy.Query.const_score_query(found, 0.0)), *words])
    for is_word, score in scores:
        if not is_word:
            query = tantivy.Query.boolean_query([(_ALL, query), (_ANY, score)])
    return query


def _phrase(field: str, found: list[str], *, begun: bool) -> tantivy.Query:
    if not begun:
        return tantivy.Query.phrase_query(schema(), field, [*found])
    # tantivy's own prefix phrase looks at fifty words with that beginning, and leaves out the rest.
    patterns: list[str | tuple[int, str]] = [*map(re.escape, found[:-1]), re.escape(found[-1]) + ".*"]
    return tantivy.Query.regex_phrase_query(schema(), field, patterns)


def _one_of(field: str, values: tuple[str, ...]) -> tantivy.Query:
    """Of few values each is looked up; tantivy's query for a set walks through all terms of the field."""
    if len(values) > _FEW:
        return tantivy.Query.term_set_query(schema(), field, values)
    terms = [tantivy.Query.term_query(schema(), field, value, "basic") for value in values]
    return terms[0] if len(terms) == 1 else tantivy.Query.boolean_query([(_ANY, term) for term in terms])


def _every(clauses: tuple[Clause, ...]) -> tantivy.Query:
    wanted = [(_ALL, translate(part)) for part in clauses if not isinstance(part, Without)]
    unwanted = [(_NOT, translate(part.clause)) for part in clauses if isinstance(part, Without)]
    # Without a part that must hold, tantivy finds nothing from which to leave something out.
    return tantivy.Query.boolean_query([*(wanted or [(_ALL, tantivy.Query.all_query())]), *unwanted])


def _some(clauses: tuple[Clause, ...], least: int) -> tantivy.Query:
    if not clauses:
        return tantivy.Query.empty_query()
    if least == len(clauses):
        return _every(clauses)
    if least > 1 and least == len(clauses) - 1:
        return _all_but_one(clauses)
    return tantivy.Query.boolean_query([(_ANY, translate(part)) for part in clauses], least)


def _all_but_one(clauses: tuple[Clause, ...]) -> tantivy.Query:
    """One half holds whole and of the other all but one: to count in each document how many hold takes longer."""
    middle = len(clauses) // 2
    first, last = clauses[:middle], clauses[middle:]
    ways = [Every((*first, *_one_may_lack(last))), Every((*_one_may_lack(first), *last))]
    return tantivy.Query.boolean_query([(_ANY, translate(way)) for way in ways])


def _one_may_lack(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    return (Some(clauses, len(clauses) - 1),) if len(clauses) > 1 else ()
