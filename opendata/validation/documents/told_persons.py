"""Running text looked at for what tells on persons: counted exactly, shown masked.

Numbers that identify (identity numbers, bank cards, passports) block publication, as in a table. A
telephone number or an address or two may be whom to ask about a notice, which is for a person to see;
more of them make a list of persons, which blocks too.
"""

import re
from collections import Counter

from opendata.validation.documents.inspection import Inspection
from opendata.validation.personal import KINDS, SPOKEN_OF, Kind, mask, occurrences

_SAMPLES, _SHOWN = 3, 200
#: As many different telephone numbers, addresses or plates are a list of persons.
LIST = 3
_CONTACTS = frozenset({"mobile telephone numbers", "e-mail addresses", "licence plates"})
#: Text is looked at in pieces that end where no number can go on.
_PIECE = 1 << 16
_END = re.compile(r"[^0-9A-Za-z０-９@._%+\- ](?=[^\n]*\Z)")


class PersonWatch:
    """Sees the text of one file or member; in the end says what in it tells on persons."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._counts: Counter[str] = Counter()
        self._distinct: dict[str, set[str]] = {}
        self._pages: dict[str, int] = {}
        self._spoken: set[str] = set()
        self._rest = ""
        self._page: int | None = None

    def page(self, number: int) -> None:
        """What comes now stands on page *number*."""
        self._flush(self._rest)
        self._rest, self._page = "", number

    def see(self, text: str) -> None:
        """Look at *text*, which goes on where the last one ended. Beyond the limit nothing is looked at."""
        used, limits = self._inspection.book.used, self._inspection.limits
        left = limits.text - used.text
        if len(text) > left:
            self._stopped()
            text = text[:left]
        used.text += len(text)
        self._rest += text
        if len(self._rest) >= _PIECE:
            cut = self._cut(self._rest)
            self._flush(self._rest[:cut])
            self._rest = self._rest[cut:]

    @staticmethod
    def _cut(text: str) -> int:
        line = text.rfind("\n")
        if line >= 0:
            return line + 1
        ends = _END.search(text, len(text) - 200)
        return ends.end() if ends else len(text)

    def _stopped(self) -> None:
        used = self._inspection.book.used
        if not used.is_text_over:
            used.is_text_over = True
            most = self._inspection.limits.text
            self._inspection.warn(
                "partly-scanned",
                f"文字过多：只检查了前 {most} 个字符中的个人信息，其余请人工核对。",
                f"There is too much text: only the first {most} characters were searched for personal information; look through the rest.",
                expected=f"<= {most}",
            )

    def _flush(self, text: str) -> None:
        if not text:
            return
        self._spoken.update(name for name, word in SPOKEN_OF.items() if word.search(text))
        for kind, number in occurrences(text):
            self._counts[kind.en] += 1
            distinct = self._distinct.setdefault(kind.en, set())
            if len(distinct) < LIST:
                distinct.add(number)
            if self._page is not None:
                self._pages.setdefault(kind.en, self._page)

    def close(self) -> None:
        """Note what was found."""
        self._flush(self._rest)
        self._rest = ""
        found = [
            kind
            for kind in KINDS
            if self._counts[kind.en] and (kind.en not in SPOKEN_OF or kind.en in self._spoken)
        ]
        blocking = [kind for kind in found if self._blocks(kind)]
        self._note(blocking, is_blocking=True)
        self._note([kind for kind in found if kind not in blocking], is_blocking=False)

    def _blocks(self, kind: Kind) -> bool:
        return kind.en not in _CONTACTS or len(self._distinct[kind.en]) >= LIST

    def _note(self, kinds: list[Kind], *, is_blocking: bool) -> None:
        if not kinds:
            return
        zh = "、".join(f"{kind.zh} {self._counts[kind.en]} 处" for kind in kinds)
        en = ", ".join(f"{self._counts[kind.en]} {kind.en}" for kind in kinds)
        samples = [mask(one) for kind in kinds for one in sorted(self._distinct[kind.en])[:_SAMPLES]]
        pages = [self._pages[kind.en] for kind in kinds if kind.en in self._pages]
        self._inspection.add(
            "personal-information",
            f"文字中含有{zh}。" if is_blocking else f"文字中含有{zh}，请核对是否为办公联系方式。",
            f"The text holds {en}."
            if is_blocking
            else f"The text holds {en}; see whether they are an office's.",
            severity="error" if is_blocking else "warning",
            page=min(pages, default=None),
            value="; ".join(samples)[:_SHOWN],
            expected="无个人信息 no personal information",
        )
