"""XLSX read by its own grammar: cells a span at a time, each in what its type and number format mean."""

from opendata.tables.xlsx.book import Book, open_book

__all__ = ["Book", "open_book"]
