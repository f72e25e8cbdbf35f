"""The frozen values that cross borders: a bilingual sentence, a finding, what a harvester found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} | {self.en}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in what somebody handed in, with the place where it is.

    ``row`` is the physical row, counted from 1 as the spreadsheet or editor shows it;
    ``column`` is the physical column, counted from 1; ``byte`` is an offset counted from 0. In a file that
    is no table ``member`` names the part of an archive or package, ``page`` the page, counted from 1.
    ``value`` is what was found, cut to 200 characters, masked where it is personal.
    """

    code: str
    message: Text
    severity: Severity = "error"
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    field: str | None = None
    byte: int | None = None
    value: str | None = None
    expected: str | None = None
    member: str | None = None
    page: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready values; places that are unknown are left out."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Finding":
        """The inverse of :meth:`to_dict`."""
        return cls(**{**values, "message": Text(**values["message"])})


@dataclass(frozen=True, slots=True)
class FileLink:
    """One file that a source offers: where it is and what the source says of it.

    ``location`` is a URL, or a path relative to the source's folder.
    """

    location: str
    name: str
    format: str | None = None
    sha256: str | None = None
    size: int | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One dataset as a source describes it, mapped to our words, its file's bytes already kept.

    ``identifier`` is the source's own stable name for it; with the source it is the identity.
    ``unit`` is a unit's code, name or alias; ``resource_code`` names the inventory item when the
    source knows it. ``file_sha256`` is the content hash of the kept bytes, or None if the
    source offers no file. ``issued`` is the day from which the source says the data were open; ``release_at``, the moment before which
    nobody outside may see them; ``kind``, a code of :data:`catalog.vocabularies.RELEASE_KIND` where the source says
    what it offers.
    """

    identifier: str
    title: str
    unit: str | None = None
    resource_code: str | None = None
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    schema: str | None = None
    domain: str | None = None
    update_cycle: str | None = None
    license: str | None = None
    issued: date | None = None
    release_at: datetime | None = None
    kind: str | None = None
    modified: str | None = None
    landing_page: str | None = None
    link: FileLink | None = None
    file_sha256: str | None = None
    file_size: int | None = None
    findings: tuple[Finding, ...] = field(default=())
