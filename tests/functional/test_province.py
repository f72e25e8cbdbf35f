"""The sample province end to end: what is published, what is refused and why, and what is measured."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import HarvestRecord, Release, Report, Source
from opendata import pipeline, review
from opendata.indicators.coverage import Coverage, measure
from opendata.settings import Settings
from tests.functional import province

Shandong = tuple[Settings, pipeline.Summary]
with Path(__file__).with_name("planted_faults.csv").open(encoding="utf-8", newline="") as lines:
    FAULTS = list(csv.DictReader(lines))

pytestmark = pytest.mark.xdist_group("shandong")


def records(session: Session) -> dict[str, HarvestRecord]:
    """Every record by ``source/path of its file``."""
    rows = session.execute(select(Source.code, HarvestRecord).join(HarvestRecord.source))
    return {f"{code}/{record.content['link']['location']}": record for code, record in rows}


def findings(session: Session, record: HarvestRecord) -> list[dict[str, object]]:
    """The errors for which a record was refused, at registration or by validation."""
    report = session.scalars(
        select(Report).join(Release, Release.id == Report.release_id).where(Release.record_id == record.id)
    ).first()
    found = record.findings if report is None else report.findings
    return [finding for finding in found if finding["severity"] == "error"]


def coverage(settings: Settings, day: date) -> Coverage:
    with province.opened(settings) as services, services.readers() as session:
        return measure(session, day)


def test_there_are_enough_faults_of_different_kinds() -> None:
    assert len(FAULTS) >= 15
    assert len({fault["code"] for fault in FAULTS}) >= 15


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["file"] for fault in FAULTS])
def test_a_planted_fault_is_refused_for_exactly_its_reason(fault: dict[str, str], shandong: Shandong) -> None:
    with province.opened(shandong[0]) as services, services.readers() as session:
        found = findings(session, records(session)[fault["file"]])
    told = [(one["code"], str(one.get("row", "")), one.get("field", "")) for one in found]
    assert told == [(fault["code"], fault["row"], fault["field"])]


def test_every_other_file_is_published_or_waits_for_a_person(shandong: Shandong) -> None:
    faulty = {fault["file"] for fault in FAULTS}
    with province.opened(shandong[0]) as services, services.readers() as session:
        good = [record for path, record in records(session).items() if path not in faulty]
        untrusted = {source.id for source in session.scalars(select(Source).where(~Source.trusted))}
        states = {
            release.record_id: release.state
            for release in session.scalars(
                select(Release).where(Release.record_id.in_([one.id for one in good]))
            )
        }
    waiting = {record.id for record in good if record.source_id in untrusted}
    assert {record.state for record in good} == {"registered"}
    assert waiting
    assert {states[record.id] for record in good if record.id in waiting} == {"valid"}
    assert {states[record.id] for record in good if record.id not in waiting} <= {"published", "superseded"}


def test_every_file_of_the_sources_was_looked_at(shandong: Shandong) -> None:
    offered = {
        path.relative_to(province.SHANDONG / "sources").as_posix()
        for path in (province.SHANDONG / "sources").rglob("*")
        if path.is_file() and not path.name.startswith(("offer.", "datasets.jsonl"))
    }
    with province.opened(shandong[0]) as services, services.readers() as session:
        assert offered <= set(records(session))


def test_sources_are_of_three_kinds_and_files_of_many_forms(shandong: Shandong) -> None:
    with province.opened(shandong[0]) as services, services.readers() as session:
        kinds = {source.kind for source in session.scalars(select(Source))}
        documents = [report.document for report in session.scalars(select(Report).where(Report.valid))]
    assert kinds == {"sheet", "folder", "ckan"}
    assert {"csv", "xlsx", "json", "geojson"} <= {document["format"] for document in documents}
    assert {"utf-8", "gb18030"} <= {str(document["encoding"]).lower() for document in documents}


def test_a_second_run_changes_nothing(shandong: Shandong) -> None:
    settings, first = shandong
    province.run(settings)  # other tests have fetched files meanwhile, and search learns of uses by a run
    before = province.end_state(settings)
    second = province.run(settings)
    assert first.changed
    assert not first.failed
    assert not second.changed
    assert province.end_state(settings) == before


def test_coverage_grows_and_every_unit_that_counts_has_evidence(shandong: Shandong) -> None:
    days = [date(year, 12, 31) for year in (2016, 2017, 2018, 2019, 2020)]
    measured = [coverage(shandong[0], day) for day in days]
    shares = [one.definitions["covered"].numerator for one in measured]
    assert shares == sorted(set(shares)), "more units every year"
    assert shares[0] == 0
    for one in measured:
        assert all(unit.evidence for unit in one.units if unit.covered)
        assert one.excluded
        numbers = [one.definitions[name].numerator for name in ("registered", "listed", "covered", "current")]
        assert numbers == sorted(numbers, reverse=True)


def test_the_roster_of_a_day_is_that_days(shandong: Shandong) -> None:
    def count(day: date, level: str) -> int:
        measured = coverage(shandong[0], day)
        return sum(unit.level == level for unit in (*measured.units, *measured.excluded))

    assert (count(date(2018, 12, 31), "city"), count(date(2020, 12, 31), "city")) == (17, 16)
    assert (count(date(2018, 12, 31), "county"), count(date(2020, 12, 31), "county")) == (137, 136)


def test_the_same_question_gives_the_same_bytes(shandong: Shandong) -> None:
    for day in (date(2018, 12, 31), date(2020, 12, 31)):
        assert json.dumps(coverage(shandong[0], day).to_dict()) == json.dumps(
            coverage(shandong[0], day).to_dict()
        )
    assert (
        coverage(shandong[0], date(2018, 12, 31)).to_dict()
        != coverage(shandong[0], date(2020, 12, 31)).to_dict()
    )


def test_nothing_was_published_without_a_decision(shandong: Shandong) -> None:
    with province.opened(shandong[0]) as services, services.readers() as session:
        published = list(session.scalars(select(Release).where(Release.published_at.is_not(None))))
        verdicts = {tuple(decision.verdict for decision in release.decisions) for release in published}
        bases = {decision.basis for release in published for decision in release.decisions}
        waiting = review.awaiting(services)
    assert verdicts == {("approve",)}
    assert "" not in bases
    assert waiting


def test_a_release_tells_of_which_days_it_speaks(shandong: Shandong) -> None:
    with province.opened(shandong[0]) as services, services.readers() as session:
        published = session.scalars(select(Release).where(Release.published_at.is_not(None))).all()
    told = {one.id for one in published if one.period_from}
    assert told == {one.id for one in published if (one.schema or {}).get("period")}
    assert len(told) > 30
    for one in published:
        if one.period_from and one.period_to and one.open_from:
            assert one.period_from <= one.period_to
            assert one.period_from <= one.open_from, one.file_name
