"""``review``: what awaits a decision, and the three verdicts."""

from collections.abc import Callable
from datetime import datetime

import click
from rich.markup import escape

from catalog.models import Decision
from catalog.moments import parse_moment
from opendata import review as reviewing
from opendata.cli.console import as_json, china_time, open_services, out, show_json
from opendata.services import Services

Verdict = Callable[..., Decision]


@click.group()
def review() -> None:
    """审查 | Decide on releases that are valid and wait."""


@review.command("list")
@as_json
def list_(json_output: bool) -> None:
    """列出待审版本 | List the releases that await a decision.

    Where something is to be looked at, a report tells of persons or of what could not be looked through.

    \b
    Example:
      opendata review list
    """
    with open_services() as services:
        rows = [
            (f"{r.dataset.slug}/{r.number}", r.file_name, r.rows, r.source.code, r.received_at, reviewing.reservations(services, r))
            for r in reviewing.awaiting(services)
        ]  # fmt: skip
    if json_output:
        keys = ("release", "file", "rows", "source", "received_at", "look_at")
        show_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    out.print(f"待审 | awaiting: {len(rows)}")
    for (
        release,
        file,
        count,
        source,
        received,
        codes,
    ) in rows:  # in lines: a name that is broken cannot be typed
        out.print(escape(release))
        told = "" if count is None else f"，{count:,} 行 | rows"
        out.print(f"  {escape(file)}{told}，来源 | source {escape(source)}", soft_wrap=True)
        out.print(f"  收到 | received {china_time(received)}")
        if codes:
            out.print(f"  [yellow]须细看 | look at[/]: {'、'.join(codes)}")


class Moment(click.ParamType[datetime]):
    """A day, or a moment; without a zone in China's time."""

    name = "YYYY-MM-DD[THH:MM]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment that was typed."""
        found = value if isinstance(value, datetime) else parse_moment(str(value))
        return found or self.fail(f"{value!r} is no moment", param, ctx)


@review.command()
@click.argument("release", metavar="SLUG[/NUMBER]")
@click.option("--actor", required=True, help="Who decides.")
@click.option("--basis", default="", help="The article or rule that it stands on.")
@click.option("--note", default="", help="What the agency should know.")
@click.option("--release-at", type=Moment(), help="Embargo: nobody outside sees it before.")
@as_json
def approve(
    release: str, actor: str, basis: str, note: str, release_at: datetime | None, json_output: bool
) -> None:
    """批准 | Approve a release; the next run publishes it.

    \b
    Example:
      opendata review approve bus-lines-307013-4/1 --actor 张三 --basis 条例第十七条 --release-at 2021-05-01
    """
    with open_services() as services:
        decision = reviewing.approve(
            services, release, actor=f"person:{actor}", basis=basis, note=note, release_at=release_at
        )
    if json_output:
        until = {"release_at": release_at.isoformat()} if release_at else {}
        show_json({"release": release, "verdict": decision.verdict, "actor": decision.actor, **until})
    else:
        out.print(
            f"{release}: {decision.verdict}" + (f"，{release_at:%Y-%m-%d %H:%M} 起开放" if release_at else "")
        )


def _verdict(name: str, text: str, decide: Verdict) -> click.Command:
    @click.command(
        name,
        help=f"{text}\n\n\b\nExample:\n  opendata review {name} bus-lines-307013-4/1 --actor 张三 --basis 条例第十七条",
    )
    @click.argument("release", metavar="SLUG[/NUMBER]")
    @click.option("--actor", required=True, help="Who decides.")
    @click.option("--basis", default="", help="The article or rule that it stands on.")
    @click.option("--note", default="", help="What the agency should know.")
    @as_json
    def command(release: str, actor: str, basis: str, note: str, json_output: bool) -> None:
        with open_services() as services:
            decision = _decide(services, release, actor, basis, note)
        if json_output:
            show_json({"release": release, "verdict": decision.verdict, "actor": decision.actor})
        else:
            out.print(f"{release}: {decision.verdict}")

    def _decide(services: Services, release: str, actor: str, basis: str, note: str) -> Decision:
        return decide(services, release, actor=f"person:{actor}", basis=basis, note=note)

    return command


review.add_command(_verdict("reject", "驳回 | Reject a release for good.", reviewing.reject))
review.add_command(
    _verdict("return", "退回 | Return a release to its agency to be mended.", reviewing.return_)
)
