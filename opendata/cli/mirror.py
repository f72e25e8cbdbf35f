"""``mirror``: keep a copy of everything that a portal publishes."""

from pathlib import Path

import click

from catalog.records import Text
from opendata.cli.console import FINDINGS, as_json, out, progress, show_findings, show_json
from opendata.client.mirror import Mirrored, Options, count
from opendata.client.mirror import mirror as keep

TITLE = Text("镜像", "mirror")


@click.command()
@click.argument("url")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format", "formats", multiple=True, metavar="FORMAT", help="Only these formats; may be repeated."
)
@click.option("--all-releases", "every", is_flag=True, help="Superseded releases too.")
@click.option(
    "--verify", is_flag=True, help="Read every file again and mend what is damaged (exit 1 if any was)."
)
@click.option(
    "--keep-withdrawn", is_flag=True, help="Keep files whose release was withdrawn (default: delete)."
)
@click.option(
    "--prune", is_flag=True, help="Delete what the list names no more, such as superseded releases."
)
@click.option(
    "--jobs", type=click.IntRange(1, 16), default=4, show_default=True, help="Files fetched at once."
)
@as_json
@click.pass_context
def mirror(
    ctx: click.Context, url: str, folder: Path, formats: tuple[str, ...], every: bool, verify: bool,
    keep_withdrawn: bool, prune: bool, jobs: int, json_output: bool,
) -> None:  # fmt: skip
    """镜像整个门户 | Keep a copy of all that a portal publishes, fetching only what changed.

    Stop it at any moment and run it again: it goes on where it stopped.

    \b
    Examples:
      opendata mirror https://data.example.gov.cn ./mirror
      opendata mirror https://data.example.gov.cn ./mirror --format csv --format parquet
      opendata mirror https://data.example.gov.cn ./mirror --verify --json
    """
    options = Options(frozenset(formats), every, verify, keep_withdrawn, prune, jobs)
    with progress() as shown:
        shown.begin(TITLE, None if formats else count(url, every=every))
        done = keep(url, folder, options, lambda path, _fetched: shown.advance(path))
    if json_output:
        counts = {name: getattr(done, name) for name in ("fetched", "unchanged", "deleted", "failed")}
        findings = [finding.to_dict() for finding in done.findings]
        show_json({**counts, "bytes": done.size, "findings": findings})
    else:
        _show(done)
    if done.findings:
        ctx.exit(FINDINGS)


def _show(done: Mirrored) -> None:
    show_findings(done.findings)
    out.print(
        f"已下载 | fetched {done.fetched}（{done.size} 字节 | bytes），未变 | unchanged {done.unchanged},"
        f" 已删除 | deleted {done.deleted}，失败 | failed {done.failed}"
    )
