"""The headline that a trend counts is, on every day and in every domain, the one that coverage measures."""

from datetime import date, timedelta

from catalog.vocabularies import DOMAIN
from opendata.indicators.coverage import measure
from opendata.indicators.trend import history
from opendata.services import Services
from tests.factories import Factory, small_province


def test_a_trend_counts_what_coverage_measures(services: Services) -> None:
    small_province(services)
    with services.sessions.begin() as session:
        make = Factory(session)
        heir = make.unit("37-NEW", "新厅", predecessors=("37-OLD",), valid_from=date(2019, 1, 1))
        old = make.unit("37-OLD", "旧厅", valid_to=date(2019, 1, 1))
        empty, unfetched, inherited, closed = (
            make.item(f"30701{number}/0009", f"第{number}项", unit, openness=openness)
            for number, (unit, openness) in enumerate(
                [(heir, "conditional"), (heir, "unconditional"), (old, "unconditional"), (heir, "closed")], 4
            )
        )
        make.release(make.dataset(empty, "empty"), rows=0, open_from=date(2018, 1, 1))
        make.release(make.dataset(unfetched, "unfetched"), checked=False, open_from=date(2018, 1, 1))
        make.release(make.dataset(closed, "closed"), open_from=date(2018, 1, 1))
        make.release(make.dataset(inherited, "inherited"), open_from=date(2018, 6, 1))
    days = [date(2017, 6, 30) + timedelta(days=61 * step) for step in range(24)]
    with services.readers() as session:
        found = history(session)
        for domain in (None, *(term.code for term in DOMAIN)):
            counted = [found.headline(day, target=80, domain=domain) for day in days]
            assert counted == [measure(session, day, domain=domain).measurement("covered") for day in days]
    assert {found.headline(day, target=80).numerator for day in days} == {0, 2, 3}
