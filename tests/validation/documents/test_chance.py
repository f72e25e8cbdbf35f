"""Whatever bytes there are, the verdict is a report or an error of ours, and nothing stays behind."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import OpenDataError
from opendata.validation.documents import Limits, inspect
from tests.tables.test_hostile import mutated
from tests.validation.documents import made
from tests.validation.documents.test_accepted import GOOD

#: Not packed, so that a change is one of the content.
PLAIN = {
    "plain.docx": made.docx(),
    "plain.odt": made.odf(),
    "a.gpkg": made.geopackage(),
    "shapes.zip": made.zipped(made.shapefile(), packed=False),
    "nested.zip": made.zipped({"a.zip": made.zipped({"a.txt": b"x y z"}, packed=False)}, packed=False),
    "plain.tar": made.tarred({"a.txt": b"x y z", "长" * 120: b"1"}),
    "a.7z": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(24),
    "a.rar": b"Rar!\x1a\x07\x01\0" + bytes(24),
    "exif.jpg": made.jpeg(app1=b"Exif\0\0" + made.exif(serial="C1")),
    "exif.png": made.png(2, 2, (b"eXIf", made.exif(serial="C1"))),
}
FILES = {name: content for name, (content, _, _) in GOOD.items() if not name.endswith(".pdf")} | PLAIN
PDF = made.pdf("Notice", "Page", extra="<< /S /JavaScript /JS (x) >>")
LIMITS = Limits(members=50, unpacked=1 << 22, text=1 << 20, seconds=5, memory=1 << 30, pixels=1 << 24)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=4)
CUTS = st.one_of(st.just(1.0), st.floats(0, 1))


def hold(folder: Path, name: str, content: bytes) -> None:
    path, scratch = folder / "handed-in", folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    try:
        report = inspect(path, name, None, scratch=scratch, limits=LIMITS)
    except OpenDataError as error:
        raise AssertionError(f"bad bytes are findings, not {error}") from error
    assert report.valid == all(one.severity == "warning" for one in report.findings)
    report.to_dict()
    assert list(scratch.iterdir()) == []


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(FILES)),
    changes=CHANGES,
    cut=CUTS,
    noise=st.one_of(st.none(), st.none(), st.binary(max_size=300)),
)
def test_chance_ends_in_a_report(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    changes: list[tuple[float, int]],
    cut: float,
    noise: bytes | None,
) -> None:
    content = mutated(FILES[name], changes, cut) if noise is None else FILES[name][:8] + noise
    hold(tmp_path_factory.getbasetemp() / "documents", name, content)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES, cut=CUTS)
def test_chance_in_a_pdf_ends_in_a_report(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[float, int]], cut: float
) -> None:
    hold(tmp_path_factory.getbasetemp() / "pdf", "a.pdf", mutated(PDF, changes, cut))
