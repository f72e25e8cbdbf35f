"""Running a program that fetches or builds something, with a time limit and a second chance."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .faults import FetchError

#: So many last lines of a failed program's output go into the error.
TAIL = 15


def say(sentence: str) -> None:
    """Tell progress on stderr; stdout belongs to the ``export`` lines."""
    print(sentence, file=sys.stderr, flush=True)


def fetch(
    command: Sequence[str | Path],
    *,
    seconds: float,
    tries: int = 3,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run *command* until it succeeds, at most *tries* times and *seconds* each.

    :raises FetchError: with the end of what the last try printed.
    """
    words = [str(word) for word in command]
    complaint = ""
    for attempt in range(1, tries + 1):
        complaint = _attempt(words, seconds, {**os.environ, **(environment or {})})
        if not complaint:
            return
        say(f"{words[0]}: try {attempt} of {tries} failed")
    raise FetchError(f"`{' '.join(words)}` failed {tries} times; the last time it said:\n{complaint}")


def _attempt(words: list[str], seconds: float, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(
            words,
            env=environment,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"nothing within {seconds:.0f} s"
    if done.returncode == 0:
        return ""
    return "\n".join(done.stdout.splitlines()[-TAIL:]) or f"nothing, but ended with {done.returncode}"
