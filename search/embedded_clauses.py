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
from search.layout import COUNTED, KEYS, NUMBERS, PLACED, Entry
from search.query import FACETS

_ALL = tantivy.Occur.Must
_ANY = tantivy.Occur.Should
_NOT = tantivy.Occur.MustNot


@cache
def schema() -> tantivy.Schema:
    """Return the fields of the index.

    Documents are keyed by a text field: a delete by a number field deletes nothing, silently.
    """
    builder = tantivy.SchemaBuilder()
    for name in ("id", "digest", "stored"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in PLACED:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in COUNTED:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in (*FACETS, *KEYS):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in NUMBERS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


def row(entry: Entry) -> tantivy.Document:
    """Return an analysed document as tantivy takes it."""
    document = tantivy.Document()
    document.add_text("id", entry.id)
    document.add_text("digest", entry.digest)
    document.add_text("stored", entry.stored)
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
            return tantivy.Query.term_query(schema(), field, token, "freq")
        case Phrase(field, found):
            return tantivy.Query.phrase_query(schema(), field, list(found))
        case Beginning(field, prefix):
            return tantivy.Query.regex_query(schema(), field, re.escape(prefix) + ".*")
        case Near(field, token):
            return tantivy.Query.fuzzy_term_query(schema(), field, token)
        case Values(field, values):
            return tantivy.Query.term_set_query(schema(), field, values)
        case Between(field, low, high):
            return tantivy.Query.range_query(schema(), field, tantivy.FieldType.Unsigned, low, high)
        case Every(clauses):
            return _every(clauses)
        case Some(clauses, least):
            return _some(clauses, least)
        case Without():
            return _every((clause,))


def ranked(found: tantivy.Query, ranking: tuple[tuple[Clause, float], ...]) -> tantivy.Query:
    """Return a query that finds what ``found`` finds and scores only by ``ranking``."""
    unscored = tantivy.Query.const_score_query(found, 0.0)
    scores = [(_ANY, tantivy.Query.boost_query(translate(clause), weight)) for clause, weight in ranking]
    return tantivy.Query.boolean_query([(_ALL, unscored), *scores])


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
    return tantivy.Query.boolean_query([(_ANY, translate(part)) for part in clauses], least)
