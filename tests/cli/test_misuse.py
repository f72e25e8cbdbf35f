"""Settings that are wrong and commands that are typed wrong: said in both languages, nothing touched."""

from pathlib import Path

import pytest

from tests import databases
from tests.cli.office import Office

#: Nothing listens on port 1.
DEAD = "127.0.0.1:1"


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("databse_url", "sqlite:///x.db", ("OPENDATA_DATABSE_URL", "OPENDATA_DATABASE_URL")),
        ("target_percent", "eighty", ("OPENDATA_TARGET_PERCENT", "'eighty'", "1", "100")),
        ("target_percent", "101", ("OPENDATA_TARGET_PERCENT", "'101'", "100")),
        ("grace_days", "-1", ("OPENDATA_GRACE_DAYS", "'-1'")),
        ("workers", "", ("OPENDATA_WORKERS", "''")),
        ("public_url", "data.example.cn", ("OPENDATA_PUBLIC_URL", "http(s)://", "'data.example.cn'")),
        ("database_url", "nonsense", ("sqlite:///", "postgresql+psycopg://")),
        ("database_url", "postgresql+psycopg://user:secret@host:port/x", ("sqlite:///",)),
        ("database_url", "mysql://host/x", ("'mysql'", "sqlite", "postgresql")),
        ("storage_url", "ftp://host/x", ("'ftp://host/x'", "file:", "s3:")),
        ("storage_url", "s3:bucket", ("s3://",)),
        ("storage_url", "file:", ("file:",)),
        ("search_url", "solr://host/x", ("solr:", "embedded:", "https:")),
        ("search_url", "http://host:9200", ("https://",)),
        ("search_url", "embedded:", ("embedded:",)),
    ],
)
def test_a_wrong_setting_stops_the_start(
    office: Office, setting: str, value: str, says: tuple[str, ...]
) -> None:
    error = office.refuses("run", code="setting", says=says, **{setting: value})
    assert "secret" not in str(error)
    assert office.files() == {}


def test_a_database_that_does_not_answer(office: Office) -> None:
    url = f"postgresql+psycopg://somebody:secret@{DEAD}/none"
    error = office.refuses("run", code="unreachable", says=(DEAD, "***"), database_url=url)
    assert "secret" not in str(error)
    (office.home / "file").write_text("no folder")
    office.refuses("run", code="unreachable", says=("file/x.db",), database_url="sqlite:///file/x.db")
    office.refuses("run", code="setting", says=("///file",), database_url="sqlite:///file")


@pytest.mark.parametrize(
    "words", [("run",), ("roster", "list"), ("coverage",), ("serve",), ("ledger", "verify")], ids="-".join
)
def test_a_database_that_was_not_initialised(office: Office, tmp_path: Path, words: tuple[str, ...]) -> None:
    url = databases.create(tmp_path)
    office.refuses(*words, code="setting", says=("opendata init",), database_url=url)
    databases.drop(url)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("publsh",), ("publsh",)),
        (("--loud", "run"), ("--loud",)),
        (("roster", "load"), ("PATH", "opendata roster load --help")),
        (("roster", "load", "a.csv", "b.csv"), ("opendata roster load --help",)),
        (("coverage", "--as-of", "31.12.2018"), ("--as-of", "opendata coverage --help")),
        (("coverage", "--level", "town"), ("--level", "province", "city", "county")),
        (("search", "query", "公交", "--size", "many"), ("--size",)),
        (("search", "query", "公交", "--page", "0"), ("--page", "1")),
        (("serve", "--port", "99999"), ("--port", "65535")),
        (("diff", "bus-lines", "1", "9" * 20), ("NEW", "999999999")),
        (("verify", "nowhere"), ("FOLDER",)),
        (("validate", "nowhere.csv"), ("FILES",)),
        (("review", "approve", "bus-lines"), ("--actor",)),
        (("source", "add", "x", "--kind", "gopher", "--url", "x"), ("--kind", "sheet", "folder", "ckan")),
    ],
    ids="-".join,
)
def test_a_command_that_is_typed_wrong(office: Office, words: tuple[str, ...], says: tuple[str, ...]) -> None:
    assert "None" not in str(office.refuses(*words, code="misused", says=says))


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("init", "--sample", "atlantis"), "not-found", ("atlantis",)),
        (("harvest", "nobody"), "not-found", ("nobody", "environment", "transport")),
        (("coverage", "--region", "jinan"), "invalid-input", ("'jinan'", "370102")),
        (("search", "query", "--filter", "colour=red"), "invalid-input", ("'colour=red'", "domain")),
        (("search", "query", "--filter", "domain"), "invalid-input", ("FACET=VALUE",)),
        (("roster", "load", "nowhere.csv"), "not-found", ("nowhere.csv",)),
        (("validate", "some.csv", "--schema", "atlantis"), "not-found", ("atlantis", "bus-lines")),
        (("validate", "some.csv", "--schema", "none.json"), "not-found", ("none.json",)),
        (("source", "add", "A B", "--kind", "ckan", "--url", "http://x"), "invalid-input", ("'A B'", "a-z")),
        (("source", "add", "x", "--kind", "folder", "--url", "gone"), "invalid-input", ("gone",)),
        (("source", "add", "x", "--kind", "sheet", "--url", "http://x"), "invalid-input", ("sheet",)),
        (
            ("source", "add", "x", "--kind", "ckan", "--url", "http://x", "--unit", "U9"),
            "not-found",
            ("'U9'",),
        ),
        (("source", "add", "transport", "--kind", "ckan", "--url", "http://x"), "conflict", ("transport",)),
        (("review", "approve", "atlantis", "--actor", "张三"), "not-found", ("'atlantis'",)),
        (("review", "reject", "atlantis/9", "--actor", "张三"), "not-found", ("'atlantis/9'",)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else value,
)
def test_what_there_is_not(settled: Office, words: tuple[str, ...], code: str, says: tuple[str, ...]) -> None:
    (settled.home / "some.csv").write_text("序号\n1\n", "utf-8")
    settled.refuses(*words, code=code, says=says)
