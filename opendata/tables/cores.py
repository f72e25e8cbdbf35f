"""Whether this process may keep more than one core busy."""

import multiprocessing
import os
from contextlib import suppress
from pathlib import Path

#: What Linux (cgroup v2) grants a container: microseconds of work in a period, or ``max``; and the period.
_GRANT = Path("/sys/fs/cgroup/cpu.max")


def _cores() -> float:
    allowed = float(len(os.sched_getaffinity(0)))
    with suppress(OSError, ValueError):
        quota, period = _GRANT.read_text().split()
        if quota != "max":
            allowed = min(allowed, int(quota) / int(period))
    return allowed


def has_spare_core() -> bool:
    """Whether a second thread would have a core to itself: there is one, and this process is not one of
    several that were started to share them.
    """
    return multiprocessing.parent_process() is None and _cores() > 1
