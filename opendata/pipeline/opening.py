"""Embargoes that have ended: nobody writes when their moment comes, so whoever searches tells the index first."""

import logging

from catalog.errors import OpenDataError
from opendata.pipeline.indexing import mark_opened, put
from opendata.services import Services
from search.base import SearchIndex

LOG = logging.getLogger(__name__)


def searched(services: Services) -> SearchIndex:
    """The index as the public may search it now: what has come out of an embargo since the last run is in it.

    Where the index cannot be written to, the answer is the one of before; the marks stay for the next run.
    """
    try:
        if opened := mark_opened(services):
            put(services, opened)
    except OpenDataError as error:
        LOG.warning("what came out of an embargo is not indexed yet: %s", error)
    return services.index
