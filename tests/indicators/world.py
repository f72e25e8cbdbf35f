"""A small world for coverage: units, items, releases and checks, each in one line."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from catalog import ledger
from catalog.database import identifier
from catalog.models import (
    Dataset,
    HarvestRecord,
    HarvestRun,
    InventoryItem,
    InventoryRevision,
    PublicCheck,
    Release,
    Report,
    Source,
    Unit,
    UnitRevision,
)

START = date(2016, 8, 15)
LOADED = datetime(2021, 1, 4, 1, 0, tzinfo=UTC)


class World:
    """Adds rows to a session; everything is recorded at :data:`LOADED` unless said otherwise."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.source = Source(
            id="source", code="source", name="源", kind="folder", location=".", trusted=True,
            trust_basis="规则", enabled=True, recorded_at=LOADED,
        )  # fmt: skip
        session.add(self.source)
        session.flush()
        self.run = HarvestRun(source_id="source", started_at=LOADED, state="done", counts={})
        session.add(self.run)
        session.flush()

    def unit(
        self, code: str, *, obliged: bool = True, reason: str = "", valid_from: date = START,
        valid_to: date | None = None, predecessors: tuple[str, ...] = (), level: str = "county",
        division: str = "370102", recorded_at: datetime = LOADED,
    ) -> UnitRevision:  # fmt: skip
        unit = self.session.get(Unit, identifier("unit", code)) or Unit(
            id=identifier("unit", code), code=code
        )
        revision = UnitRevision(
            unit=unit, name=f"单位{code}", name_en="", aliases=[], level=level, division_code=division,
            unit_class="government", predecessors=list(predecessors), obliged=obliged, exclusion_reason=reason,
            valid_from=valid_from, valid_to=valid_to, recorded_at=recorded_at,
        )  # fmt: skip
        self.session.add(revision)
        self.session.flush()
        return revision

    def item(
        self, unit: UnitRevision, code: str, *, openness: str = "unconditional", cycle: str = "never",
        valid_from: date = START, domain: str = "transport",
    ) -> InventoryItem:  # fmt: skip
        item = InventoryItem(id=identifier("item", code), resource_code=code)
        revision = InventoryRevision(
            item=item, unit_id=unit.unit_id, title=f"条目{code}", title_en="", abstract="", keywords=[],
            formats=[], sharing="unconditional", sharing_condition="", openness=openness, open_condition="",
            closed_basis="", update_cycle=cycle, domain=domain, schema_name="", valid_from=valid_from,
            recorded_at=LOADED,
        )  # fmt: skip
        self.session.add(revision)
        self.session.flush()
        return item

    def release(
        self, item: InventoryItem, *, open_from: date = date(2018, 1, 1), state: str = "published", rows: int = 3,
        valid: bool = True, intact: bool | None = True, published_at: datetime = LOADED, number: int = 1,
    ) -> Release:  # fmt: skip
        dataset = self.session.get(Dataset, f"d-{item.resource_code}")
        if dataset is None:
            dataset = Dataset(
                id=f"d-{item.resource_code}", slug=item.resource_code, item_id=item.id, created_at=LOADED,
                modified_at=LOADED,
            )  # fmt: skip
            self.session.add(dataset)
            self.session.flush()
        name = f"{item.resource_code}-{number}"
        record = HarvestRecord(
            id=name, source_id="source", identifier=name, digest="", content={}, state="registered", findings=[],
            first_seen_at=LOADED, changed_at=LOADED, last_run_id=self.run.id,
        )  # fmt: skip
        self.session.add(record)
        self.session.flush()
        released = state in ("published", "superseded", "withdrawn")
        release = Release(
            id=f"r-{name}", dataset_id=dataset.id, number=number, state=state, source_id="source", record_id=name,
            file_sha256="0" * 64, file_name="x.csv", rows=rows, received_at=LOADED, open_from=open_from,
            published_at=published_at if released else None, end_reason="",
        )  # fmt: skip
        self.session.add(release)
        self.session.flush()
        self.session.add(
            Report(release_id=release.id, valid=valid, document={}, findings=[], recorded_at=LOADED)
        )
        if intact is not None:
            self.check(release, intact=intact, at=published_at + timedelta(minutes=1))
        return release

    def check(self, release: Release, *, intact: bool, at: datetime) -> None:
        self.session.add(
            PublicCheck(release_id=release.id, checked_at=at, url="/x", status=200, intact=intact, detail="")
        )
        self.session.flush()

    def covered_units(self, covered: int, of: int) -> None:
        """*of* units, the first *covered* of them with a published dataset."""
        for number in range(of):
            unit = self.unit(f"U{number:03}")
            if number < covered:
                self.release(self.item(unit, f"307001/{number + 1}"))

    def record(self, at: datetime = LOADED + timedelta(days=1)) -> None:
        """Write an event, so that the ledger knows a latest moment."""
        ledger.append(
            self.session,
            actor="test",
            verb="test.done",
            subject_type="test",
            subject_id="-",
            details={},
            at=at,
        )
