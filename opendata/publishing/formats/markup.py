"""Texts inside XML: what has to be written another way, and what XML 1.0 cannot hold at all."""

import polars as pl

#: Characters that an XML 1.0 document may not contain, however they are written.
FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
#: A carriage return would come back as a line feed.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def escaped(texts: pl.Expr) -> pl.Expr:
    """*texts* as the content of an element."""
    return texts.str.replace_many(_ESCAPES)


def escaped_text(text: str) -> str:
    """One text, as the content of an element or between double quotes."""
    for plain, written in {**_ESCAPES, '"': "&quot;"}.items():
        text = text.replace(plain, written)
    return text
