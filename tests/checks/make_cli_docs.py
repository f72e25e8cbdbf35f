"""Write docs/cli.md from the commands' own help: ``python -m tests.checks.make_cli_docs``."""

import inspect

import click

from opendata.cli import main
from tests.checks.test_docs import COMMANDS, DOCS

HEAD = """# Commands

Made from the commands' own help by `python -m tests.checks.make_cli_docs`.

Exit codes: 0 good, 1 findings (the run went well, the data did not), 2 broken or misused. With `--json` a
command prints JSON on stdout and nothing else; progress and errors for people go to stderr.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, command in COMMANDS:
        context = click.Context(command, info_name=name.rsplit(" ", 1)[-1])
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
