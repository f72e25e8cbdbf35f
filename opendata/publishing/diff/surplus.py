"""What one list of numbers has more of than another, each as often as it stands there.

Two releases mostly agree and keep their order, so the rows that both have are first looked for where they should
be: as far from their old place as the nearest row that was found. Only what is left is sorted.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]
#: Every so many rows one is looked up, to see how far rows have moved.
_STEP = 64


def surplus(old: Hashes, new: Hashes) -> tuple[Places, Places]:
    """The places in *old* and in *new*, ascending, that find no partner of the same value on the other side.

    A value that stands three times here and twice there leaves one place, any of the three.
    """
    here, there = _unmoved(old, new)
    gone, come = _unmatched(old[here], new[there])
    return here[gone], there[come]


def _unmoved(old: Hashes, new: Hashes) -> tuple[Places, Places]:
    """The places that are left when each row has been compared with the one at its expected place."""
    everything = np.arange(len(old)), np.arange(len(new))
    shift = _shifts(old, new)
    if not len(shift):
        return everything
    partner = _at(old, new, everything[0], np.repeat(shift, _STEP)[: len(old)])
    lost = np.flatnonzero(partner < 0)
    # Where rows came or went inside a stretch, its end has moved as far as the next stretch.
    partner[lost] = _at(old, new, lost, np.append(shift[1:], shift[-1])[lost // _STEP])
    stands = partner >= 0
    claimed = np.zeros(len(new), bool)
    claimed[partner[stands]] = True
    if np.count_nonzero(claimed) != np.count_nonzero(stands):
        return everything  # rows that repeat claimed one place twice: sorting tells them apart
    return np.flatnonzero(~stands), np.flatnonzero(~claimed)


def _at(old: Hashes, new: Hashes, rows: Places, shift: Places) -> Places:
    """Where in *new* each of these *rows* of *old* stands if it moved by its *shift*; −1 if it doesn't."""
    place = rows + shift
    nearest = place.clip(0, len(new) - 1)
    stands = (nearest == place) & (new[nearest] == old[rows])
    return np.where(stands, place, -1)


def _shifts(old: Hashes, new: Hashes) -> Places:
    """How far each stretch of *old* has moved; empty if nothing of it is found."""
    marks = old[::_STEP]
    order = np.argsort(marks)
    places = np.flatnonzero(pl.Series(new).is_in(pl.Series(marks).implode()).to_numpy())
    found = np.full(len(marks), -1)
    found[order[np.searchsorted(marks, new[places], sorter=order)]] = places
    known = np.flatnonzero(found >= 0)
    if not len(known):
        return np.empty(0, np.intp)
    # A mark that is gone moved, we suppose, like the one before it.
    source = known[(np.searchsorted(known, np.arange(len(marks)), "right") - 1).clip(min=0)]
    shifts: Places = found[source] - source * _STEP
    return shifts


def _unmatched(old: Hashes, new: Hashes) -> tuple[Places, Places]:
    here, there = np.argsort(old), np.argsort(new)
    before, after = old[here], new[there]
    if not (len(before) and len(after)):
        return np.sort(here), np.sort(there)
    partner = np.searchsorted(after, before) + _nth(before)
    found = partner < len(after)
    found[found] = after[partner[found]] == before[found]
    alone = np.ones(len(after), bool)
    alone[partner[found]] = False
    return np.sort(here[~found]), np.sort(there[alone])


def _nth(ordered: Hashes) -> Places:
    """The how-manieth of its value each stands, counted from 0."""
    places = np.arange(len(ordered))
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    return places - np.maximum.accumulate(np.where(begins, places, 0))
