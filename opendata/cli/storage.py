"""``storage``: compare the published files with the catalogue, sweep them, copy them elsewhere."""

from collections import Counter
from datetime import timedelta

import click

from catalog.queries.stored import count_recorded, recorded
from catalog.records import Text
from opendata.cli.console import (
    FINDINGS,
    Shown,
    as_json,
    open_services,
    out,
    progress,
    show_findings,
    show_json,
)
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.compare import compare
from opendata.publishing.storage.move import Moved
from opendata.publishing.storage.move import move as copy_all
from opendata.publishing.storage.sweep import collect as sweep
from opendata.services import Services

CHECK = Text("核对存储", "check storage")
SWEEP = Text("清理存储", "sweep storage")
MOVE = Text("复制文件", "copy files")
#: After so many rounds that each found something new, publishing goes on too fast to end by itself.
MOST_ROUNDS = 10


@click.group()
def storage() -> None:
    """存储 | The storage of published files."""


@storage.command()
@click.option("--quick", is_flag=True, help="Compare names and sizes only, without reading every file.")
@click.option("--url", metavar="URL", help="Another storage than the settings' own.")
@as_json
@click.pass_context
def check(ctx: click.Context, quick: bool, url: str | None, json_output: bool) -> None:
    """核对存储与目录 | Find what is missing, damaged or orphaned in the storage, by hash.

    \b
    Examples:
      opendata storage check
      opendata storage check --quick --json
      opendata storage check --url s3://bucket/published
    """
    with open_services() as services, services.readers() as session, progress() as shown:
        store = open_storage(url) if url else services.storage
        shown.begin(CHECK, count_recorded(session))
        findings = list(compare(store, recorded(session), shown.advance, read=not quick))
        unfinished = [entry.key for entry in store.unfinished()]
    counts = Counter(finding.code for finding in findings)
    if json_output:
        told = [finding.to_dict() for finding in findings]
        show_json({"intact": not findings, "counts": counts, "findings": told, "unfinished": unfinished})
    else:
        show_findings(findings)
        if unfinished:
            out.print(f"未完成的写入 | unfinished writes: {len(unfinished)}（opendata storage collect）")
        out.print(f"差异 | differences: {dict(counts)}" if findings else "完整无误 | intact")
    if findings:
        ctx.exit(FINDINGS)


@storage.command()
@click.option(
    "--older-than",
    "hours",
    type=click.IntRange(1),
    default=24,
    show_default=True,
    metavar="HOURS",
    help="Spare what is younger: a publication may be under way.",
)
@as_json
def collect(hours: int, json_output: bool) -> None:
    """清理无主文件 | Delete stored files that no release needs, and what killed writes left.

    \b
    Example:
      opendata storage collect
    """
    with open_services() as services, progress() as shown:
        shown.begin(SWEEP, None)
        before = services.now() - timedelta(hours=hours)
        files, unfinished = sweep(services.storage, services.sessions, before, shown.advance)
    if json_output:
        show_json({"files": files, "unfinished": unfinished})
    else:
        out.print(f"已删除 | deleted: 文件 | files {files}, 未完成的写入 | unfinished writes {unfinished}")


@storage.command()
@click.argument("url")
@as_json
@click.pass_context
def move(ctx: click.Context, url: str, json_output: bool) -> None:
    """复制到另一存储 | Copy all published files to another storage while this one serves.

    Stop it at any moment and run it again: it goes on where it stopped.

    \b
    Examples:
      opendata storage move 's3://bucket/published?endpoint=https://s3.example'
      opendata storage move file:/srv/published
    """
    with open_services() as services, progress() as shown:
        moved = _move(services, url, shown)
    if json_output:
        told = [finding.to_dict() for finding in moved.findings]
        counts = {name: getattr(moved, name) for name in ("copied", "present", "size")}
        show_json({**counts, "findings": told, "next": {"OPENDATA_STORAGE_URL": url}})
    else:
        _show(moved, url)
    if moved.findings:
        ctx.exit(FINDINGS)


def _move(services: Services, url: str, shown: Shown) -> Moved:
    """Rounds, until one finds nothing new: what was published meanwhile goes with the next."""
    target, total = open_storage(url), Moved()
    target.check()
    for _ in range(MOST_ROUNDS):
        with services.readers() as session:
            shown.begin(MOVE, count_recorded(session))
            files = recorded(session)
            found = copy_all(services.storage, target, files, services.settings.scratch_dir, shown.advance)
        total.copied += found.copied
        total.size += found.size
        total.present, total.findings = found.present, found.findings
        if not found.copied:
            break
    return total


def _show(moved: Moved, url: str) -> None:
    show_findings(moved.findings)
    out.print(
        f"已复制 | copied {moved.copied}（{moved.size} 字节 | bytes），已有 | present {moved.present},"
        f" 未能复制 | not copied {len(moved.findings)}"
    )
    if not moved.findings:
        out.print("核对新存储 | check the new storage:")
        out.print(f"  opendata storage check --url '{url}'", markup=False)
        out.print(
            "切换：暂停发布，再运行一次本命令，改设置后重启 | to switch: stop publishing, run this once more, set"
        )
        out.print(f"  OPENDATA_STORAGE_URL='{url}'", markup=False)
        out.print("  and restart the web server")
