"""What a harvester may touch: files under its source's folder, its HTTP client, the raw store. Nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from catalog.errors import InvalidInput, NotFound, TerminalError, Unreachable, UnsafeAddress
from catalog.records import FileLink, Finding, Text
from catalog.sources import is_url
from harvesters.http import Answer, Client
from harvesters.raw import Kept, RawStore

_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that a source offers, kept; or why it could not be, as findings."""

    kept: Kept | None
    findings: tuple[Finding, ...] = ()


class Context:
    """The reach of one harvest.

    :param base: what links are relative to: the source's folder, or its web address.
    """

    def __init__(self, base: Path | str, raw: RawStore, client: Client) -> None:
        self._base = base
        self._raw = raw
        self.client = client

    def path(self, relative: str) -> Path:
        """The file *relative* under the source's folder.

        :raises UnsafeAddress: it lies outside, also by way of a symbolic link.
        :raises NotFound: there is none.
        """
        if not isinstance(self._base, Path):
            raise UnsafeAddress(f"采集源没有文件夹：{relative!r}", f"the source has no folder: {relative!r}")
        root = self._base.resolve()
        try:
            path = (root / relative.replace("\\", "/")).resolve()
            inside, there = path.is_relative_to(root), path.is_file()
        except (OSError, ValueError) as error:
            raise UnsafeAddress(f"路径有误：{relative!r}", f"not a path: {relative!r}") from error
        if not inside:
            raise UnsafeAddress(
                f"路径在采集源文件夹之外：{relative!r}", f"the path leaves the source's folder: {relative!r}"
            )
        if not there:
            raise NotFound(f"文件不存在：{relative}", f"no such file: {relative}")
        return path

    def offer(self, link: FileLink) -> Offered:
        """Keep the bytes behind *link* and compare them with what the source says of them.

        A file that cannot be had is a fault of this record alone, so it comes back as findings.
        """
        try:
            kept = self._keep(link.location)
        except InvalidInput as error:
            return Offered(None, error.findings or (_finding(error.code, error.text, link),))
        except NotFound as error:
            return Offered(None, (_finding("missing-file", error.text, link),))
        except (TerminalError, Unreachable) as error:
            return Offered(None, (_finding(error.code, error.text, link),))
        if link.sha256 and link.sha256.lower() != kept.sha256:
            return Offered(kept, (_mismatch(link, kept),))
        return Offered(kept)

    def _keep(self, location: str) -> Kept:
        if isinstance(self._base, str):
            return self._download(urljoin(self._base, location))
        if is_url(location):
            return self._download(location)
        try:
            return self._raw.keep(_chunks(self.path(location)))
        except PermissionError as error:
            raise Unreachable(f"无权读取 {location}", f"{location} may not be read") from error

    def _download(self, url: str) -> Kept:
        """Only a strong ETag says for certain that bytes are still the same; all else is fetched again."""
        known = self._raw.recall(url)

        def consume(answer: Answer) -> Kept:
            if answer.unchanged and known:
                return known[1]
            kept = self._raw.keep(answer.chunks)
            if answer.etag and answer.etag.startswith('"'):
                self._raw.remember(url, answer.etag, kept)
            return kept

        return self.client.get(url, consume, etag=known[0] if known else None)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _finding(code: str, text: Text, link: FileLink) -> Finding:
    return Finding(code, text, value=link.location[:200])


def _mismatch(link: FileLink, kept: Kept) -> Finding:
    return Finding(
        "checksum-mismatch",
        Text(
            f"{link.name} 的 SHA-256 与来源所报不符，文件可能损坏或被替换",
            f"the SHA-256 of {link.name} is not what the source says: the file is damaged or was replaced",
        ),
        value=kept.sha256,
        expected=link.sha256,
    )
