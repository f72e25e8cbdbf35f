"""The states of a release: every move that is drawn, and no other."""

from itertools import product

import pytest

from catalog import lifecycle
from catalog.errors import InvalidTransition
from catalog.models import Dataset, Release

DRAWN = {
    ("received", "valid"),
    ("received", "invalid"),
    ("valid", "approved"),
    ("valid", "rejected"),
    ("invalid", "rejected"),
    ("approved", "published"),
    ("approved", "rejected"),
    ("published", "superseded"),
    ("published", "withdrawn"),
    ("superseded", "withdrawn"),
    ("superseded", "published"),
}


@pytest.mark.parametrize(("before", "after"), sorted(product(lifecycle.MOVES, lifecycle.MOVES)))
def test_moves(before: str, after: str) -> None:
    release = Release(number=3, state=before, dataset=Dataset(slug="bus-lines"))
    if (before, after) in DRAWN:
        lifecycle.move(release, after)
        assert release.state == after
        return
    with pytest.raises(InvalidTransition, match="bus-lines"):
        lifecycle.move(release, after)
    assert release.state == before
