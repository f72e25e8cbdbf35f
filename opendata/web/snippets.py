"""Lines that load a release into the tools that people have: Python, R, curl; or save what is no table."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.queries.datasets import FileRow
from catalog.vocabularies import TABLE


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code in one language, ready to be pasted."""

    language: str
    code: str


def snippets(portal: str, slug: str, number: int, kind: str, files: Sequence[FileRow]) -> tuple[Snippet, ...]:
    """The code for release *number* of a dataset.

    :param kind: of the release: nothing but a table is read as one.
    :param portal: the portal's public address, without a slash at its end.
    """
    address = f"{portal}/datasets/{slug}/releases/{number}/files"
    names = {file.format: file for file in files}
    found = []
    if kind != TABLE:
        found.append(Snippet("Python", _download(portal, slug, number)))
    if "parquet" in names:
        found.append(Snippet("Python", _python(portal, slug, number)))
    if csv := names.get("csv"):
        found.append(Snippet("R", _r(address, csv.name)))
    file = csv or next(iter(files), None)
    if file:
        found.append(Snippet("curl", _curl(address, file)))
    return tuple(found)


def _python(portal: str, slug: str, number: int) -> str:
    return (
        "from opendata.client import Portal\n\n"
        f'portal = Portal("{portal}")\n'
        f'frame = portal.load("{slug}", release={number})  # pandas; into="polars", into="arrow"\n'
        "print(frame)"
    )


def _download(portal: str, slug: str, number: int) -> str:
    return (
        "from opendata.client import Portal\n\n"
        f'portal = Portal("{portal}")\n'
        f'path = portal.download("{slug}", release={number})  # its checksum is proven\n'
        "print(path)"
    )


def _r(address: str, name: str) -> str:
    return (
        f'address <- "{address}/{name}"\n'
        'frame <- read.csv(address, fileEncoding = "UTF-8-BOM", colClasses = "character")\n'
        "print(head(frame))"
    )


def _curl(address: str, file: FileRow) -> str:
    return f'curl -fsS -C - -O "{address}/{file.name}"\necho "{file.sha256}  {file.name}" | sha256sum -c -'
