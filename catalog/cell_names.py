"""Names of cells and rows: ``B12`` is column 2, row 12."""

import re

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


def column_number(letters: str) -> int:
    """The number, from 1, of the column that *letters* name."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(column: int) -> str:
    """What a spreadsheet calls *column*, which counts from 1: A to Z, AA and so on."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_place(reference: str) -> tuple[int, int]:
    """The column and the row of *reference*.

    :raises ValueError: no cell can be called so.
    """
    match = _CELL.fullmatch(reference)
    if match is None:
        raise ValueError(f"no cell can be called {reference[:20]!r}")
    return column_number(match[1]), int(match[2])


def row_number(text: str) -> int:
    """The row that *text* names.

    :raises ValueError: no row can be called so.
    """
    if not _ROW.fullmatch(text):
        raise ValueError(f"no row can be called {text[:20]!r}")
    return int(text)


def ranges(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The top row and left column, and the bottom row and right column, of ``A1:C3``, all from 1.

    :raises ValueError: it is no range.
    """
    first, _, last = reference.partition(":")
    left, top = cell_place(first)
    right, bottom = cell_place(last or first)
    return (top, left), (bottom, right)
