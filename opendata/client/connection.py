"""One conversation with a portal: its answers, or errors that say what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import httpx

from catalog.errors import InvalidInput, NotFound, Unreachable

TIMEOUT_SECONDS = 60


class Connection:
    """The portal at *url*; close it to give back its sockets. *agent* is what we call ourselves there."""

    def __init__(self, url: str, *, agent: str | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise InvalidInput(
                f"门户地址应为 http(s)://…，实际为 {url!r}", f"a portal's address is http(s)://…, not {url!r}"
            )
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, follow_redirects=True)
        if agent:
            self._client.headers["User-Agent"] = agent

    def close(self) -> None:
        """Give back the sockets."""
        self._client.close()

    def json(self, path: str, parameters: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON is whatever it holds
        """What the portal answers to a question.

        :raises NotFound: there is no such thing, or it was withdrawn.
        :raises InvalidInput: the portal does not understand the question.
        :raises Unreachable: it does not answer, or not with JSON.
        """
        with _speaking():
            answer = self._client.get(path, params=dict(parameters or {}))
        _require(answer, path)
        try:
            return answer.json()
        except ValueError as error:
            raise Unreachable(
                f"{answer.url} 的回答不是 JSON，可能不是本平台的门户",
                f"{answer.url} did not answer with JSON; it may be no portal of this kind",
            ) from error

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer to a GET while its bytes arrive; raises as :meth:`json`."""
        with _speaking(), self._client.stream("GET", path, headers=dict(headers)) as answer:
            if answer.status_code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                if answer.is_error:
                    answer.read()
                _require(answer, path)
            yield answer


def _require(answer: httpx.Response, path: str) -> None:
    if not answer.is_error:
        return
    told = _told(answer)
    if answer.status_code == HTTPStatus.GONE:
        raise NotFound(f"{path} 已撤回，原因见 {answer.url}", f"{path} was withdrawn; {answer.url} says why")
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise NotFound(f"门户没有 {path}{told}", f"the portal has no {path}{told}")
    if answer.is_client_error:
        raise InvalidInput(
            f"门户不接受 {path}（HTTP {answer.status_code}）{told}",
            f"the portal refuses {path} (HTTP {answer.status_code}){told}",
        )
    raise Unreachable(
        f"门户出错（HTTP {answer.status_code}），请稍后再试{told}",
        f"the portal failed (HTTP {answer.status_code}); try again later{told}",
    )


def _told(answer: httpx.Response) -> str:
    """What the portal's problem details say, after a colon."""
    if "json" not in answer.headers.get("content-type", ""):
        return ""
    try:
        detail = answer.json().get("detail")
    except (ValueError, AttributeError):
        return ""
    return f": {detail}" if detail else ""


@contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error) or type(error).__name__
        raise Unreachable(f"门户无法访问：{why}", f"the portal cannot be reached: {why}") from error
