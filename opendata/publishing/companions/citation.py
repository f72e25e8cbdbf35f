"""How to cite a release: Citation File Format 1.2 and BibTeX."""

import json
import re

from opendata.publishing.package import Metadata

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
}


def cff(metadata: Metadata) -> str:
    """``CITATION.cff``; every text is a JSON string, which YAML reads as it stands."""
    values = [
        ("cff-version", "1.2.0"),
        ("message", "引用本数据时请注明出处。 If you use these data, please cite them."),
        ("type", "dataset"),
        ("title", metadata.title.zh),
        ("version", metadata.version),
        ("date-released", f"{metadata.created:%Y-%m-%d}"),
    ]
    optional = [("abstract", metadata.description.zh), ("url", metadata.homepage)]
    lines = [f"{name}: {_quoted(text)}" for name, text in values]
    lines += [f"{name}: {_quoted(text)}" for name, text in optional if text]
    lines += ["authors:", f"  - name: {_quoted(metadata.publisher.zh or metadata.name)}"]
    if metadata.keywords:
        lines += ["keywords:", *(f"  - {_quoted(word)}" for word in metadata.keywords)]
    return "\n".join(lines) + "\n"


def bibtex(metadata: Metadata) -> str:
    """One ``@misc`` entry, which every style knows."""
    fields = {
        "author": f"{{{_tex(metadata.publisher.zh or metadata.name)}}}",
        "title": f"{{{_tex(metadata.title.zh)}}}",
        "year": f"{metadata.created:%Y}",
        "version": metadata.version,
        "howpublished": "Dataset",
        "url": metadata.homepage,
    }
    told = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    key = re.sub(r"[^A-Za-z0-9:-]", "-", f"{metadata.name}-v{metadata.version}")
    return f"@misc{{{key},\n{told}\n}}\n"


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))
