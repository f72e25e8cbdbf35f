"""The doors of an installation as a person's program meets them, and fixtures of one over the little province."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from opendata.app import create_app
from opendata.services import Services
from tests.factories import opened_small_province


class _Reader(FlaskClient):
    """A client that reads every answer to its end and closes it, as a browser does."""

    def open(self, *args, **options):
        return super().open(*args, **{"buffered": True, **options})


def reader_of(app: Flask) -> FlaskClient:
    """Somebody who reads what *app* answers."""
    app.test_client_class = _Reader
    return app.test_client()


@pytest.fixture(scope="session")
def province(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One little province for all tests of a folder: they only read from it."""
    with opened_small_province(template, tmp_path_factory.mktemp("province")) as services:
        yield services


@pytest.fixture(scope="session")
def app(province: Services) -> Flask:
    return create_app(province)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return reader_of(app)
