"""The outermost border: whatever goes wrong becomes two sentences and an exit code, never a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from catalog.disk import is_full
from catalog.errors import InvalidInput, OpenDataError, StorageFull, TerminalError, Unreachable
from opendata.cli.console import BROKEN, FINDINGS, err, show_findings, show_json, show_sentences
from opendata.cli.misuse import misuse

#: What shells report of a program that Ctrl-C stopped: 128 + SIGINT.
INTERRUPTED = 130
_WANTS_JSON = "opendata.json"


class Interrupted(TerminalError):
    """Somebody pressed Ctrl-C."""

    code = "interrupted"


class Door(click.Group):
    """The group that turns errors into sentences: JSON on stdout with ``--json``, else on stderr."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether JSON is asked for before anything can fail."""
        ctx.meta[_WANTS_JSON] = "--json" in args
        with _answering(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command."""
        with _answering(ctx):
            return super().invoke(ctx)


@contextmanager
def _answering(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except OpenDataError as error:
        is_finding = isinstance(error, InvalidInput) and bool(error.findings)
        _end(ctx, error, FINDINGS if is_finding else BROKEN)
    except click.exceptions.NoArgsIsHelpError:
        raise  # click shows the help itself
    except click.UsageError as error:
        _end(ctx, misuse(error), BROKEN)
    except KeyboardInterrupt:
        zh = "已中断；没有留下半成品，再次运行同一命令即从停处继续"
        en = "interrupted; nothing is half-done: run the same command again and it goes on where it stopped"
        _end(ctx, Interrupted(zh, en), INTERRUPTED)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # whoever read our output has gone; click ends quietly
        _end(ctx, _file_error(error), BROKEN)


def _end(ctx: click.Context, error: OpenDataError, code: int) -> None:
    show_error(error, json_output=ctx.meta[_WANTS_JSON])
    ctx.exit(code)


def show_error(error: OpenDataError, *, json_output: bool) -> None:
    """Say what went wrong, with every finding that the error carries."""
    findings = error.findings if isinstance(error, InvalidInput) else ()
    if json_output:
        values = {"code": error.code, "zh": error.text.zh, "en": error.text.en}
        show_json({"error": {**values, "findings": [finding.to_dict() for finding in findings]}})
        return
    show_sentences(error.text)
    show_findings(findings, err)


def _file_error(error: OSError) -> OpenDataError:
    """A file that could not be read or written, of which no border below has spoken."""
    where = error.filename or "—"
    if is_full(error):
        return StorageFull(
            f"磁盘空间不足：{where}；腾出空间后再次运行即可",
            f"no space is left on the disk: {where}; make room and run again",
        )
    return Unreachable(
        f"无法读写文件 {where}：{error.strerror}", f"cannot read or write {where}: {error.strerror}"
    )
