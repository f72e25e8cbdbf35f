"""Where an Elasticsearch index is, and how to speak to it: one URL.

``https://user:password@host:9200/index?ca=/etc/ssl/es.pem``, or with ``api_key=…`` in the query.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from catalog.errors import SettingError

_KNOWN = ("api_key", "ca", "fingerprint", "timeout")
_PORT = 9200
_TIMEOUT = 10.0
_INDEX_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed URL: ``options`` are the client's, ``server`` is what may be shown (no password)."""

    server: str
    index: str
    options: dict[str, Any]


def parse_address(url: str) -> Address:
    """Take a URL apart; what is wrong with it raises :class:`catalog.errors.SettingError`."""
    parts = _split(url)
    prefix, _, index = parts.path.strip("/").rpartition("/")
    if not parts.hostname or not _INDEX_NAME.fullmatch(index):
        raise SettingError(
            "检索地址应为 https://主机:9200/索引名，索引名只含小写字母、数字、点、下划线和连字符",
            "the search URL must read https://host:9200/index, "
            "the index name made of small letters, digits, dots, underscores and hyphens",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    server = f"{parts.scheme}://{host}:{_port(parts)}"
    hosts = [f"{server}/{prefix}" if prefix else server]
    return Address(server, index, {"hosts": hosts, **_access(parts), **_query(parts)})


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise SettingError("检索地址格式错误", "the search URL is malformed") from error


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or _PORT
    except ValueError as error:
        raise SettingError("检索地址中的端口无效", "the port in the search URL is not valid") from error


def _access(parts: SplitResult) -> dict[str, Any]:
    if parts.username is None:
        return {}
    # The client's own way refuses what is not ASCII; Elasticsearch reads UTF-8.
    said = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return {"headers": {"authorization": f"Basic {b64encode(said).decode()}"}}


def _query(parts: SplitResult) -> dict[str, Any]:
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(given) - set(_KNOWN))
    if unknown:
        raise SettingError(
            f"检索地址中有未知参数 {'、'.join(unknown)}；可用的有 {'、'.join(_KNOWN)}",
            f"the search URL has unknown parameters {', '.join(unknown)}; known are {', '.join(_KNOWN)}",
        )
    options: dict[str, Any] = {"request_timeout": _timeout(given.get("timeout"))}
    if "api_key" in given:
        options["api_key"] = given["api_key"]
    if "ca" in given:
        options["ca_certs"] = _certificate(given["ca"])
    if "fingerprint" in given:
        options["ssl_assert_fingerprint"] = given["fingerprint"]
    return options


def _timeout(text: str | None) -> float:
    if text is None:
        return _TIMEOUT
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise SettingError(
            f"检索地址中的 timeout 应为正的秒数，得到 {text}",
            f"timeout in the search URL must be a positive number of seconds, not {text}",
        )
    return seconds


def _certificate(path: str) -> str:
    if not Path(path).is_file():
        raise SettingError(
            f"检索地址中的证书文件 {path} 不存在",
            f"the certificate file {path} of the search URL is not there",
        )
    return path
