"""A pytest plugin for runs in which everything is there: a skip is a failure.

``python -m pytest -p tests.services.pytest_no_skips``. A test that skips for want of a server
would otherwise make a green run say more than it proved. Expected failures (xfail) stay what they are.
"""

from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Of one test: its set-up, its call, its tear-down."""
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Of a whole module that skips itself."""
    return _no_skip((yield))


def _no_skip(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: {reason} (every server runs, so nothing may be skipped)"
    return report
