"""The verdict on bytes, shown at once: what was found, where, how grave."""

from pathlib import Path

from opendata.validation import Report
from opendata.validation.documents import Limits, inspect


def judged(folder: Path, name: str, content: bytes, kind: str | None = None, **limits: int) -> Report:
    """The report on *content*, which must leave nothing behind."""
    path = folder / "handed-in"
    path.write_bytes(content)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    report = inspect(path, name, kind, scratch=scratch, limits=Limits(**limits))
    assert list(scratch.iterdir()) == []
    assert Report.from_dict(report.to_dict()) == report
    assert report.valid == all(one.severity == "warning" for one in report.findings)
    return report


def found(report: Report) -> list[tuple[str, str]]:
    """The code and gravity of each finding, in order."""
    return [(one.code, one.severity) for one in report.findings]
