"""The judged sets: queries with graded answers over real titles."""

from functools import cache
from pathlib import Path

from search.base import Document
from search.evaluate import Judged, read_judgements

JUDGED = Path(__file__).parent / "judged"

#: Name of a set to the file of its titles; its judgements stand in the file of its own name.
SETS = {
    "qrels": "titles",
    "everyday-1": "second-titles",
    "everyday-2": "second-titles",
    "everyday-3": "third-titles",
    "everyday-4": "titles",
}


@cache
def titles(name: str = "qrels") -> list[Document]:
    """The titles that a set speaks of, as documents."""
    lines = (JUDGED / f"{SETS[name]}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return [Document(id=id_, kind="dataset", title=title) for id_, title in rows]


@cache
def judgements(name: str = "qrels") -> list[Judged]:
    """A set's queries."""
    return read_judgements(JUDGED / f"{name}.tsv")
