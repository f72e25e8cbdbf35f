"""Commands that were typed wrong: click's refusals, in Chinese and in English."""

from datetime import UTC, datetime

import click

from catalog.errors import TerminalError

_EXAMPLE = datetime(2018, 12, 31, 8, tzinfo=UTC)


class Misused(TerminalError):
    """A command, option or argument that there is not, is missing or has the wrong shape."""

    code = "misused"


def misuse(error: click.UsageError) -> Misused:
    """What click refuses, as two sentences that say where to look the usage up."""
    path = error.ctx.command_path if error.ctx else "opendata"
    return Misused(f"{_chinese(error)}；用法见 {path} --help", f"{error.format_message()} Try: {path} --help")


def _chinese(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}"
        case click.exceptions.NoSuchCommand():
            return f"没有命令 {error.command_name}"
        case click.MissingParameter():
            return f"缺少参数 {_name(error)}"
        case click.BadParameter():
            return f"参数 {_name(error)} 的值不可用，应为{_expected(error.param)}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 用法有误"
    return "参数有误"


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.get_error_hint(error.ctx or click.Context(click.Command(None)))


def _expected(param: click.Parameter | None) -> str:
    match param.type if param else None:
        case click.Choice() as choice:
            return "以下之一：" + "、".join(map(str, choice.choices))
        case click.DateTime() as moment:
            return f"日期，写作 {'、'.join(map(_EXAMPLE.strftime, moment.formats))}"
        case click.IntRange() as whole:
            return (
                f"不小于 {whole.min} 的整数" if whole.max is None else f" {whole.min} 至 {whole.max} 的整数"
            )
        case click.types.IntParamType():
            return "整数"
        case click.Path() as path:
            return "已存在的文件" if path.file_okay else "已存在的文件夹"
    return "规定的写法"
