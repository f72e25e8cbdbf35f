"""A polite HTTP client: timeouts, a size cap, few redirects, and a second try only where it may help.

httpx's exceptions end here; callers see this project's.
"""

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from catalog.errors import InvalidInput, NotFound, TerminalError, Unreachable, UnsafeAddress
from catalog.records import Finding, Text

ResultType = TypeVar("ResultType")
MAX_FILE = 2**30
MAX_ANSWER = 64 * 2**20
MAX_REDIRECTS = 5
ATTEMPTS = 3
#: No server is waited for longer than this, however slowly its bytes drip.
MAX_SECONDS = 1800
_TIMEOUT = httpx.Timeout(30, connect=10)
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE = 30.0
_CHUNK = 2**16


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer while its bytes are still coming; ``chunks`` may be read once.

    ``unchanged``: the server says that the bytes called by the ETag that was sent still hold.
    """

    url: str
    chunks: Iterator[bytes]
    etag: str | None
    unchanged: bool


class Client:
    """Fetches over HTTP for one source.

    :param home: the source's own address. Links may lead to other hosts, but never from a foreign page
        into this machine or its cloud's metadata service.
    :param pause: waits so many seconds; tests hand in their own.
    """

    def __init__(self, home: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._home = urlsplit(home).hostname
        self._pause = pause
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            follow_redirects=False,
            headers={"User-Agent": "opendata-platform harvester"},
            limits=httpx.Limits(max_connections=2),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def get_json(self, url: str, params: Mapping[str, str | int]) -> Any:  # noqa: ANN401 - any JSON value
        """The JSON value at *url*.

        :raises InvalidInput: the answer is not JSON.
        """
        body = self.get(url, lambda answer: b"".join(answer.chunks), params=params, limit=MAX_ANSWER)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise InvalidInput(
                f"{url} 的应答不是 JSON：{body[:80]!r}", f"the answer of {url} is not JSON: {body[:80]!r}"
            ) from error

    def get(
        self,
        url: str,
        consume: Callable[[Answer], ResultType],
        *,
        params: Mapping[str, str | int] | None = None,
        etag: str | None = None,
        limit: int = MAX_FILE,
    ) -> ResultType:
        """What *consume* makes of the answer at *url*; it is called again when the bytes broke off.

        :param etag: ask for the bytes only if they are no longer those that this strong ETag names.
        :raises Unreachable: no whole answer after :data:`ATTEMPTS` tries.
        :raises NotFound: the server says that there is none.
        :raises UnsafeAddress: *url*, or where it redirects to, must not be followed.
        :raises TerminalError: the server refuses, or the answer is over *limit* bytes.
        """
        reason, wait = "", 0.0
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(wait)
            wait = 0.5 * 2**attempt
            try:
                with closing(self._follow(url, params, etag)) as response:
                    if response.status_code not in _TRANSIENT:
                        return consume(_answer(url, response, limit))
                    reason = f"HTTP {response.status_code}"
                    wait = _asked_pause(response) or wait
            except httpx.TransportError as error:
                reason = f"{type(error).__name__}: {error}"
            except httpx.HTTPError as error:
                raise TerminalError(
                    f"{url} 应答有误（{error}）", f"{url} answers wrongly ({error})"
                ) from error
        raise Unreachable(f"{url} 无法访问（{reason}）", f"{url} does not answer ({reason})")

    def _follow(self, url: str, params: Mapping[str, str | int] | None, etag: str | None) -> httpx.Response:
        """The answer at the end of the redirects, its body not yet read."""
        headers = {"Accept-Encoding": "identity"} | ({"If-None-Match": etag} if etag else {})
        target, query = url, params
        for _ in range(MAX_REDIRECTS + 1):
            self._check(target)
            try:
                request = self._client.build_request("GET", target, params=query, headers=headers)
            except httpx.InvalidURL as error:
                raise UnsafeAddress(f"网址有误：{target!r}", f"not a URL: {target!r}") from error
            response = self._client.send(request, stream=True)
            if not response.has_redirect_location:
                return response
            response.close()
            target, query = urljoin(str(response.url), response.headers["Location"]), None
        raise TerminalError(f"{url} 重定向过多", f"{url} redirects too often")

    def _check(self, url: str) -> None:
        """:raises UnsafeAddress: the scheme is not the web's, or a foreign page points into this machine."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UnsafeAddress(f"只允许 http 与 https 网址：{url!r}", f"only http and https: {url!r}")
        if parts.hostname != self._home and _is_inside(parts.hostname):
            raise UnsafeAddress(f"网址指向本机：{url!r}", f"the address points into this machine: {url!r}")


def _is_inside(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # The request itself will say that there is no such host.
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    return any(each.is_loopback or each.is_link_local or each.is_unspecified for each in addresses)


def _answer(url: str, response: httpx.Response, limit: int) -> Answer:
    status = response.status_code
    if status in {404, 410}:
        raise NotFound(f"{url} 不存在（HTTP {status}）", f"{url} does not exist (HTTP {status})")
    unchanged = status == httpx.codes.NOT_MODIFIED
    if not (response.is_success or unchanged):
        raise TerminalError(f"{url} 拒绝访问（HTTP {status}）", f"{url} refuses (HTTP {status})")
    return Answer(url, _capped(url, response, limit), response.headers.get("ETag"), unchanged)


def _capped(url: str, response: httpx.Response, limit: int) -> Iterator[bytes]:
    size, begun = 0, time.monotonic()
    for chunk in response.iter_bytes(_CHUNK):
        size += len(chunk)
        if size > limit:
            text = Text(
                f"{url} 超过 {limit >> 20} MB，停止下载", f"{url} is over {limit >> 20} MB; download stopped"
            )
            raise InvalidInput(text.zh, text.en, [Finding("too-large", text, value=url)])
        if time.monotonic() - begun > MAX_SECONDS:
            raise Unreachable(
                f"{url} 在 {MAX_SECONDS} 秒内未传完", f"{url} was not whole after {MAX_SECONDS} s"
            )
        yield chunk


def _asked_pause(response: httpx.Response) -> float | None:
    """The seconds of a Retry-After header, as a number or as a date, within reason."""
    text = response.headers.get("Retry-After", "")
    try:
        seconds = float(text) if text.isdigit() else parsedate_to_datetime(text).timestamp() - time.time()
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_PAUSE)
