"""The docs tell of everything that exists, and their links lead somewhere."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from harvesters import HARVESTERS
from opendata.indicators import INDICATORS
from opendata.publishing.formats import FORMATS
from opendata.settings import HELP, PREFIX, Settings
from tests.checks.make_cli_docs import COMMANDS, DOCS, page

ROOT = DOCS.parent
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])


def test_every_setting_has_help_and_is_documented() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    names = [field.name for field in fields(Settings)]
    assert sorted(names) == sorted(HELP)
    assert [name for name in names if f"`{PREFIX}{name.upper()}`" not in text] == []


def test_the_page_of_commands_is_what_their_help_says() -> None:
    again = "run: python -m tests.checks.make_cli_docs"
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == page(), again


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_is_documented_and_shows_an_example(name: str, command: click.Command) -> None:
    assert f"`{name}" in (DOCS / "cli.md").read_text(encoding="utf-8")
    assert command.help
    assert "Example" in command.help
    assert "|" in command.help, "Chinese | English"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("harvesters.md", sorted(HARVESTERS)),
        ("formats.md", sorted(FORMATS)),
        ("indicators.md", sorted(INDICATORS)),
        ("schemas.md", sorted(path.stem for path in (ROOT / "schemas").glob("*.json"))),
    ],
)
def test_everything_that_can_be_chosen_is_documented(page: str, names: list[str]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert names
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
