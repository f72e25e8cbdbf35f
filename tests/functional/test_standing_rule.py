"""A standing rule signs what is plain; whatever may tell of persons waits for somebody to look, also of a trusted source."""

from pathlib import Path

from sqlalchemy import select

from catalog.models import Decision, Distribution
from catalog.queries import pending
from opendata import pipeline, review
from opendata.cli.steps import public_door
from opendata.services import Services
from tests.conftest import NOON
from tests.factories import Factory
from tests.functional import guarded
from tests.functional.papers import MAP, NOTICE, Offer, offer, pdf, png, register

ITEMS = ("307013/0011", "307013/0012", "307013/0013")
COLUMN = "c0"


def waiting(services: Services, step: pending.Step) -> list[str | None]:
    with services.readers() as session:
        return [one.dataset for one in pending.pending(session, NOON.date(), step).items]


def test_a_number_in_a_notice_and_a_scan_wait_for_a_person_and_a_picture_does_not(
    services: Services, tmp_path: Path
) -> None:
    folder = tmp_path / "county"
    register(services, folder)
    kinds = ("文档", "图像", "文档")
    files = (pdf("Call 13800138000 for the notice"), png(), pdf(""))
    names = ("公告.pdf", "示意图.png", "扫描件.pdf")
    offer(folder, [Offer(*one) for one in zip(ITEMS, names, files, kinds, strict=True)])
    pipeline.harvest(services)
    pipeline.validate(services)
    assert (waiting(services, "rule"), len(waiting(services, "review"))) == ([MAP], 2)
    assert pipeline.apply_rules(services) == {"approved": 1, "left": 2}
    assert pipeline.apply_rules(services) == {"left": 2}
    left = review.awaiting(services)
    seen = {one.dataset.slug: review.reservations(services, one) for one in left}
    assert seen.pop(NOTICE) == ("personal-information",)
    assert [*seen.values()] == [("partly-scanned",)]
    assert waiting(services, "rule") == []
    assert sorted(filter(None, waiting(services, "review"))) == sorted(one.dataset.slug for one in left)

    review.approve(services, NOTICE, actor="person:张三", basis="办公电话")
    with public_door(services) as address:
        assert pipeline.run(services, address).published == {"published": 2}
    assert len(review.awaiting(services)) == 1


def test_what_a_schema_declares_public_is_looked_at_too(tmp_path: Path) -> None:
    schema = {"fields": guarded.FIELDS, "primaryKey": ["no"], "public": {COLUMN: "依法公示的联系方式"}}
    with guarded.installed(tmp_path, schema) as (settings, files), guarded.opened(settings) as services:
        path = files / "307013-0001_持证人员.csv"
        guarded.write(path, 3, persons=False)
        path.write_text(path.read_text("utf-8").replace("示例0之0", "13800138000"), "utf-8")
        pipeline.harvest(services)
        assert pipeline.validate(services) == {"valid": 1}
        assert pipeline.apply_rules(services) == {"left": 1}
        (left,) = review.awaiting(services)
        assert review.reservations(services, left) == ("personal-information",)


def test_what_the_negative_list_came_to_forbid_no_rule_approves(tmp_path: Path) -> None:
    with (
        guarded.installed(tmp_path, {"fields": guarded.FIELDS}) as (settings, files),
        guarded.opened(settings) as services,
    ):
        guarded.write(files / "307013-0001_持证人员.csv", 3, persons=False)
        pipeline.harvest(services)
        assert pipeline.validate(services) == {"valid": 1}
        with services.sessions.begin() as session:
            Factory(session).forbid("N-1", "持证人员", "keyword", "持证")
        assert pipeline.apply_rules(services) == {"blocked": 1}
        with services.readers() as session:
            (decision,) = session.scalars(select(Decision))
            assert (decision.verdict, decision.actor) == ("reject", "rule:negative-list")
            assert decision.basis.startswith("N-1 ")
        assert pipeline.publish(services) == {}


def test_bytes_that_are_not_those_that_were_published_fail_the_public_check(tmp_path: Path) -> None:
    with (
        guarded.installed(tmp_path, {"fields": guarded.FIELDS}) as (settings, files),
        guarded.opened(settings) as services,
    ):
        guarded.write(files / "307013-0001_持证人员.csv", 3, persons=False)
        pipeline.harvest(services)
        pipeline.validate(services)
        pipeline.apply_rules(services)
        assert pipeline.publish(services) == {"published": 1}
        with services.readers() as session:
            key = session.scalars(select(Distribution.key).where(Distribution.format == "csv")).one()
        with services.storage.open(key) as stream:
            sound = stream.read()
        services.storage.delete(key)
        services.storage.put_bytes(key, sound[:-2] + b"9\n")  # as long as it was
        with public_door(services) as address:
            assert pipeline.check(services, address) == {"failed": 1}
        services.storage.delete(key)
        services.storage.put_bytes(key, sound)
        with public_door(services) as address:
            assert pipeline.check(services, address) == {"intact": 1}
            assert pipeline.check(services, address) == {}
