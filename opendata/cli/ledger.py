"""``ledger``: prove that history is what it was."""

from dataclasses import asdict

import click

from catalog import ledger as chain
from catalog.errors import Tampered
from opendata.cli.console import (
    FINDINGS,
    as_json,
    open_services,
    out,
    show_json,
    show_sentences,
)


@click.group()
def ledger() -> None:
    """日志 | The append-only, hash-chained ledger."""


@ledger.command("verify")
@as_json
@click.pass_context
def verify_ledger(ctx: click.Context, json_output: bool) -> None:
    """核对日志链 | Walk the whole chain of events.

    \b
    Example:
      opendata ledger verify
    """
    with open_services() as services, services.readers() as session:
        try:
            count, fault = chain.verify(session), None
        except Tampered as error:
            count, fault = 0, error.text
    if json_output:
        show_json({"intact": fault is None, "events": count, "fault": asdict(fault) if fault else None})
    elif fault:
        show_sentences(fault)
    else:
        out.print(f"日志完整，共 {count} 条 | the ledger is intact: {count} events")
    if fault:
        ctx.exit(FINDINGS)
