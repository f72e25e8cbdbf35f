"""A CKAN portal on loopback: package_search, package_show, package_list, status_show and file downloads.

It answers as CKAN 2.11 does, envelope and errors included, and can be told to misbehave::

    with CkanServer() as portal:
        portal.add("bus-lines", "公交线路", {"lines.csv": b"..."}, resource_code="307013/0004")
        portal.misbehave("/lines.csv", Fault(status=503), times=2)
        harvest(portal.url)
        portal.log                      # what was asked, and how it was answered
"""

import hashlib
import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import NAMESPACE_URL, uuid5

_HELP = "{url}/api/3/action/help_show?name={action}"


@dataclass(frozen=True)
class Fault:
    """One wrong answer: a status with headers and a body, or a body that breaks off after ``cut`` bytes."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None


@dataclass(frozen=True)
class Asked:
    """One request and the status of its answer."""

    path: str
    query: dict[str, str]
    status: int


class _Refusal(Exception):
    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message


class CkanServer:
    """The portal. ``packages`` are its datasets as CKAN shows them; ``files`` its uploads by URL path."""

    def __init__(self) -> None:
        self.packages: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.etags = True
        self.log: list[Asked] = []
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        portal = self

        class Request(_Request):
            server_portal = portal

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, name: str, title: str, files: dict[str, bytes], **extras: str) -> dict[str, Any]:
        """Add a dataset with uploaded *files* and *extras*; the dict that is returned may be changed."""
        package = package_dict(name, title, extras)
        for position, (file, content) in enumerate(files.items()):
            resource = resource_dict(package["id"], position, file, content)
            path = f"/dataset/{package['id']}/resource/{resource['id']}/download/{quote(file)}"
            resource["url"] = self.url + path
            self.files[path] = content
            package["resources"].append(resource)
        package["num_resources"] = len(files)
        self.packages.append(package)
        return package

    def replace(self, file: str, content: bytes) -> None:
        """Change the bytes of the uploaded *file*, and the hash and size that CKAN shows of it."""
        for package in self.packages:
            for resource in package["resources"]:
                if resource["name"] == file:
                    self.files[urlsplit(resource["url"]).path] = content
                    resource.update(hash=_hash(content), size=len(content))

    def misbehave(self, path_end: str, fault: Fault, times: int = 1) -> None:
        """Answer the next requests whose path ends so with *fault*."""
        self._faults[path_end].extend([fault] * times)

    def fault_for(self, path: str) -> Fault | None:
        """The fault that is due for *path*."""
        for end, faults in self._faults.items():
            if faults and unquote(path).endswith(end):
                return faults.pop(0)
        return None

    def act(self, action: str, query: dict[str, str]) -> object:
        """The result of a read action.

        :raises _Refusal: CKAN would refuse.
        """
        if action == "status_show":
            return {"ckan_version": "2.11.5", "site_url": self.url, "site_title": "CKAN", "extensions": []}
        if action == "package_list":
            return sorted(package["name"] for package in self.packages)
        if action == "package_show":
            for package in self.packages:
                if query.get("id") in {package["id"], package["name"]}:
                    return package
            raise _Refusal(404, "Not Found Error", "Not found: 没有此数据集")
        if action == "package_search":
            return self._search(query)
        raise _Refusal(400, "Bad request", f"Action name not known: {action}")

    def _search(self, query: dict[str, str]) -> dict[str, Any]:
        try:
            start, rows = int(query.get("start", "0")), min(int(query.get("rows", "10")), 1000)
        except ValueError as error:
            raise _Refusal(409, "Validation Error", f"Invalid integer: {error}") from error
        key, _, direction = query.get("sort", "metadata_modified desc").partition(" ")
        shown = [each for each in self.packages if each["state"] == "active" and not each["private"]]
        ordered = sorted(shown, key=lambda each: str(each.get(key, "")), reverse=direction == "desc")
        return {
            "count": len(ordered),
            "sort": f"{key} {direction}",
            "facets": {},
            "search_facets": {},
            "results": ordered[start : start + rows],
        }


class _Request(BaseHTTPRequestHandler):
    server_portal: CkanServer
    protocol_version = "HTTP/1.1"
    #: Headers and body go in two writes; the second must not wait for the first's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        fault = self.server_portal.fault_for(parts.path)
        if fault and fault.cut is None:
            self._send(fault.status, fault.body, fault.headers)
        elif parts.path.startswith(("/api/3/action/", "/api/action/")):
            self._send_action(parts.path.rpartition("/")[2])
        elif parts.path in self.server_portal.files:
            self._send_file(self.server_portal.files[parts.path], fault)
        else:
            self._send(404, b"<html>404 Not Found</html>", {"Content-Type": "text/html"})

    def _send_action(self, action: str) -> None:
        answer: dict[str, Any] = {"help": _HELP.format(url=self.server_portal.url, action=action)}
        try:
            status, answer["success"], answer["result"] = (
                200,
                True,
                self.server_portal.act(action, self._query),
            )
        except _Refusal as refusal:
            status, answer["success"] = refusal.status, False
            answer["error"] = {"__type": refusal.kind, "message": refusal.message}
        body = json.dumps(answer, ensure_ascii=False).encode()
        self._send(status, body, {"Content-Type": "application/json;charset=utf-8"})

    def _send_file(self, content: bytes, fault: Fault | None) -> None:
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"' if self.server_portal.etags else 'W/"same"'
        if self.headers.get("If-None-Match") == etag:
            self._send(304, b"", {"ETag": etag})
        else:
            self._send(200, content, {"ETag": etag}, cut=fault.cut if fault else None)

    def _send(self, status: int, body: bytes, headers: dict[str, str], cut: int | None = None) -> None:
        self.server_portal.log.append(Asked(unquote(urlsplit(self.path).path), self._query, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: :attr:`CkanServer.log` holds it."""


