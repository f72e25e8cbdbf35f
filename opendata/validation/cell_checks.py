"""Rules on the code in one cell: check digits, divisions, terms of a vocabulary."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.codes import (
    PROVINCES,
    identity_check_digit,
    identity_parts,
    is_division_code,
    is_organisation_code,
    is_uscc,
    organisation_check_digit,
    uscc_check_digit,
)
from opendata.validation.known import Divisions, Known

#: Given a code: what was expected instead, or None if it is right.
Wrong = Callable[[str], str | None]
CELL_CHECKS = ("uscc", "org-code", "division-code", "id-number")
_NAMES = {
    "uscc": ("统一社会信用代码", "unified social credit code"),
    "org-code": ("组织机构代码", "organisation code"),
    "division-code": ("区划代码", "division code"),
    "id-number": ("居民身份号码", "citizen identity number"),
}
#: Labels of a vocabulary that are named where a term was expected.
_NAMED = 12


def _should_end(code: str, digit: Callable[[str], str], length: int) -> str:
    try:
        return f"末位 {digit(code[: length - 1])} as last character" if len(code) == length else ""
    except ValueError:
        return ""


def _uscc(code: str) -> str | None:
    if is_uscc(code):
        return None
    return _should_end(code, uscc_check_digit, 18) or "18 位统一社会信用代码 an 18-character code of GB 32100"


def _organisation(code: str) -> str | None:
    if is_organisation_code(code):
        return None
    plain = code.replace("-", "")
    return (
        _should_end(plain, organisation_check_digit, 9) or "9 位组织机构代码 a 9-character code of GB 11714"
    )


def _identity(code: str) -> str | None:
    if identity_parts(code) and code[:2] in PROVINCES:
        return None
    right = code[:17].isascii() and code[:17].isdigit() and len(code) == 18  # noqa: PLR2004 - GB 11643
    if right and code[:2] in PROVINCES and identity_check_digit(code[:17]) != code[17].upper():
        return "末位校验正确 a right check digit"
    return "18 或 15 位居民身份号码 a citizen identity number of 18 or 15 digits (GB 11643)"


def _division(divisions: Divisions | None) -> Wrong:
    def check(code: str) -> str | None:
        if not is_division_code(code):
            return "6 位区划代码 six digits of GB/T 2260"
        known = divisions is None or code in divisions
        return None if known else "GB/T 2260 中的区划 a division on the list"

    return check


def wrong_code(check: str, known: Known) -> Wrong:
    """The rule behind a cell check."""
    return {
        "uscc": _uscc,
        "org-code": _organisation,
        "division-code": _division(known.divisions),
        "id-number": _identity,
    }[check]


@dataclass(frozen=True, slots=True)
class CellRule:
    """A rule on one field's cells: the code of its finding, what it asks for in both languages, and the rule.

    ``check`` names the rules that have a form by columns; empty: none.
    """

    code: str
    zh: str
    en: str
    wrong: Wrong
    check: str = ""


def _in_vocabulary(name: str, known: Known) -> CellRule:
    terms = known.vocabulary(name)
    labels = [term.zh for term in terms]
    shown = "、".join(labels[:_NAMED]) + ("…" if len(labels) > _NAMED else "")
    expected = f"词表 vocabulary {name}：{shown}"
    return CellRule(
        "vocabulary",
        f"词表 {name} 中的词",
        f"term of the vocabulary {name}",
        lambda text: None if terms.find(text) else expected,
    )


def cell_rules(field: Mapping[str, Any], known: Known) -> Iterator[CellRule]:
    """The rules on the cells of *field*.

    :raises InvalidInput: its vocabulary is unknown.
    """
    if "check" in field:
        kind = field["check"]
        code = "division-code" if kind == "division-code" else "check-digit"
        zh, en = _NAMES[kind]
        yield CellRule(code, f"有效的{zh}", f"valid {en}", wrong_code(kind, known), kind)
    if "vocabulary" in field:
        yield _in_vocabulary(field["vocabulary"], known)
