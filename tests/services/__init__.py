"""Real servers for the tests: get them, start them, kill them, and say where they answer.

Standard library only, because they start before the virtual environment exists::

    python3 -m tests.services start          # prints the variables to export
    python3 -m tests.services kill postgres  # kill -9, for a look at what survives

The shared servers live under ``var/services``. A test that wants to break one takes its own::

    from tests.services import SERVERS, Instance

    with Instance(SERVERS["postgres"], tmp_path) as server:
        url = server.exports()["TEST_DATABASE_URL"]
        server.kill()      # as the power cut would
        server.start()     # same folder, same port, same url
"""

from .catalogue import SERVERS, TOOLS, shared
from .faults import FetchError, MissingProgramError, ServiceError, StartError
from .instance import Instance
from .service import Launch, Server

__all__ = [
    "SERVERS",
    "TOOLS",
    "FetchError",
    "Instance",
    "Launch",
    "MissingProgramError",
    "Server",
    "ServiceError",
    "StartError",
    "shared",
]
