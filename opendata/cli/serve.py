"""``serve``: the portal and the API, for production too."""

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from opendata.cli.console import as_json, current_settings, out, show_json
from opendata.services import build

#: How long downloads that go on may hold up a stop.
STOP_SECONDS = 30
#: The server's own messages go to stderr; stdout is the command's.
LOGGING = {
    "filters": {"expected": {"()": "opendata.cli.server_log.Expected"}},
    "handlers": {
        name: {
            "class": "logging.StreamHandler",
            "formatter": form,
            "stream": "ext://sys.stderr",
            "filters": ["expected"],
        }
        for name, form in (("console", "generic"), ("access", "access"))
    },
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes (default: OPENDATA_WORKERS).")
@as_json
def serve(host: str, port: int, workers: int | None, json_output: bool) -> None:
    """启动门户与接口 | Serve the portal and the API until stopped.

    \b
    Examples:
      opendata serve
      opendata serve --host 0.0.0.0 --port 8080 --workers 4
    """
    settings = current_settings()
    build(settings).close()  # a setting that is wrong is said here, once, not by every worker
    address = f"http://{host}:{port}/"
    if json_output:
        show_json({"address": address})
    else:
        out.print(f"{address}  (Ctrl-C 停止 | stops)")
    Server(
        "opendata.gate:worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or settings.workers,
        blocking_threads=settings.downloads,
        backpressure=settings.downloads,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
    ).serve()
