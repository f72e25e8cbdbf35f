"""For analysts: find and load published data in Python, from any portal of this kind. Needs no database.

::

    from opendata.client import Portal

    portal = Portal("http://127.0.0.1:5000")
    portal.search("公交")["slug"]
    stops = portal.load("bus-stops-307112-0002")      # pandas, typed as the schema says

or, where ``OPENDATA_PUBLIC_URL`` names the portal::

    from opendata import client

    client.load("bus-stops-307112-0002", into="polars")
"""

from opendata.client.difference import Difference
from opendata.client.here import diff, download, load, releases, search
from opendata.client.portal import Portal

__all__ = ["Difference", "Portal", "diff", "download", "load", "releases", "search"]
