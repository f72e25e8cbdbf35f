"""The wheel carries the program, its templates and the content that it needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def content() -> set[str]:
    """Everything under schemas/ and datasets/ that an installation must have."""
    files = [*ROOT.glob("schemas/*.json"), *ROOT.glob("datasets/shandong/**/*")]
    return {path.relative_to(ROOT).as_posix() for path in files if path.is_file()}


def test_a_wheel_holds_everything(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    shared = {name.partition("/share/opendata/")[2] for name in names if "/share/opendata/" in name}
    assert content() - shared == set()
    for package in ("catalog", "harvesters", "search", "opendata"):
        source = {p.relative_to(ROOT).as_posix() for p in (ROOT / package).rglob("*") if p.is_file()}
        source = {name for name in source if "__pycache__" not in name}
        assert source - set(names) == set()
