"""Every file that lies beside the data, made from what is known of the release."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opendata.publishing.companions import citation, dictionary
from opendata.publishing.companions.changelog import Change, markdown
from opendata.publishing.companions.readme import readme
from opendata.publishing.package import BuiltFile, Metadata, published_schema

_MARKDOWN, _XLSX = "text/markdown", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Companion:
    """One file beside the data."""

    name: str
    format: str
    media_type: str
    data: bytes


def companions(
    metadata: Metadata,
    schema: Mapping[str, Any] | None,
    files: Sequence[BuiltFile],
    changes: Sequence[Change],
) -> tuple[Companion, ...]:
    """The companions of a release; the same release gives the same bytes.

    :param schema: None for what is no table, which has no dictionary.
    :param files: those of the data.
    :param changes: of all releases up to this one.
    """
    public = published_schema(schema) if schema else None
    told = json.dumps([one.to_dict() for one in changes], ensure_ascii=False, indent=2) + "\n"
    made = [
        Companion("README.md", "readme", _MARKDOWN, readme(metadata, public, files).encode()),
        Companion("CHANGELOG.md", "changelog", _MARKDOWN, markdown(metadata.title.zh, changes).encode()),
        Companion("changes.json", "changes", "application/json", told.encode()),
        Companion("CITATION.cff", "citation", "application/yaml", citation.cff(metadata).encode()),
        Companion("CITATION.bib", "bibtex", "application/x-bibtex", citation.bibtex(metadata).encode()),
    ]
    if public:
        made += [
            Companion("dictionary.csv", "dictionary", "text/csv", dictionary.as_csv(public)),
            Companion("dictionary.xlsx", "dictionary-xlsx", _XLSX, dictionary.as_xlsx(public)),
        ]
    return tuple(made)
