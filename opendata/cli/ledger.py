"""``verify`` and ``ledger``: prove that files and history are what they were."""

from dataclasses import asdict
from pathlib import Path

import click

from catalog import ledger as chain
from catalog.errors import Tampered
from opendata.cli.console import (
    FINDINGS,
    as_json,
    open_services,
    out,
    show_findings,
    show_json,
    show_sentences,
)
from opendata.publishing.verify import verify_folder


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@as_json
@click.pass_context
def verify(ctx: click.Context, folder: Path, json_output: bool) -> None:
    """核对下载的数据包 | Prove a downloaded package by the checksums of its datapackage.json.

    \b
    Example:
      opendata verify ./bus-lines
    """
    findings = verify_folder(folder)
    if json_output:
        show_json({"intact": not findings, "findings": [finding.to_dict() for finding in findings]})
    elif findings:
        show_findings(findings)
    else:
        out.print("完整无误 | intact")
    if findings:
        ctx.exit(FINDINGS)


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
