"""XML: one ``row`` element per row, in it one element per value.

A null has no element; an empty text has an empty one. A field whose name is no XML name is written as ISO/IEC 9075-14
says: the character that is not allowed as ``_xHHHH_``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import polars.selectors as cs

from catalog.records import Text
from opendata.publishing.formats.base import Format, Out, Rows, Writer
from opendata.publishing.formats.markup import FORBIDDEN, escaped, escaped_text
from opendata.publishing.formats.shape import Shape
from opendata.publishing.formats.values import bytes_of, spelled

_LETTERS = "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
_LETTERS += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_REST = _LETTERS + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NOT_FIRST, _NOT_NEXT = re.compile(f"[^{_LETTERS}]"), re.compile(f"[^{_REST}]")
#: What would be read as one of our own spellings.
_LIKE_OURS = re.compile("_(?=x[0-9A-F]{4}_)")


class Xml(Format):
    """Elements, for systems that exchange XML."""

    name = "xml"
    title = Text("XML", "XML")
    media_type = "application/xml"
    extension = ".xml"
    resource: Mapping[str, Any] = {"profile": "data-resource", "type": "file", "encoding": "utf-8"}
    heavy = True

    def open(self, shape: Shape, out: Out) -> Writer:
        """Begin the document."""
        name = escaped_text(str(shape.schema.get("name", "")))
        attribute = f' name="{name}"' if name else ""
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<table{attribute}>\n'.encode())
        return _Elements({name: element_name(name) for name in shape.types}, out)


@dataclass(frozen=True)
class _Elements(Writer):
    names: Mapping[str, str]
    out: Out

    def write(self, rows: Rows) -> Text | None:
        """Add a row element per row."""
        frame = rows.frame
        if (damaged := unwritable(frame)) is not None:
            return Text(
                f"字段 {damaged} 中有 XML 不允许的控制字符",
                f"field {damaged} holds control characters that XML forbids",
            )
        texts = spelled(frame).with_columns(escaped(pl.col(frame.select(cs.string()).columns)))
        elements = [
            pl.concat_str(pl.lit(f"<{element}>"), pl.col(name), pl.lit(f"</{element}>"))
            .fill_null("")
            .alias(name)
            for name, element in self.names.items()
        ]
        lines = texts.select(elements).select(pl.concat_str(pl.lit("<row>"), pl.all(), pl.lit("</row>\n")))
        self.out.write(bytes_of(lines.to_series()))
        return None

    def close(self) -> None:
        """End the document."""
        self.out.write(b"</table>\n")


def unwritable(frame: pl.DataFrame) -> str | None:
    """The first column with a text that XML cannot hold."""
    bad = frame.select(cs.string().str.contains(FORBIDDEN).any())
    return next((column.name for column in bad if column.item() is True), None) if bad.width else None


def element_name(field: str) -> str:
    """*field* as an XML name from which it can be read back."""
    text = _LIKE_OURS.sub(_written, field)
    return _NOT_FIRST.sub(_written, text[:1]) + _NOT_NEXT.sub(_written, text[1:])


def _written(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"
