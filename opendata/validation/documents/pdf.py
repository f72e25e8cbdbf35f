"""PDF: whole from head to end mark, open, without anything that acts; its text looked through page by page.

The library that reads it runs in a process of its own, within limits of time and memory.
"""

import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.errors import UnreadableFile
from opendata.tables.faults import malformed, too_large
from opendata.validation.documents.active import Acting
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.members import encrypted
from opendata.validation.documents.told_persons import PersonWatch

_READER = Path(__file__).with_name("pdf_reading.py")
_TAIL = 1024
_START = re.compile(rb"startxref\s+(\d{1,19})\s+%%EOF")
_TABLE = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")


def check_pdf(inspection: Inspection) -> None:
    """A PDF.

    :raises UnreadableFile: it is cut or damaged, or reading it takes too much.
    """
    _ends(inspection.path)
    acting, watch = Acting(inspection), PersonWatch(inspection)
    reading = _Reading(inspection, acting, watch)
    try:
        for message in _messages(inspection):
            reading.take(message)
    finally:
        acting.close()
        watch.close()
    reading.conclude()


def _ends(path: Path) -> None:
    """See that the file ends as a PDF does and that its end leads to its table of objects.

    :raises UnreadableFile: it does not.
    """
    with path.open("rb") as source:
        head = source.read(_TAIL).find(b"%PDF-")
        size = source.seek(0, 2)
        source.seek(max(0, size - _TAIL))
        tail = source.read()
        if b"%%EOF" not in tail:
            raise malformed(
                "PDF",
                "没有结束标记 %%EOF，文件可能被截断",
                "the end mark %%EOF is missing; it may have been cut",
            )
        found = list(_START.finditer(tail))
        if not found:
            raise malformed("PDF", "没有 startxref", "startxref is missing")
        place = int(found[-1][1])
        for start in {place, place + max(head, 0)}:
            if start < size:
                source.seek(start)
                if _TABLE.match(source.read(64)):
                    return
    raise malformed(
        "PDF", "startxref 没有指向对象表（xref）", "startxref does not lead to the table of objects (xref)"
    )


def _messages(inspection: Inspection) -> Iterator[dict[str, Any]]:
    limits, used = inspection.limits, inspection.book.used
    left = int(limits.seconds - used.seconds)
    if left < 1:
        raise _exhausted(inspection)
    before = _children()
    command = [sys.executable, "-I", str(_READER), str(inspection.path), str(limits.pages), str(left), str(limits.memory)]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 - our own program, and a path as its argument, by no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, encoding="utf-8"
    ) as reader:
        try:
            if reader.stdout is None:
                raise AssertionError("a pipe was asked for")
            for line in reader.stdout:
                if line.endswith("\n"):  # a reader that was stopped leaves half a line
                    yield json.loads(line)
        finally:
            reader.kill()
            reader.wait()
            used.seconds += _children() - before


def _children() -> float:
    """The processor time of all processes that we started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _exhausted(inspection: Inspection) -> UnreadableFile:
    limits = inspection.limits
    return too_large(
        "PDF 过于复杂，限定的时间和内存内读不完",
        "the PDF is too complex to be read within the limits of time and memory",
        f"<= {limits.seconds} s, {limits.memory // 2**20} MB",
    )


class _Reading:
    """Takes what the reader tells."""

    def __init__(self, inspection: Inspection, acting: Acting, watch: PersonWatch) -> None:
        self._inspection, self._acting, self._watch = inspection, acting, watch
        self._pages: int | None = None
        self._read, self._silent, self._unread = 0, 0, 0
        self._is_swept = self._is_locked = False

    def take(self, message: dict[str, Any]) -> None:
        """Take one message."""
        if "encrypted" in message:
            self._is_locked = True
        elif "pages" in message:
            self._pages = message["pages"]
        elif "acts" in message:
            self._is_swept = True
            self._acts(message["acts"])
        elif "unreadable" in message:
            self._unreadable(message["unreadable"], message["such as"])
        elif "page" in message:
            self._page(message)
        elif "text" in message:
            self._watch.see(message["text"])
        elif "broken" in message:
            self._broken(message)

    def _page(self, message: dict[str, Any]) -> None:
        self._watch.page(message["page"])
        self._watch.see(message["text"])
        self._read += 1
        self._silent += not message["text"].strip()
        self._unread += "unread" in message

    def _acts(self, acts: dict[str, Any]) -> None:
        for thing, (count, told) in acts.items():
            sample = str(told).encode("utf-8", "replace").decode()
            if thing == "attachment":
                self._inspection.add(
                    "attached-file",
                    f"PDF 内嵌有附件（{count} 个），如 {sample}；请去除附件，另行提交。",
                    f"Files are attached inside the PDF ({count}), such as {sample}; take them out and hand them in by themselves.",
                    value=sample,
                    expected="没有附件 no attachment",
                )
            else:
                self._acting.acts(thing, sample, count)

    def _unreadable(self, count: int, told: str) -> None:
        sample = told.encode("utf-8", "replace").decode()
        self._inspection.warn(
            "partly-scanned",
            f"有 {count} 个对象无法读取（如 {sample}），其中有什么、会做什么不得而知；请重新导出 PDF。",
            f"{count} objects cannot be read (such as {sample}); what they hold and do is unknown; export the PDF again.",
            value=str(count),
            expected="0",
        )

    def _broken(self, message: dict[str, Any]) -> None:
        if self._pages is None and not message.get("memory"):
            shown = str(message["broken"])
            raise malformed("PDF", f"对象无法读取（{shown}）", f"its objects cannot be read ({shown})")

    def conclude(self) -> None:
        """Tell of the whole, after the last message."""
        inspection = self._inspection
        if self._is_locked:
            encrypted(inspection, "PDF")
            return
        if self._pages is None or not self._is_swept:
            raise _exhausted(inspection)
        pages = self._pages
        inspection.tell({"pages": pages})
        if not pages:
            inspection.add("empty-file", "PDF 没有任何页。", "The PDF has no page at all.")
        read = self._read - self._unread
        if read < pages:
            inspection.warn(
                "partly-scanned",
                f"共 {pages} 页，只读出 {read} 页的文字来检查个人信息；其余请人工核对。",
                f"Of {pages} pages the text of {read} was read and searched for personal information; look through the rest.",
                value=str(read),
                expected=str(pages),
            )
        if pages and self._silent - self._unread == read and read:
            inspection.warn(
                "partly-scanned",
                "PDF 没有可读的文字（可能是扫描件），无法检查其中的个人信息，请人工核对。",
                "The PDF holds no text that can be read (it may be a scan), so it could not be searched for personal information; look through it.",
                value="0",
                expected=str(pages),
            )
        elif self._silent:
            inspection.warn(
                "partly-scanned",
                f"{self._silent} 页没有可读的文字（可能是扫描页），请人工核对。",
                f"{self._silent} pages hold no text that can be read (they may be scans); look through them.",
                value=str(pages - self._silent),
                expected=str(pages),
            )
