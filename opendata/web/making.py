"""Files that are made while a reader waits for them."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from flask import Flask, current_app

from catalog.errors import Busy
from opendata.pipeline import on_request
from opendata.services import Services

#: A reader waits so long for a file to be made; then it goes on being made, and who asks again gets it.
PATIENCE_SECONDS = 20
#: Files that one process makes at once; more wait their turn.
_AT_ONCE = 2
_EXTENSION = "making"


class Making:
    """What this process is making; who asks for the same file waits for the same making."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=_EXTENSION)
        self._lock = Lock()
        self._begun: dict[tuple[str, int, str], Future[None]] = {}

    def wait(self, services: Services, slug: str, number: int, format_name: str) -> None:
        """Have the file made, and come back when it is there.

        :raises Busy: it takes longer than a reader waits.
        :raises OpenDataError: it could not be made.
        """
        what = (slug, number, format_name)
        with self._lock:
            begun = self._begun.get(what)
            if begun is None or begun.done():
                begun = self._begun[what] = self._pool.submit(on_request.make, services, *what)
        try:
            begun.result(PATIENCE_SECONDS)
        except TimeoutError as error:
            raise Busy(
                "文件较大，正在生成，请稍后重新打开此链接。",
                "The file is big and is being made; open this link again in a while.",
            ) from error


def attach(app: Flask) -> None:
    """Give *app* a place to make files in."""
    app.extensions[_EXTENSION] = Making()


def making() -> Making:
    """What the application's process is making."""
    found: Making = current_app.extensions[_EXTENSION]
    return found