def package_dict(name: str, title: str, extras: dict[str, str]) -> dict[str, Any]:
    """A dataset as ``package_show`` gives it, with every key that strict clients require."""
    identifier = str(uuid5(NAMESPACE_URL, name))
    moment = "2018-06-30T09:00:00.000000"
    organization = {
        "id": str(uuid5(NAMESPACE_URL, "organization")),
        "name": "department",
        "title": "某省交通运输厅",
        "type": "organization",
        "description": "",
        "image_url": "",
        "created": moment,
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }
    tag = {"id": str(uuid5(NAMESPACE_URL, "公交")), "name": "公交", "display_name": "公交", "state": "active"}
    group = {"id": str(uuid5(NAMESPACE_URL, "group")), "name": "transport", "title": "道路交通"}
    return {
        "id": identifier,
        "name": name,
        "title": title,
        "notes": f"{title}的说明",
        "license_id": "other-open",
        "license_title": "Other (Open)",
        "license_url": None,
        "isopen": True,
        "author": None,
        "author_email": None,
        "maintainer": None,
        "maintainer_email": None,
        "state": "active",
        "private": False,
        "type": "dataset",
        "url": None,
        "version": None,
        "owner_org": organization["id"],
        "organization": organization,
        "creator_user_id": None,
        "metadata_created": moment,
        "metadata_modified": moment,
        "num_tags": 1,
        "tags": [tag | {"vocabulary_id": None}],
        "groups": [group | {"display_name": "道路交通", "description": "", "image_display_url": ""}],
        "resources": [],
        "num_resources": 0,
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def resource_dict(package_id: str, position: int, name: str, content: bytes) -> dict[str, Any]:
    """A resource as CKAN shows an uploaded file."""
    moment = "2018-06-30T09:00:00.000000"
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{package_id}/{name}")),
        "package_id": package_id,
        "position": position,
        "name": name,
        "description": "",
        "format": name.rpartition(".")[2].upper(),
        "mimetype": None,
        "mimetype_inner": None,
        "size": len(content),
        "hash": _hash(content),
        "created": moment,
        "last_modified": moment,
        "metadata_modified": moment,
        "url": name,
        "url_type": "upload",
        "resource_type": None,
        "state": "active",
        "cache_url": None,
        "cache_last_updated": None,
    }


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
