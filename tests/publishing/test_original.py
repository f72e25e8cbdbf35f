"""What is no table is published as it came: the very bytes, described so that the field's own tools prove them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from frictionless import Package

from catalog.errors import Conflict, Tampered
from catalog.records import Text
from opendata.publishing.build import build_original
from opendata.publishing.original import Original
from opendata.publishing.package import DESCRIPTOR, Metadata
from opendata.publishing.publish import publish_original
from opendata.publishing.storage.local import LocalStorage
from opendata.publishing.verify import verify

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 9 + b"\n%%EOF\n"
METADATA = Metadata(
    name="notice-1", title=Text("公告", "Notice"), version="1", created=datetime(2020, 5, 1, tzinfo=UTC)
)


def original(folder: Path, data: bytes = PDF) -> Original:
    path = folder / "raw"
    path.write_bytes(data)
    return Original(path, "pdf", ".pdf", "application/pdf", sha256(data).hexdigest())


def test_a_package_with_one_file_as_it_came_holds(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    built = build_original(original(tmp_path), folder, METADATA)
    assert (folder / "notice-1.pdf").read_bytes() == PDF
    assert [(one.name, one.media_type, one.size, one.rows) for one in built.files] == [
        ("notice-1.pdf", "application/pdf", len(PDF), None),
        (DESCRIPTOR, "application/json", built.files[1].size, None),
    ]
    resource = json.loads((folder / DESCRIPTOR).read_text())["resources"][0]
    assert "schema" not in resource
    assert "rows" not in resource
    assert Package(str(folder / DESCRIPTOR)).validate().valid
    (folder / "notice-1.pdf").write_bytes(PDF[:-1] + b"x")
    assert Package(str(folder / DESCRIPTOR)).validate().flatten(["type"]) == [["hash-count"]]


def test_it_is_stored_once_and_never_changed(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "published")

    def publish(file: Original) -> None:
        publish_original(
            storage, dataset_slug="notice-1", number=1, original=file, metadata=METADATA, scratch=tmp_path / "scratch"
        )  # fmt: skip

    first = original(tmp_path)
    publish(first)
    publish(first)
    assert verify(storage, "notice-1/1") == []
    with pytest.raises(Tampered):
        publish(replace(first, sha256="0" * 64))
    with pytest.raises(Conflict):
        publish(original(tmp_path, b"%PDF-1.4 another"))
    assert verify(storage, "notice-1/1") == []
