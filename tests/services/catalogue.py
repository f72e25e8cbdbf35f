"""Which servers there are, in the order in which their variables are printed."""

from . import places
from .browser import Browser
from .elastic import Elastic
from .instance import Instance
from .office import LibreOffice
from .postgres import Postgres
from .r import R
from .redis import Redis
from .s3 import S3
from .service import Server

#: A server is added by one line here.
SERVERS: dict[str, Server] = {server.name: server for server in (Postgres(), S3(), Elastic(), Redis())}
#: Programs that tests start themselves.
TOOLS = {tool.name: tool for tool in (Browser(), LibreOffice(), R())}


def shared(name: str) -> Instance:
    """The instance that the whole suite talks to; break your own, not this one."""
    return Instance(SERVERS[name], places.data(name))
