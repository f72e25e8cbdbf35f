"""The code that a dataset's page offers, each piece run as it stands there."""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from opendata.cli.steps import public_door
from tests.conftest import ROOT
from tests.functional.test_withdrawal import SLUG, Town, judged, town  # noqa: F401 - fixtures

COMMANDS = {
    "Python": [sys.executable, "-c"],
    "R": [os.environ.get("TEST_R", "Rscript"), "-e"],
    "curl": ["bash", "-euo", "pipefail", "-c"],
}


@pytest.mark.parametrize("language", COMMANDS)
def test_a_snippet_runs(town: Town, tmp_path: Path, language: str) -> None:  # noqa: F811 - the fixture
    command = COMMANDS[language]
    town.publish(1)
    with public_door(town.services) as base:
        page = town.door().get(f"/datasets/{SLUG}", base_url=base).text
        found = re.search(rf'id="snippet-{language.lower()}".*?<code>(.*?)</code>', page, re.DOTALL)
        assert found
        if (
            shutil.which(command[0]) is None
        ):  # R is no part of this project: then what its snippet reads is read here
            address = re.search(r'"(http[^"]+)"', html.unescape(found[1]))
            assert address
            assert len(pd.read_csv(address[1], encoding="utf-8-sig", dtype=str))
            return
        folder = tmp_path / "run"
        folder.mkdir()
        done = subprocess.run(
            [*command, html.unescape(found[1])], cwd=folder, capture_output=True, text=True, check=False,
            # R takes a text into the locale's encoding: where that is ASCII, it has no place for 汉字.
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), "no_proxy": "127.0.0.1", "HOME": str(folder)},
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
