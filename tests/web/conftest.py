"""One little province for all tests of this folder: they only read from it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from opendata.app import create_app
from opendata.services import Services
from tests.factories import Reader, opened_small_province


@pytest.fixture(scope="session")
def province(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with opened_small_province(template, tmp_path_factory.mktemp("province")) as services:
        yield services


@pytest.fixture(scope="session")
def app(province: Services) -> Flask:
    return create_app(province)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Reader
    return app.test_client()
