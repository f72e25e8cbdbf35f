"""The number of statements that a page sends to the database does not grow with what it shows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from opendata.app import create_app
from opendata.services import Services
from tests.factories import MISTYPED, UNKNOWN_ITEM, Factory, small_province

PAGES = (
    "/", "/search", "/units", "/units/37-DOT", "/inventory", "/inventory/307013/0004", "/plan", "/refused", "/ledger",
    "/coverage", "/coverage/units", "/runs", "/runs/1", "/runs/waiting/index", "/datasets/bus-lines", "/api/v1/datasets", "/api/v1/inventory", "/api/v1/units",
)  # fmt: skip


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def statements_of(services: Services, path: str) -> int:
    client = create_app(services).test_client()
    with counted(services.engine) as statements:
        assert client.get(path).status_code == 200
    return len(statements)


@pytest.fixture
def grown(services: Services) -> Iterator[tuple[dict[str, int], Services]]:
    small_province(services)
    before = {path: statements_of(services, path) for path in PAGES}
    with services.sessions.begin() as session:
        make = Factory(session)
        for number in range(12):
            unit = make.unit(f"37-X{number:02}", f"第{number}局", "Bureau")
            item = make.item(f"3070{number:02}/0001", f"第{number}类公交数据", unit)
            dataset = make.dataset(item, f"more-{number}")
            make.release(dataset)
            make.release(dataset, state="invalid", findings=(MISTYPED,))
            make.release(
                make.dataset(make.item(f"3071{number:02}/0001", "待办", unit), f"wait-{number}"),
                state="valid",
            )
            item.index_pending = True
            make.record(f"lost-{number}.csv", findings=(UNKNOWN_ITEM,))
            make.forbid(f"FM-1{number:02}", "事项", "keyword", f"词{number}")
    return before, services


def test_no_page_asks_once_for_every_row(grown: tuple[dict[str, int], Services]) -> None:
    before, services = grown
    assert {path: statements_of(services, path) for path in PAGES} == before
    assert max(before.values()) <= 30, before
