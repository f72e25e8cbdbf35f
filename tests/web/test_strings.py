"""The catalogue of strings and the templates: each needs what the other has."""

import re
from dataclasses import fields
from pathlib import Path
from string import Formatter

from catalog import lifecycle
from catalog.queries.datasets import DESCRIPTIONS
from catalog.queries.pending import STEPS
from catalog.queries.plan import STATUSES
from catalog.queries.runs import STATES, RunCounts
from opendata.indicators.coverage import DEFINITIONS
from opendata.web.strings import STRINGS
from search.query import FACETS

WEB = Path(__file__).parents[2] / "opendata" / "web"
#: Keys that templates put together from a code.
BUILT = {
    "state": list(lifecycle.MOVES),
    "plan": STATUSES,
    "definition": DEFINITIONS,
    "facet": FACETS,
    "stage": ("register", "validate", "review"),
    "schema": ("named", "derived", "inferred"),
    "verdict": ("approve", "reject", "return"),
    "kind": ("dataset", "inventory-item"),
    "sort": ("relevance", "newest", "used", "title"),
    "milestone": ("domains", "units"),
    "run": STATES,
    "count": [one.name for one in fields(RunCounts)],
    "record": ("registered", "refused", "vanished"),
    "step": STEPS,
    "step_text": STEPS,
    "file": DESCRIPTIONS,
    "chart": ("histogram", "top"),
    "line": ("added", "removed", "before", "after"),
    "diff": ("added", "removed", "changed", "unchanged"),
}

#: Groups whose codes come from elsewhere, and stay as they are where they have no name.
CALLED = ("event.", "subject.", "actor.", "type.", "rule.")


def test_every_sentence_is_used_and_every_sentence_that_is_used_exists() -> None:
    text = "\n".join(
        path.read_text()
        for path in (*WEB.glob("templates/*.html"), *WEB.glob("*.py"))
        if not path.name.startswith("strings")
    )
    named = set(re.findall(r"['\"]([a-z_]+(?:\.[a-z_-]+)?)['\"]", text)) & STRINGS.keys()
    called = set(re.findall(r"\bt\('([a-z_.-]+)'[,)]", text))
    built = {f"{group}.{code}" for group, codes in BUILT.items() for code in codes}
    built |= {key for key in STRINGS if key.startswith(("flow.", "problem.", *CALLED))}
    assert called | built <= STRINGS.keys()
    assert STRINGS.keys() - named - built == set()


def test_every_event_subject_and_actor_of_the_ledger_has_a_name() -> None:
    code = "\n".join(
        path.read_text() for part in ("catalog", "opendata") for path in (WEB.parents[1] / part).rglob("*.py")
    )
    code = re.sub(r"\s+", " ", code)
    registries = {f"{one}.loaded" for one in ("roster", "inventory", "plan", "negative-list", "sources")}
    verbs = set(
        re.findall(
            r'(?:verb=|MADE, REFUSED = |session, (?:row, |services, source, )?)"([a-z]+\.[a-z-]+)"', code
        )
    )
    verbs |= registries | set(re.findall(r'"(release\.format-[a-z]+)"', code))
    kinds = set(re.findall(r'subject_type="([a-z]+)"', code))
    actors = set(re.findall(r'"((?:system|rule|cli):[a-z-]+)"', code)) | {"cli"}
    assert min(len(verbs) - 15, len(kinds) - 3, len(actors) - 5) > 0
    named = (
        {f"event.{one}" for one in verbs}
        | {f"subject.{one}" for one in kinds}
        | {f"actor.{one}" for one in actors}
    )
    assert {key for key in STRINGS if key.startswith(("event.", "subject.", "actor."))} == named


def test_both_languages_have_the_same_places_to_fill() -> None:
    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert {key: places(text.zh) for key, text in STRINGS.items()} == {
        key: places(text.en) for key, text in STRINGS.items()
    }
    assert all(re.search("[一-鿿%]", text.zh) and text.en.isascii() for text in STRINGS.values())
