"""What the Elasticsearch client raises, in our own words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, TransportError

from catalog.errors import (
    Busy,
    Conflict,
    OpenDataError,
    SettingError,
    StorageFull,
    TerminalError,
    Unreachable,
)

_REFUSED = (401, 403)
_NOT_FOUND = 404
_CONFLICT = 409
_BUSY = 429
_BROKEN = 500


@contextmanager
def translated(server: str) -> Iterator[None]:
    """Raise the client's exceptions as ours; ``server`` is shown, so it must hold no password."""
    try:
        yield
    except TransportError as error:
        raise Unreachable(
            f"检索服务 {server} 没有应答：{error.message}",
            f"the search server {server} did not answer: {error.message}",
        ) from error
    except ApiError as error:
        raise _meaning(server, error.meta.status, f"{error.message} {_reason(error.body)}") from error


def check_item(server: str, item: Mapping[str, Any], *, may_end: bool) -> None:
    """Raise what one line of a bulk answer says went wrong, unless it is what a repair or a rebuild expects.

    Deleting what is not there is no error, nor is a version conflict: somebody wrote something newer.
    """
    said = next(iter(item.values()))
    status = int(said.get("status", _BROKEN))
    if "error" not in said or status == _CONFLICT:
        return
    if status == _NOT_FOUND and may_end:  # the alias itself, not the document
        return
    raise _meaning(server, status, _reason(said))


def check_answer(server: str, answered: Mapping[str, Any]) -> None:
    """Raise what one answer of several to one request says went wrong."""
    if "error" in answered:
        raise _meaning(server, int(answered.get("status", _BROKEN)), _reason(answered))


def _meaning(server: str, status: int, reason: str) -> OpenDataError:
    zh = f"检索服务 {server} 拒绝了请求（{status}）：{reason}"
    en = f"the search server {server} refused ({status}): {reason}"
    if "flood-stage" in reason or "read-only / allow delete" in reason:
        return StorageFull(zh, en)
    if status == _BUSY:
        return Busy(zh, en)
    if status in _REFUSED:
        return SettingError(zh, en)
    if status >= _BROKEN:
        return Unreachable(zh, en)
    if status in (_NOT_FOUND, _CONFLICT) or "strict_dynamic_mapping" in reason:
        return Conflict(zh, en)
    return TerminalError(zh, en)


def _reason(body: Any) -> str:  # noqa: ANN401 - whatever JSON the server sent
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if isinstance(error, Mapping):
        return f"{error.get('type', '')} {error.get('reason', '')}".strip()[:300]
    return str(error)[:300]
