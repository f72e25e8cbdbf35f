"""The pictures of a dataset's page: bars as tall as they should be, points where they lie."""

from typing import Any

import pytest

from opendata.web.column_chart import HEIGHT, MAP, column_chart, point_map


def test_a_histogram_and_the_most_frequent_values() -> None:
    chart = column_chart({"histogram": {"edges": [0, 1, 2, 3], "counts": [5, 0, 10]}}, 15)
    assert chart
    assert [(bar.height, bar.count, bar.label) for bar in chart.bars] == [
        (HEIGHT / 2, 5, "0 – 1"), (0, 0, "1 – 2"), (HEIGHT, 10, "2 – 3"),
    ]  # fmt: skip
    assert all(bar.y + bar.height == HEIGHT for bar in chart.bars)
    chart = column_chart({"top": [{"value": "济南", "count": 3}, {"value": None, "count": 1}]}, 6)
    assert chart
    assert [(bar.label, bar.width) for bar in chart.bars] == [("济南", 80)]


@pytest.mark.parametrize(
    "column", [{}, {"top": []}, {"top": [{"value": "a", "count": 1}]}, {"histogram": None}]
)
def test_nothing_is_drawn_of_nothing(column: dict[str, Any]) -> None:
    assert column_chart(column, 10) is None


def test_a_map_has_north_above_and_keeps_shapes() -> None:
    drawn = point_map({"bounds": [117, 36, 118, 37], "points": [[117, 37, 1], [118, 36, 9]]})
    assert drawn
    north_west, south_east = drawn.dots
    assert (north_west.x < south_east.x, north_west.y < south_east.y) == (True, True)
    assert north_west.radius < south_east.radius
    assert drawn.width < drawn.height == MAP  # a degree of longitude is shorter than one of latitude here
    assert all(0 <= line.at <= drawn.width for line in drawn.meridians)
    assert drawn.count == 10
    assert point_map(None) is point_map({"bounds": [], "points": []}) is None
    single = point_map({"bounds": [117, 36, 117, 36], "points": [[117, 36, 1]]})
    assert single
    assert 0 < single.dots[0].x < single.width


def test_a_truth_value_is_spelled_as_in_our_files() -> None:
    chart = column_chart({"top": [{"value": False, "count": 3}, {"value": True, "count": 1}]}, 4)
    assert chart
    assert [bar.label for bar in chart.bars] == ["false", "true"]
