"""``serve``: the portal and the API, for production too."""

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from opendata.cli.console import current_settings, out
from opendata.services import build


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True)
@click.option("--workers", type=int, help="Processes (default: OPENDATA_WORKERS).")
def serve(host: str, port: int, workers: int | None) -> None:
    """启动门户与接口 | Serve the portal and the API until stopped.

    \b
    Examples:
      opendata serve
      opendata serve --host 0.0.0.0 --port 8080 --workers 4
    """
    settings = current_settings()
    build(settings).close()  # a setting that is wrong is said here, once, not by every worker
    out.print(f"http://{host}:{port}/  (Ctrl-C 停止 | stops)")
    Server(
        "opendata.app:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or settings.workers,
        log_level=LogLevels.warning,
    ).serve()
