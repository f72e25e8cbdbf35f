"""``schema``: what schemas there are, what one says, one made from a file, and what changed between two."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from catalog.errors import InvalidInput
from catalog.scratch import scratch_folder
from opendata.cli.console import (
    FINDINGS,
    as_json,
    current_settings,
    err,
    out,
    show_findings,
    show_json,
    show_table,
)
from opendata.cli.inputs import inputs
from opendata.cli.outputs import refuse_inputs, write_beside
from opendata.tables import read
from opendata.tables.contract_change import ContractDiff
from opendata.tables.contract_diff import compare_contracts
from opendata.validation import Schema, named_schema
from opendata.validation.infer import Inferred, infer
from opendata.validation.registry import schema_file
from opendata.validation.schema import make_schema

_NAME = re.compile(r"[-a-z0-9._]+")
_READERS = {"publishers": "交数单位", "consumers": "数据用户"}


@click.group()
def schema() -> None:
    """模式 | Table Schemas: list, show, check, infer, compare."""


def found(name: str) -> Schema:
    """The schema that *name* means: a file, or a name in the folder of schemas."""
    path = Path(name)
    return schema_file(path) if path.suffix == ".json" else named_schema(name, current_settings().schemas_dir)


@schema.command("list")
@as_json
def list_(json_output: bool) -> None:
    """列出全部标准模式 | List the schemas there are.

    \b
    Examples:
      opendata schema list
      opendata schema list --json
    """
    folder = current_settings().schemas_dir
    known = [named_schema(path.stem, folder) for path in sorted(folder.glob("*.json"))]
    rows = [
        (one.name, one.descriptor.get("title"), one.descriptor.get("title_en"), one.descriptor.get("domain"), len(one.fields))
        for one in known
    ]  # fmt: skip
    columns = ("name", "title", "title_en", "domain", "fields")
    if json_output:
        show_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        show_table("标准模式 | schemas", columns, rows)


@schema.command()
@click.argument("name")
@as_json
def show(name: str, json_output: bool) -> None:
    """显示一个模式的字段、约束和检查 | Show a schema's fields, constraints and checks.

    \b
    Examples:
      opendata schema show bus-lines
      opendata schema show my.json --json
    """
    one = found(name)
    if json_output:
        show_json(dict(one.descriptor))
        return
    rows = [
        (field["name"], field.get("title"), field.get("type", "string"), field.get("format"), field.get("check"), _rules(field))
        for field in one.fields
    ]  # fmt: skip
    show_table(
        f"{one.name} sha256 {one.sha256[:12]}",
        ("name", "title", "type", "format", "check", "constraints"),
        rows,
    )
    for label, values in (
        ("主键 | primary key", list(one.primary_key)),
        ("检查 | checks", list(one.checks)),
        ("缺值 | missing values", one.descriptor.get("missingValues")),
    ):
        if values:
            out.print(f"{label}: {escape(json.dumps(values, ensure_ascii=False))}")


def _rules(field: Mapping[str, Any]) -> str:
    rules = field.get("constraints") or {}
    return json.dumps(rules, ensure_ascii=False)[1:-1]


@schema.command()
@click.argument("names", nargs=-1)
@as_json
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], json_output: bool) -> None:
    """检查模式是否可用；不给名称则检查全部 | Check that schemas are sound: the given ones, or all.

    \b
    Examples:
      opendata schema check
      opendata schema check my.json --json
    """
    folder = current_settings().schemas_dir
    chosen = names or tuple(path.stem for path in sorted(folder.glob("*.json")))
    faults = {}
    for name in chosen:
        try:
            found(name)
        except InvalidInput as error:
            faults[name] = error
    if json_output:
        show_json({
            name: [one.to_dict() for one in faults[name].findings] if name in faults else [] for name in chosen
        })  # fmt: skip
    else:
        out.print(f"{len(chosen) - len(faults)} / {len(chosen)} 可用 | sound")
        for name, fault in faults.items():
            out.print(f"[red]{escape(name)}[/] {escape(fault.text.zh)} {escape(fault.text.en)}")
            show_findings(fault.findings)
    if faults:
        ctx.exit(FINDINGS)


@schema.command("infer")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--name", help="The schema's name (default: the file's).")
@click.option(
    "--constraints",
    is_flag=True,
    help="Also ask for what all rows keep today: required, unique, enum, primary key.",
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write the schema to this file."
)
@as_json
def infer_(file: Path, name: str | None, constraints: bool, output: Path | None, json_output: bool) -> None:
    """由一份文件的全部行推断模式 | Make a schema from all rows of a file.

    The schema goes to stdout, or to the file of -o; what each column is, how sure that is and why it is
    nothing narrower goes to stderr. With --json both go to stdout as one document.

    \b
    Examples:
      opendata schema infer 名单.csv -o schools.json
      opendata schema infer 名单.xlsx --constraints > schools.json
      opendata schema infer 名单.csv --json
    """
    with scratch_folder() as folder:
        given = inputs([file], folder)[0]
        if output is not None:
            refuse_inputs(output, [given.path])
        table = read(given.path, name=given.name, scratch=folder)
        if not table.readable:
            raise InvalidInput(f"{given.name} 无法读取。", f"{given.name} cannot be read.", table.findings)
        inferred = infer(table)
    stem = Path(given.name).stem
    # Table Schema knows names of Latin letters only; what the file is called is the title then.
    chosen = name or (stem.lower() if _NAME.fullmatch(stem.lower()) else "inferred")
    made = {"name": chosen, "title": stem, **inferred.descriptor(chosen, constrained=constraints)}
    descriptor = make_schema(made, chosen, "inferred").descriptor
    if json_output:
        show_json({"schema": descriptor, "columns": [guess.to_dict() for guess in inferred.guesses]})
    else:
        _show_guesses(inferred)
    if output is not None:
        write_beside(output, f"{json.dumps(descriptor, ensure_ascii=False, indent=2)}\n".encode())
    elif not json_output:
        show_json(descriptor)


def _show_guesses(inferred: Inferred) -> None:
    for guess in inferred.guesses:
        could = [word for word, is_so in (("必填 required", guess.required), ("唯一 unique", guess.unique), ("枚举 enum", bool(guess.enum))) if is_so]  # fmt: skip
        err.print(
            f"[bold]{escape(guess.label)}[/] {guess.field['type']} ({guess.form})，把握 | confidence"
            f" {guess.confidence:.0%}，{guess.filled:,} 值 | values，{guess.missing:,} 缺 | missing"
            f" {escape('、'.join(could))}",
            soft_wrap=True,
        )
        for one in guess.refused:
            err.print(
                f"    不是 | not {one.form}: {one.share:.2%} 符合 | fit, 第 {one.row} 行 | row {one.row}: {escape(one.example)}",
                style="dim",
                soft_wrap=True,
            )


@schema.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "--fail-on",
    type=click.Choice(["publishers", "consumers", "any"]),
    help="End with exit code 1 if anything breaks for these.",
)
@as_json
@click.pass_context
def diff(ctx: click.Context, before: str, after: str, fail_on: str | None, json_output: bool) -> None:
    """比较两个模式，区分不兼容的改动 | Tell breaking from compatible changes between two schemas.

    \b
    Examples:
      opendata schema diff schemas/bus-lines.json new.json
      opendata schema diff bus-lines new.json --fail-on any --json
    """
    compared = compare_contracts(found(before).descriptor, found(after).descriptor)
    if json_output:
        show_json(compared.to_dict())
    else:
        _show_diff(compared)
    broken = {
        "publishers": compared.breaks_publishers,
        "consumers": compared.breaks_consumers,
        "any": compared.breaking,
    }
    if fail_on and broken[fail_on]:
        ctx.exit(FINDINGS)


def _show_diff(compared: ContractDiff) -> None:
    if not compared.changes:
        out.print("没有改动 | nothing has changed")
    for change in compared.changes:
        for_whom = [
            f"{_READERS[key]} {key}" for key, broken in (("publishers", change.publishers), ("consumers", change.consumers)) if broken
        ]  # fmt: skip
        mark = (
            f"[red]不兼容 breaking[/]（{'、'.join(for_whom)}）" if for_whom else "[green]兼容 compatible[/]"
        )
        out.print(f"{mark} [yellow]{change.code}[/] {escape(change.text.zh)}", soft_wrap=True)
        out.print(f"    {escape(change.text.en)}", style="dim", soft_wrap=True)
