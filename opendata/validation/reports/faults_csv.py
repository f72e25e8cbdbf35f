"""The list of faults as CSV, for whoever mends the file in a spreadsheet."""

import csv
import re
from collections.abc import Iterable
from io import StringIO

from opendata.validation.report import Report
from opendata.validation.reports.rows import HEADINGS, finding_rows

#: A text that a spreadsheet would run: ``=`` or ``@`` first, or a sign before what is no number.
_FORMULA = re.compile(r"[\s\x00']*(?:[=@＝＠]|[+\-＋－](?![0-9.,]+\s*\Z))")


def harmless(text: str) -> str:
    """*text* with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def faults_csv(reports: Iterable[Report]) -> bytes:
    """All kept findings of *reports*: UTF-8 with a byte-order mark, CRLF, one header row."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for row in finding_rows(reports):
        writer.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")
