"""Settings: typed, told apart from a misspelling, and found without a configuration file."""

from pathlib import Path

import pytest

from catalog.database import open_database
from catalog.errors import SettingError, Unreachable
from opendata.publishing.storage import open_storage
from opendata.settings import Settings, default_content_dir, read_settings
from search import open_index


def test_defaults_need_no_environment(tmp_path: Path) -> None:
    assert read_settings({"PATH": "/bin"}, tmp_path).database_url == Settings().database_url


def test_values_are_typed(tmp_path: Path) -> None:
    read = read_settings({"OPENDATA_TARGET_PERCENT": "75", "OPENDATA_WORK_DIR": "/srv/x"}, tmp_path)
    assert (read.target_percent, read.raw_dir) == (75, Path("/srv/x/raw"))


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("OPENDATA_DATABASE_URI", "sqlite://", "OPENDATA_DATABASE_URL"),
        ("OPENDATA_WORKERS", "two", "OPENDATA_WORKERS"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_known(
    variable: str, value: str, named: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match=named):
        read_settings({variable: value}, tmp_path)


def test_content_is_in_the_working_directory_or_where_the_wheel_put_it(tmp_path: Path) -> None:
    assert default_content_dir(tmp_path, Path("/usr")) == Path("/usr/share/opendata")
    (tmp_path / "schemas").mkdir()
    assert default_content_dir(tmp_path) == tmp_path


@pytest.mark.parametrize(
    ("opener", "known"), [(open_database, "sqlite"), (open_storage, "s3"), (open_index, "embedded")]
)
def test_an_unknown_scheme_is_refused_with_the_known_ones(opener: object, known: str) -> None:
    with pytest.raises(SettingError, match=known):
        opener("gopher://nowhere/x")  # type: ignore[operator]


def test_a_database_that_does_not_answer_is_transient() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
