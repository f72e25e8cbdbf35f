"""The plugin that fails a skip, tried on a suite of its own."""

import subprocess
import sys
from pathlib import Path

from tests.services.places import ROOT

SUITE = """
import pytest

def test_passes():
    pass

def test_skips():
    pytest.skip("set TEST_DATABASE_URL")

@pytest.mark.skipif(True, reason="set TEST_BROWSER")
def test_marked():
    pass

@pytest.mark.xfail(strict=True)
def test_fails_as_expected():
    raise AssertionError
"""


def test_a_skip_fails_and_names_its_reason(tmp_path: Path) -> None:
    tmp_path.joinpath("test_some.py").write_text(SUITE)
    tmp_path.joinpath("test_module.py").write_text(
        "import pytest\npytest.skip('no server', allow_module_level=True)\n"
    )
    words = ["-p", "tests.services.pytest_no_skips", "-p", "no:cacheprovider", "-c", "/dev/null", "-n", "0"]
    command = [sys.executable, "-m", "pytest", *words, f"--rootdir={tmp_path}", str(tmp_path)]

    ran = subprocess.run(
        [*command, "--continue-on-collection-errors"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stdout.splitlines()[-1].strip("= ").partition(" in ")[0]) == (
        1,
        "1 failed, 1 passed, 1 xfailed, 2 errors",  # a mark skips in the set-up, which makes it an error
    )
    for reason in ("set TEST_DATABASE_URL", "set TEST_BROWSER", "no server"):
        assert f"{reason} (every server runs, so nothing may be skipped)" in ran.stdout
