"""What is measured, each indicator in a file of its own and a line in :data:`INDICATORS`."""

from catalog.records import Text
from opendata.indicators import coverage, plan_progress

#: Name of each indicator, with what it tells; ``docs/indicators.md`` must describe each (a test says so).
INDICATORS: dict[str, Text] = {
    "coverage": coverage.TITLE,
    "plan_progress": plan_progress.TITLE,
}
