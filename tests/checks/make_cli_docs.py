"""Write docs/cli.md from the commands' own help: ``python -m tests.checks.make_cli_docs``."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from opendata.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
HEAD = """# Commands

Made from the commands' own help by `python -m tests.checks.make_cli_docs`.

Exit codes: 0 good, 1 findings (the run went well, the data did not), 2 broken or misused. With `--json` a
command prints JSON on stdout and nothing else; progress and errors for people go to stderr.
"""


def commands(group: click.Group, path: str = "opendata") -> Iterator[tuple[str, click.Command]]:
    """Every command below *group*, with its whole name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = sorted(commands(main), key=lambda pair: pair[0])


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, command in COMMANDS:
        context = click.Context(command, info_name=name.rsplit(" ", 1)[-1], **main.context_settings)
        usage = " ".join((name, *command.collect_usage_pieces(context)))
        options = [
            record for param in command.get_params(context) if (record := param.get_help_record(context))
        ]
        body = inspect.cleandoc(command.help or "").replace("\b\n", "")
        text, _, example = body.partition("Example")
        example = example.partition("\n")[2]
        parts.append(f"## `{name}`\n\n{text.strip()}\n\n    {usage}\n")
        if options:
            parts.append("\n".join(f"- `{flag}` {meaning}".rstrip() for flag, meaning in options) + "\n")
        parts.append("\n".join(f"    {line.strip()}" for line in example.splitlines() if line.strip()) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (DOCS / "cli.md").write_text(page(), encoding="utf-8")
    click.echo(f"{len(COMMANDS)} commands of {main.name}")
