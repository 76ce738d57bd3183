"""Limits of a box moved, one belief at a time, to where being inside explains most of the event."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool

from simulator.analysis.questions.scenarios.bins import BINS, Box
from simulator.analysis.questions.scenarios.peeling import Peeled, Search

#: Rounds over all conditions; each raises what is explained, and few are needed.
ROUNDS = 20


def best_of(search: Search, peeled: list[Peeled]) -> Box:
    """Return, of boxes on the way of a peeling, the one that explains most of the event."""
    paths, events = (np.array([getattr(one, name) for one in peeled]) for name in ("paths", "events"))
    return peeled[int(np.argmax(search.association(paths, events)))].box


def polish(search: Search, box: Box) -> Box:
    """Return a box of enough paths with the best limits, each given all others; a condition may vanish.

    A peel takes a twentieth of the box at least, so that its limits are rough: they are moved back and forth,
    as the pasting of PRIM moves them back.
    """
    for _ in range(ROUNDS):
        before = box
        for place in before:
            moved = best_range(search, place, {other: bins for other, bins in box.items() if other != place})
            box = {other: moved if other == place else bins for other, bins in box.items()}
        if all(np.array_equal(box[place], before[place]) for place in before):
            break
    return {place: bins for place, bins in box.items() if not bins.all()}


def best_range(search: Search, place: int, others: Box) -> Bool[np.ndarray, " bin"]:
    """Return the bins of a belief that make the best box with the other conditions."""
    inside, order = search.paths.inside(others), search.order[place]
    codes = search.paths.codes[:, place]
    paths, events = (
        np.concatenate([[0], np.cumsum(np.bincount(codes[where], minlength=BINS)[order])])
        for where in (inside, inside & search.event)
    )
    # From each bin, down, to each bin, across; a range that ends before it begins has nothing inside.
    counts, holding = (np.maximum(one[None, 1:] - one[:-1, None], 0) for one in (paths, events))
    found = search.association(counts, holding)
    found[counts < search.least] = -np.inf
    first, last = np.unravel_index(int(np.argmax(found)), found.shape)
    # Bins without paths beyond either end are inside: a limit there says nothing.
    while first and paths[first] == paths[0]:
        first -= 1
    while last < BINS - 1 and paths[last + 1] == paths[BINS]:
        last += 1
    bins = np.zeros(BINS, bool)
    bins[order[first : last + 1]] = True
    return bins


def fewer(search: Search, box: Box) -> Iterator[Box]:
    """Give a box with one condition fewer each time, from all of them to one.

    That condition goes without which the box explains most of the event.
    """
    while box:
        yield box
        left = [{other: box[other] for other in box if other != place} for place in box]
        inside = [search.paths.inside(one) for one in left]
        paths = np.array([np.count_nonzero(one) for one in inside])
        events = np.array([np.count_nonzero(one & search.event) for one in inside])
        box = left[int(np.argmax(search.association(paths, events)))]
