"""Rows for tests: a :class:`Factory` makes single things, :func:`small_province` a whole little province."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from catalog import ledger
from catalog.database import identifier
from catalog.models import (
    Dataset,
    Decision,
    Distribution,
    HarvestRecord,
    HarvestRun,
    InventoryField,
    InventoryItem,
    InventoryRevision,
    NegativeListEntry,
    NegativeListRevision,
    PlanItem,
    PlanRevision,
    PublicCheck,
    Release,
    Report,
    Source,
    Unit,
    UnitRevision,
)
from catalog.records import Finding, Text
from opendata.services import Services, build
from search.documents import dataset_document, item_document
from tests import databases
from tests.conftest import NOON, installation

THEN = datetime(2021, 1, 4, 2, 0, tzinfo=UTC)
BEGINNING = date(2017, 1, 1)
CSV = "﻿line_no,name,fare\r\n1,火车站—大明湖,2\r\n2,洪家楼—千佛山,1\r\n".encode()
FIELDS = [
    {
        "name": "line_no",
        "title": "线路编号",
        "title_en": "Line",
        "type": "string",
        "constraints": {"required": True},
    },
    {"name": "name", "title": "线路名称", "title_en": "Line name", "type": "string"},
    {"name": "fare", "title": "票价", "title_en": "Fare", "type": "integer", "unit": "元"},
]
SCHEMA = {"name": "bus-lines", "title": "公交线路", "fields": FIELDS}
PROFILE = {
    "rows": 2,
    "columns": [{"name": one["name"], "type": one["type"], "nulls": 0, "distinct": 2} for one in FIELDS],
    "preview": [
        {"line_no": "1", "name": "火车站—大明湖", "fare": 2},
        {"line_no": "2", "name": "洪家楼—千佛山", "fare": 1},
    ],
}
MISTYPED = Finding(
    "type-error", Text("第 3 行的票价不是整数", "the fare in row 3 is no integer"),
    row=3, column=3, field="fare", value="一元", expected="integer",
)  # fmt: skip
UNKNOWN_ITEM = Finding(
    "unknown-item",
    Text("资源清单中没有 999999/0001", "the inventory has no item 999999/0001"),
    value="999999/0001",
)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Factory:
    """Makes rows in *session*; what a test does not say is chosen so that everything fits."""

    session: Session
    at: datetime = THEN
    made: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        self.made[kind] = self.made.get(kind, 0) + 1
        return self.made[kind]

    def unit(
        self, code: str, name: str, name_en: str = "", *, level: str = "province", division: str = "370000",
        parent: str | None = None, valid_from: date = BEGINNING, valid_to: date | None = None,
        predecessors: tuple[str, ...] = (), excluded: str = "", aliases: tuple[str, ...] = (),
    ) -> Unit:  # fmt: skip
        unit = self.session.get(Unit, identifier("unit", code)) or Unit(
            id=identifier("unit", code), code=code
        )
        revision = UnitRevision(
            unit=unit, name=name, name_en=name_en, aliases=list(aliases), uscc=None, level=level,
            division_code=division, unit_class="government", parent_code=parent, predecessors=list(predecessors),
            obliged=not excluded, exclusion_reason=excluded, valid_from=valid_from, valid_to=valid_to,
            recorded_at=self.at, retracted_at=None,
        )  # fmt: skip
        self.session.add_all([unit, revision])
        self.session.flush()
        return unit

    def item(
        self, code: str, title: str, unit: Unit, title_en: str = "", *, domain: str = "transport",
        openness: str = "unconditional", basis: str = "", cycle: str = "annual", fields: bool = True,
        valid_from: date = BEGINNING, valid_to: date | None = None,
    ) -> InventoryItem:  # fmt: skip
        id_ = identifier("inventory", code)
        item = self.session.get(InventoryItem, id_) or InventoryItem(id=id_, resource_code=code)
        revision = InventoryRevision(
            item=item, unit=unit, title=title, title_en=title_en, abstract=f"{title}的摘要。", keywords=["样例"],
            formats=["XLSX"], sharing="unconditional", sharing_condition="", openness=openness,
            open_condition="签署利用协议" if openness == "conditional" else "", closed_basis=basis,
            update_cycle=cycle, domain=domain, schema_name="", valid_from=valid_from, valid_to=valid_to,
            recorded_at=self.at, retracted_at=None,
        )  # fmt: skip
        if fields:
            revision.fields = [
                InventoryField(
                    position=position, title=one["title"], name=one["name"], type="C", length=60,
                    required=position == 1, key=position == 1, openness="unconditional",
                )
                for position, one in enumerate(FIELDS, 1)
            ]  # fmt: skip
        self.session.add_all([item, revision])
        self.session.flush()
        return item

    def source(self, code: str = "transport", name: str = "交通运输厅报送表") -> Source:
        found = self.session.get(Source, identifier("source", code))
        if found is None:
            found = Source(
                id=identifier("source", code), code=code, name=name, kind="sheet", location="/srv/secret/list.csv",
                unit_id=None, trusted=True, trust_basis="标准规则", enabled=True, recorded_at=self.at,
            )  # fmt: skip
            self.session.add(found)
            self.session.flush()
        return found

    def run(self) -> HarvestRun:
        run = HarvestRun(
            source=self.source(), started_at=self.at, finished_at=self.at, state="done", counts={}, error=None
        )
        self.session.add(run)
        self.session.flush()
        return run

    def record(
        self,
        name: str,
        *,
        dataset: Dataset | None = None,
        findings: tuple[Finding, ...] = (),
        title: str = "",
    ) -> HarvestRecord:
        source = self.source()
        record = HarvestRecord(
            id=identifier("record", source.id, name), source_id=source.id, identifier=name,
            digest=sha256(name.encode()), file_sha256=sha256(CSV),
            content={"title": title or name, "unit": "某某局", "resource_code": "999999/0001", "link": {"name": name}},
            state="refused" if findings else "registered", findings=[one.to_dict() for one in findings],
            dataset_id=dataset.id if dataset else None, first_seen_at=self.at, changed_at=self.at,
            last_run_id=self.run().id,
        )  # fmt: skip
        self.session.add(record)
        self.session.flush()
        return record

    def dataset(self, item: InventoryItem, slug: str) -> Dataset:
        dataset = Dataset(
            id=identifier("dataset", item.id), slug=slug, item_id=item.id, created_at=self.at, modified_at=self.at,
            current_release_id=None,
        )  # fmt: skip
        self.session.add(dataset)
        self.session.flush()
        return dataset

    def release(
        self, dataset: Dataset, *, state: str = "published", open_from: date = date(2020, 11, 2),
        open_to: date | None = None, findings: tuple[Finding, ...] = (), rows: int = 2, checked: bool | None = True,
        reason: str = "", verdict: str = "approve", basis: str = "《实施意见》第十四条",
    ) -> Release:  # fmt: skip
        number = self.next(dataset.slug)
        record = self.record(f"{dataset.slug}-{number}.csv", dataset=dataset)
        was_public = state in ("published", "superseded", "withdrawn")
        release = Release(
            id=identifier("release", dataset.id, number), dataset_id=dataset.id, number=number, state=state,
            source_id=record.source_id, record_id=record.id, file_sha256=sha256(CSV), file_name=f"公交线路{number}.csv",
            schema=SCHEMA, schema_origin="named", rows=rows, received_at=self.at,
            open_from=open_from if was_public else None, open_to=open_to,
            published_at=self.at if was_public else None, ended_at=self.at if open_to else None, end_reason=reason,
        )  # fmt: skip
        self.session.add(release)
        self.session.flush()
        self.session.add(
            Report(
                release_id=release.id, valid=not findings, document={"rows": rows, "format": "csv"},
                findings=[one.to_dict() for one in findings], recorded_at=self.at,
            )
        )  # fmt: skip
        if state not in ("received", "valid", "invalid"):
            self.session.add(
                Decision(
                    release_id=release.id, verdict=verdict, actor="person:审查员", basis=basis, note="",
                    decided_at=self.at,
                )
            )  # fmt: skip
        if was_public and checked is not None:
            address = f"/datasets/{dataset.slug}/releases/{number}/files/{dataset.slug}.csv"
            self.session.add(
                PublicCheck(
                    release_id=release.id, checked_at=self.at, url=address, status=200 if checked else 500,
                    intact=checked, detail="",
                )
            )  # fmt: skip
        if state == "published":
            dataset.current_release_id = release.id
        self.session.flush()
        self.event("release.published" if was_public else "release.received", "release", release.id)
        return release

    def file(
        self, release: Release, name: str, data: bytes, media_type: str, format_: str = ""
    ) -> Distribution:
        """A published file; whoever wants to fetch it stores *data* under its ``key``."""
        file = Distribution(
            id=identifier("distribution", release.id, name), release_id=release.id, name=name,
            format=format_ or name.rpartition(".")[2], media_type=media_type,
            key=f"{release.dataset.slug}/{release.number}/{name}", size=len(data), sha256=sha256(data),
        )  # fmt: skip
        self.session.add(file)
        self.session.flush()
        return file

    def promise(self, code: str, item: InventoryItem, unit: Unit, due: date) -> PlanItem:
        promise = PlanItem(id=identifier("plan", code), code=code)
        self.session.add(promise)
        self.session.flush()
        self.session.add(
            PlanRevision(
                plan_item_id=promise.id, item_id=item.id, unit_id=unit.id, due=due, method="文件下载", note="",
                valid_from=BEGINNING, valid_to=None, recorded_at=self.at, retracted_at=None,
            )
        )  # fmt: skip
        self.session.flush()
        return promise

    def forbid(
        self, code: str, matter: str, scope: str, *targets: str, review_on: date | None = None
    ) -> NegativeListEntry:
        entry = NegativeListEntry(id=identifier("negative-list", code), code=code)
        self.session.add(entry)
        self.session.flush()
        self.session.add(
            NegativeListRevision(
                entry_id=entry.id, matter=matter, scope=scope, targets=list(targets), category="国家秘密",
                legal_basis="《中华人民共和国保守国家秘密法》", review_on=review_on, valid_from=BEGINNING, valid_to=None,
                recorded_at=self.at, retracted_at=None,
            )
        )  # fmt: skip
        self.session.flush()
        return entry

    def event(self, verb: str, subject_type: str, subject_id: str) -> None:
        ledger.append(
            self.session, actor="system:test", verb=verb, subject_type=subject_type, subject_id=subject_id,
            details={}, at=self.at,
        )  # fmt: skip


@contextmanager
def opened_small_province(template: str, folder: Path) -> Iterator[Services]:
    """An installation of its own that holds :func:`small_province`; its clock stands still."""
    url = databases.copy(template, folder)
    services = build(installation(url, folder / "home"), clock=lambda: NOON)
    try:
        small_province(services)
        yield services
    finally:
        services.close()
        databases.drop(url)


def small_province(services: Services) -> None:
    """Fill *services* with one province, two cities and a county, of every kind of thing at least one.

    Covered: the transport department and 济南市. ``bus-lines`` has a superseded and a current release and an
    invalid one after it; ``river-water`` was withdrawn; ``parking`` was rejected; ``roads`` is not published.
    """
    with services.sessions.begin() as session:
        make = Factory(session)
        department = make.unit("37-DOT", "山东省交通运输厅", "Department of Transport", aliases=("省交通厅",))
        jinan = make.unit("370100", "济南市人民政府", "Jinan", level="city", division="370100")
        make.unit(
            "370102", "济南市历下区人民政府", "Lixia", level="county", division="370102", parent="370100"
        )
        make.unit("370116", "济南市莱芜区人民政府", "Laiwu", level="county", division="370116", parent="370100",
                  valid_from=date(2019, 1, 9), predecessors=("371200",))  # fmt: skip
        make.unit("371200", "莱芜市人民政府", level="city", division="371200", valid_to=date(2019, 1, 9))
        make.unit("37-NSA", "山东省国家安全厅", excluded="涉密单位")
        lines = make.item("307013/0004", "公交线路", department, "Bus lines")
        parking = make.item("307013/0005", "公共停车场", jinan, "Parking lots", openness="conditional")
        water = make.item("307014/0001", "河流断面水质", jinan, "River water", domain="environment")
        roads = make.item("307013/0006", "道路养护", department, "Road upkeep", domain="geography")
        make.item("307013/0007", "驾驶人档案", department, openness="closed", basis="《个人信息保护法》")
        make.item("307013/0008", "应急预案", department, openness="closed", domain="administration")
        make.item("307013/0009", "涉密测绘成果", jinan, openness="closed", domain="geography")
        schools = make.item(
            "307015/0001", "学校名录", jinan, "Schools", domain="public-services", cycle="never"
        )
        make.forbid("FM-001", "涉密测绘成果", "keyword", "涉密", review_on=date(2020, 1, 1))
        make.promise("P-1", lines, department, date(2020, 12, 31))
        make.promise("P-2", roads, department, date(2018, 12, 31))
        make.promise("P-3", schools, jinan, date(2020, 6, 30))
        make.promise("P-4", parking, jinan, date(2022, 12, 31))
        bus = make.dataset(lines, "bus-lines")
        make.release(
            bus, state="superseded", open_from=date(2018, 6, 30), open_to=date(2020, 11, 2), reason="第 2 版"
        )
        current = make.release(bus)
        make.release(bus, state="invalid", findings=(MISTYPED,))
        school = make.release(make.dataset(schools, "schools"), open_from=date(2020, 9, 1))
        gone = make.release(make.dataset(water, "river-water"), state="withdrawn", open_from=date(2019, 5, 1),
                            open_to=date(2020, 2, 1), reason="测站坐标有误")  # fmt: skip
        make.release(
            make.dataset(parking, "parking"), state="rejected", verdict="reject", basis="《数据安全法》"
        )
        make.dataset(roads, "roads")
        make.record("lost.csv", findings=(UNKNOWN_ITEM,), title="来历不明的表")
        for release in (current, school, gone):
            name = release.dataset.slug
            _store(services, make.file(release, f"{name}.csv", CSV, "text/csv"), CSV)
            profile = json.dumps(PROFILE).encode()
            _store(
                services, make.file(release, "profile.json", profile, "application/json", "profile"), profile
            )
        documents = [dataset_document(session, one.dataset) for one in (current, school)]
        documents += [item_document(session, one) for one in (parking, water, roads)]
    services.index.put(documents)


def _store(services: Services, file: Distribution, data: bytes) -> None:
    services.storage.put_bytes(file.key, data)
