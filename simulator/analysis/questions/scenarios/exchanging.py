"""Conditions of a box exchanged for others, where being inside then explains more of the event.

A peeling takes the first beliefs that it comes to for all conditions that a box may have. What is the best
belief where a box may have many need not be where it may have one or two.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from simulator.analysis.questions.scenarios.bins import Box
from simulator.analysis.questions.scenarios.peeling import Search
from simulator.analysis.questions.scenarios.polishing import best_range, polish


def exchange(search: Search, box: Box) -> Box:
    """Return a box of which no condition can be exchanged for, or joined by, one on the best other belief."""
    explained = search.explained(box)
    while True:
        for other in _neighbours(search, box):
            if (better := search.explained(other)) > explained:
                box, explained = other, better
                break
        else:
            return box


def _neighbours(search: Search, box: Box) -> Iterator[Box]:
    """Give a box with the best condition in place of each that it has, and with one more where it may."""
    rests = [{other: bins for other, bins in box.items() if other != place} for place in box]
    for rest in [*rests, *([dict(box)] if len(box) < search.most else [])]:
        tails = _best_tails(search, rest)
        place = int(np.argmax(tails))
        if place not in box and tails[place] > 0:
            yield polish(search, rest | {place: best_range(search, place, rest)})


def _best_tails(search: Search, rest: Box) -> Float[np.ndarray, " belief"]:
    """Return what the best lower or upper tail of each belief explains, with the conditions that are left."""
    rows = np.flatnonzero(search.paths.inside(rest))
    counted = (search.paths.histogram(one) for one in (rows, rows[search.event[rows]]))
    ordered = (np.take_along_axis(one, search.order, axis=1) for one in counted)
    paths, events = (np.cumsum(one, axis=1) for one in ordered)
    found = np.full(len(paths), -np.inf)
    for count, holding in ((paths, events), (paths[:, -1:] - paths, events[:, -1:] - events)):
        explained = np.where(count >= search.least, search.association(count, holding), -np.inf)
        found = np.maximum(found, explained.max(axis=1))
    return np.where(search.candidates, found, -np.inf)
