"""The pages about the portal and the API name every address that there is."""

import re

from flask import Flask

from opendata.api.openapi import OPERATIONS
from tests.conftest import ROOT


def test_every_address_is_documented(app: Flask) -> None:
    portal = (ROOT / "docs" / "portal.md").read_text()
    served = {
        re.sub(r"<\w+:", "<", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("web.") and rule.endpoint != "web.static"
    }
    assert {address for address in served if f"`{address}`" not in portal} == set()


def test_every_operation_of_the_api_is_documented() -> None:
    api = (ROOT / "docs" / "api.md").read_text()
    assert {one.path for one in OPERATIONS if f"`{one.path}`" not in api} == set()
    named = {argument.name for one in OPERATIONS for argument in one.arguments}
    assert {name for name in named if not re.search(rf"`{name}[`=]", api)} == set()
