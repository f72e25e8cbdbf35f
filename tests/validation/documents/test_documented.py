"""Every finding of what is no table has a name, a hint and a line in the docs, in both languages."""

import re
from pathlib import Path

import opendata.validation.documents
from opendata.validation.documents.hints import HINTS
from opendata.validation.documents.identity import FORMS
from opendata.validation.names import name_of

SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in Path(opendata.validation.documents.__path__[0]).glob("*.py")
    if path.name != "hints.py"
)
PAGE = (Path(__file__).parents[3] / "docs" / "documents.md").read_text(encoding="utf-8")


def test_every_finding_is_documented() -> None:
    codes = set(re.findall(r"""(?:add|warn|Finding)\(\s*"([a-z-]+)",""", SOURCE))
    assert codes <= set(HINTS)
    assert set(HINTS) - codes <= {"malformed-file", "too-large"}
    assert [code for code in HINTS if f"| `{code}` | {name_of(code).zh} |" not in PAGE] == []


def test_every_format_is_documented() -> None:
    extensions = {form.extensions[0] for form in FORMS.values() if form.kind != "table"}
    spoken = {"jpg": "jpeg", "tif": "tiff", "gpkg": "geopackage"}
    assert {one for one in extensions if spoken.get(one, one) not in PAGE.lower()} == set()
