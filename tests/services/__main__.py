"""``python3 -m tests.services``: start, stop, look at, restart or kill the shared servers.

stdout of ``start`` is for ``eval``; everything else that it has to say goes to stderr.
"""

import argparse
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from .catalogue import SERVERS, TOOLS, shared
from .commands import say
from .faults import ServiceError
from .instance import get
from .service import Program

PROGRAMS: dict[str, Program] = {**SERVERS, **TOOLS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one command. 0: done; 1: something could not be had, did not start or does not run."""
    asked = _parser().parse_args(arguments)
    action, choices, _ = COMMANDS[asked.command]
    return action(asked.names or list(choices))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.services", description="Real servers for the tests."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, choices, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        must_name = name in ("restart", "kill")  # to break them all at once is never meant
        command.add_argument(
            "names",
            metavar="NAME",
            nargs="+" if must_name else "*",
            type=partial(_known, choices),
            help=f"{', '.join(choices)}{'' if must_name else '; all when none is named'}",
        )
    return parser


def _known(choices: Sequence[str], name: str) -> str:
    """argparse's own ``choices`` refuses the empty list that stands for all."""
    if name not in choices:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(choices)}")
    return name


def _get(names: Sequence[str]) -> int:
    return _each(names, lambda name: get(PROGRAMS[name]))


def _start(names: Sequence[str]) -> int:
    if _each(names, _bring_up):
        return 1  # with half of the variables, tests would skip and nobody would know why
    for name in names:
        exports = TOOLS[name].exports() if name in TOOLS else shared(name).exports()
        for variable, text in exports.items():
            print(f"export {variable}={shlex.quote(text)}")
    return 0


def _bring_up(name: str) -> None:
    if name in TOOLS:
        get(TOOLS[name])
        return
    began = time.monotonic()
    running = shared(name).start()
    say(f"{name}: answers on port {running.port}, pid {running.pid} ({time.monotonic() - began:.1f} s)")


def _stop(names: Sequence[str]) -> int:
    return _each(names, lambda name: shared(name).stop())


def _remove(names: Sequence[str]) -> int:
    return _each(names, lambda name: shared(name).remove())


def _restart(names: Sequence[str]) -> int:
    return _each(names, lambda name: shared(name).restart())


def _kill(names: Sequence[str]) -> int:
    return _each(names, lambda name: shared(name).kill())


def _status(names: Sequence[str]) -> int:
    running = {name: shared(name).running() for name in names}
    for name, found in running.items():
        print(f"{name:<14}", f"port {found.port}, pid {found.pid}" if found else "does not run")
    return 0 if all(running.values()) else 1


def _each(names: Sequence[str], action: Callable[[str], object]) -> int:
    """Each name in a thread of its own: one compiles while another downloads. 1 if one failed."""

    def complaint(name: str) -> str:
        try:
            action(name)
        except ServiceError as reason:
            return f"{name}: {reason}"
        return ""

    with ThreadPoolExecutor(len(names)) as pool:
        complaints = list(filter(None, pool.map(complaint, names)))
    for sentence in complaints:
        say(sentence)
    return int(bool(complaints))


#: command: what it does, to which names, in one sentence.
COMMANDS: dict[str, tuple[Callable[[Sequence[str]], int], Sequence[str], str]] = {
    "get": (_get, tuple(PROGRAMS), "download and build, start nothing"),
    "start": (_start, tuple(PROGRAMS), "start what does not run, print the variables to export"),
    "stop": (_stop, tuple(SERVERS), "stop, keep the data"),
    "remove": (_remove, tuple(SERVERS), "stop and delete the data"),
    "status": (_status, tuple(SERVERS), "say what runs where"),
    "restart": (_restart, tuple(SERVERS), "stop and start on the same port"),
    "kill": (_kill, tuple(SERVERS), "kill -9, for a look at what survives"),
}

if __name__ == "__main__":
    sys.exit(main())
