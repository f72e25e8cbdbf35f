"""``harvest``, ``publish``, ``index``, ``run``: the pipeline, step by step or whole."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from opendata import pipeline
from opendata.app import create_app
from opendata.cli.console import BROKEN, as_json, open_services, out, progress, show_json, show_sentences
from opendata.services import Services

STEPS = (
    ("validated", "校验 | validated"),
    ("reviewed", "审查 | reviewed"),
    ("published", "发布 | published"),
    ("checked", "公众可取 | public check"),
)


class Quiet(WSGIRequestHandler):
    """Answers without a line in the log for each file that the check fetches."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing to say."""


@contextmanager
def public_door(services: Services) -> Iterator[str]:
    """The address at which the public reaches the files: the settings' own, else the portal on loopback."""
    if services.settings.public_url:
        yield services.settings.public_url
        return
    server = make_server("127.0.0.1", 0, create_app(services), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@click.command()
@as_json
@click.pass_context
def run(ctx: click.Context, json_output: bool) -> None:
    """执行全部待办步骤 | Do every pending step: harvest, validate, review, publish, index, check.

    Stop it at any moment and run it again: it goes on where it stopped.

    \b
    Example:
      opendata run --json
    """
    with open_services() as services, public_door(services) as address, progress() as shown:
        summary = pipeline.run(services, address, shown)
    if json_output:
        show_json(_summary(summary))
    else:
        _show_summary(summary)
    if summary.failed:
        ctx.exit(BROKEN)


def _summary(summary: pipeline.Summary) -> dict[str, object]:
    sources = [
        {"source": one.source, "counts": one.counts, "error": asdict(one.error) if one.error else None}
        for one in summary.harvested
    ]
    steps = {name: dict(getattr(summary, name)) for name, _ in STEPS}
    index_error = asdict(summary.index_error) if summary.index_error else None
    unjudged = asdict(summary.unjudged) if summary.unjudged else None
    return {
        "harvested": sources,
        **steps,
        "unjudged": unjudged,
        "indexed": summary.indexed,
        "index_error": index_error,
        "changed": summary.changed,
    }


def _show_summary(summary: pipeline.Summary) -> None:
    show_harvested(summary.harvested)
    for name, title in STEPS:
        out.print(f"{title}: {_counts(getattr(summary, name))}")
    out.print(f"索引 | indexed: {summary.indexed}")
    for wrong in (summary.unjudged, summary.index_error):
        if wrong:
            show_sentences(wrong)
    if not summary.changed:
        out.print("[green]一切未变 | everything unchanged[/]")


def show_harvested(harvested: tuple[pipeline.Harvested, ...]) -> None:
    """One line per source."""
    for one in harvested:
        out.print(f"采集 | harvested {one.source}: {_counts(one.counts)}")
        if one.error:
            show_sentences(one.error)


def _counts(counts: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count) or "—"


@click.command()
@click.argument("sources", nargs=-1)
@as_json
@click.pass_context
def harvest(ctx: click.Context, sources: tuple[str, ...], json_output: bool) -> None:
    """采集 | Harvest the enabled sources, or those named.

    \b
    Examples:
      opendata harvest
      opendata harvest weihai-ckan
    """
    with open_services() as services, progress() as shown:
        harvested = tuple(pipeline.harvest(services, sources, shown))
    if json_output:
        show_json(_summary(pipeline.Summary(harvested=harvested))["harvested"])
    else:
        show_harvested(harvested)
    if any(one.error for one in harvested):
        ctx.exit(BROKEN)


@click.command()
@as_json
def publish(json_output: bool) -> None:
    """发布已批准的版本 | Publish every approved release.

    \b
    Example:
      opendata publish
    """
    with open_services() as services, progress() as shown:
        counts = pipeline.publish(services, shown)
    if json_output:
        show_json(dict(counts))
    else:
        out.print(f"发布 | published: {_counts(counts)}")


@click.command()
@as_json
def index(json_output: bool) -> None:
    """更新检索索引 | Work off what search does not know yet.

    \b
    Example:
      opendata index
    """
    with open_services() as services, progress() as shown:
        count = pipeline.index(services, shown)
    if json_output:
        show_json({"indexed": count})
    else:
        out.print(f"索引 | indexed: {count}")
