"""Datasets like the one that a page shows, as search finds them."""

import logging

from flask import url_for

from catalog.errors import OpenDataError
from opendata.pipeline.opening import searched
from opendata.web.door import services, session
from search.base import Document
from search.documents import document_id

LOG = logging.getLogger(__name__)


def related_to(name: str) -> list[tuple[Document, str]]:
    """What is most like the dataset with this slug, or the item with this code, each with its address.

    Empty while search does not answer: the page stands without it.
    """
    try:
        found = searched(services()).related(document_id(session(), name))
    except OpenDataError as error:
        LOG.warning("nothing related is shown for %s: %s", name, error)
        return []
    return [(document, address_of(document)) for document in found]


def address_of(document: Document) -> str:
    """Where a document is told of: the slug of an item that is not open is its resource code."""
    if document.kind == "dataset":
        return url_for("web.dataset_page", slug=document.slug)
    return url_for("web.item_page", code=document.slug)
