"""The API ``/api/v1``: the same reads as the portal, for machines."""

from opendata.api import coverage, datasets, downloads, openapi, registers, runs, search
from opendata.api.answers import problem
from opendata.api.blueprint import api
from opendata.api.openapi import OPERATIONS

__all__ = [
    "OPERATIONS",
    "api",
    "coverage",
    "datasets",
    "downloads",
    "openapi",
    "problem",
    "registers",
    "runs",
    "search",
]
