"""What of the catalogue a document tells."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from catalog.database import identifier
from catalog.models import (
    Dataset,
    Distribution,
    HarvestRecord,
    HarvestRun,
    InventoryField,
    InventoryItem,
    InventoryRevision,
    Release,
    Report,
    Source,
    Unit,
    UnitRevision,
)
from search.base import Document
from search.documents import dataset_document, item_document

NOW = datetime(2020, 1, 1, tzinfo=UTC)
START = date(2016, 8, 15)


def unit(session: Session, code: str, *periods: tuple[date, str], **facts) -> Unit:
    """A unit with one revision for each period: since when, called how."""
    made = Unit(id=identifier("unit", code), code=code)
    defaults = {
        "name_en": "",
        "aliases": [],
        "level": "province",
        "division_code": "370000",
        "unit_class": "government",
        "predecessors": [],
        "obliged": True,
        "exclusion_reason": "",
        "recorded_at": NOW,
    }
    ends = [since for since, _ in periods[1:]] + [None]
    made.revisions = [
        UnitRevision(**{**defaults, **facts}, name=name, valid_from=since, valid_to=end)
        for (since, name), end in zip(periods, ends, strict=True)
    ]
    session.add(made)
    return made


KIND = {"name": "kind", "constraints": {"enum": ["常规公交", "BRT", "01", "常规公交"]}}


@pytest.fixture
def item(session: Session) -> InventoryItem:
    """交通违法处罚 of a department that was renamed in 2018 and has a predecessor, in a city."""
    unit(session, "370000", (START, "山东省人民政府"))
    unit(session, "370100", (START, "济南市人民政府"), level="city", division_code="370100")
    unit(session, "37-OLD", (START, "济南市交通局"), level="city", division_code="370100")
    holder = unit(
        session,
        "3701-TR",
        (date(2017, 1, 1), "济南市交通运输委员会"),
        (date(2018, 10, 8), "济南市交通运输局"),
        name_en="Jinan Transport Bureau",
        aliases=["市交通局"],
        level="city",
        division_code="370100",
        predecessors=["37-OLD", "37-UNKNOWN"],
        parent_code="370100",
    )
    made = InventoryItem(id=identifier("item", "307013/0004"), resource_code="307013/0004")
    facts = {
        "unit": holder,
        "title_en": "Bus lines",
        "abstract": "公交线路及站点",
        "formats": ["xlsx"],
        "sharing": "unconditional",
        "sharing_condition": "",
        "openness": "unconditional",
        "open_condition": "",
        "closed_basis": "",
        "update_cycle": "annual",
        "domain": "transport",
        "schema_name": "bus-lines",
        "recorded_at": NOW,
    }
    made.revisions = [
        InventoryRevision(
            **facts, title="公交路线", keywords=[], valid_from=START, valid_to=date(2018, 1, 1)
        ),
        InventoryRevision(
            **facts,
            title="2018年公交线路",
            keywords=["公交", "交通"],
            valid_from=date(2018, 1, 1),
            fields=[
                InventoryField(
                    position=place,
                    title=title,
                    name=name,
                    type="C",
                    required=True,
                    key=False,
                    openness="unconditional",
                )
                for place, (title, name) in enumerate([("线路名称", "line_name"), ("首末班时间", "")])
            ],
        ),
    ]
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def dataset(session: Session, item: InventoryItem) -> Dataset:
    """Two releases, the second one current."""
    source = Source(
        id=identifier("source", "s"),
        code="s",
        name="来源",
        kind="folder",
        location="/",
        trusted=False,
        trust_basis="",
        enabled=True,
        recorded_at=NOW,
    )
    run = HarvestRun(source=source, started_at=NOW, state="done", counts={})
    made = Dataset(
        id=identifier("dataset", "bus"),
        slug="bus-lines-307013-0004",
        item=item,
        created_at=NOW,
        modified_at=NOW,
    )
    session.add_all([run, made])
    session.flush()
    record = HarvestRecord(
        id=identifier("record", "r"),
        source_id=source.id,
        identifier="r",
        digest="",
        content={},
        state="registered",
        findings=[],
        first_seen_at=NOW,
        changed_at=NOW,
        last_run_id=run.id,
    )
    session.add(record)
    session.flush()
    for number, opened in ((1, date(2018, 6, 30)), (2, date(2019, 6, 30))):
        release = Release(
            id=identifier("release", number),
            dataset_id=made.id,
            number=number,
            state="published" if number == 2 else "superseded",
            source_id=source.id,
            record_id=record.id,
            file_sha256="0" * 64,
            file_name="a.csv",
            schema={
                "fields": [
                    {"name": "line_name", "title": "线路名称", "title_en": "Line"},
                    {"name": "km"},
                    KIND,
                ]
            },
            rows=100 * number,
            received_at=NOW,
            open_from=opened,
            end_reason="",
        )
        release.distributions = [
            Distribution(
                id=identifier("distribution", number, name),
                name=name,
                format=format_,
                media_type="",
                key=name,
                size=1,
                sha256="0" * 64,
            )
            for name, format_ in (("a.csv", "csv"), ("a.json", "json"), ("datapackage.json", "json"))
        ]
        release.report = Report(
            valid=True, document={"counts": {"small-cells": 2}}, findings=[], recorded_at=NOW
        )
        session.add(release)
        session.flush()
    made.current_release_id = identifier("release", 2)
    session.flush()
    session.expire_all()
    return made


COMMON = {
    "title": "2018年公交线路",
    "title_en": "Bus lines",
    "abstract": "公交线路及站点",
    "keywords": ("公交", "交通"),
    "labels": (
        "307013/0004",
        "道路交通",
        "Roads and transport",
        "交通运输",
        "交通",
        "每年",
        "Annually",
        "济南市人民政府",
    ),
    "unit_code": "3701-TR",
    "unit_name": "济南市交通运输局",
    "unit_aliases": ("Jinan Transport Bureau", "市交通局", "济南市交通运输委员会", "济南市交通局"),
    "unit_level": "city",
    "domain": "transport",
    "region": "370100",
    "region_names": ("山东省", "济南市"),
    "openness": "unconditional",
    "update_cycle": "annual",
    "year": 2018,
}


def test_an_item_of_which_nothing_is_open(session: Session, item: InventoryItem):
    assert item_document(session, item) == Document(
        id=item.id,
        kind="inventory-item",
        column_names=("line_name",),
        column_titles=("线路名称", "首末班时间"),
        slug="307013/0004",
        **COMMON,
    )


def test_a_dataset(session: Session, dataset: Dataset):
    assert dataset_document(session, dataset) == Document(
        id=dataset.id,
        kind="dataset",
        column_names=("line_name", "km", "kind"),
        column_titles=("线路名称", "Line"),
        values=("常规公交", "BRT"),
        warnings=2,
        formats=("csv", "json"),
        rows=200,
        issued=date(2018, 6, 30),
        modified=date(2019, 6, 30),
        slug="bus-lines-307013-0004",
        **COMMON,
    )


def test_an_earlier_day_tells_the_earlier_names(session: Session, item: InventoryItem):
    then = item_document(session, item, date(2017, 6, 1))
    assert (then.title, then.unit_name, then.year) == ("公交路线", "济南市交通运输委员会", None)
    assert "济南市交通运输局" in then.unit_aliases  # people look for it by its new name


def test_telling_twice_tells_the_same(session: Session, dataset: Dataset):
    first = dataset_document(session, dataset)
    session.expire_all()
    assert dataset_document(session, dataset).digest == first.digest
    assert Document.from_json(first.to_json()) == first
