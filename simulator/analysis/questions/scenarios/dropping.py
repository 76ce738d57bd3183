"""Limits that add nothing to a box, found on paths on which it was not searched, and dropped."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Int

from simulator.analysis.questions.scenarios.bins import BINS, Bins, Box
from simulator.analysis.questions.scenarios.counting import Count
from simulator.estimate.effect import Effect


def without_idle_limits(count: Count, box: Box, bins: Bins) -> Box:
    """Return a box without limits that do not make the event distinguishably likelier inside.

    One goes at a time, that which adds least beside its error, and the rest is looked at again. This stands
    in place of the quasi-p-values of Bryant and Lempert, whose binomial takes the paths of the search for new
    ones. What remains was selected on the paths that count, a limit by whether it is distinguishable there;
    a limit that truly adds nothing passes once in forty times.
    """
    while box:
        wider = list(_wider(box, bins))
        purity = count.purity(box)
        added = [Effect.of(purity - count.purity(one)) for one in wider]
        least = min(range(len(wider)), key=lambda place: added[place].value / (added[place].error or np.inf))
        if all(one.sign > 0 for one in added):
            return box
        box = wider[least]
    return box


def _wider(box: Box, bins: Bins) -> Iterator[Box]:
    """Give a box with one of its limits dropped, for each of them."""
    for place, inside in box.items():
        rest = {other: own for other, own in box.items() if other != place}
        for opened in _opened(inside, int(bins.used[place])):
            yield rest if bins.by_value[place] or opened[: bins.used[place]].all() else rest | {place: opened}


def _opened(inside: Bool[np.ndarray, " bin"], used: int) -> Iterator[Bool[np.ndarray, " bin"]]:
    """Give the bins of a condition without its lower limit, and without its upper one, where it has such."""
    first, last = ends(inside)
    if first > 0:
        yield np.arange(BINS) <= last
    if last < used - 1:
        yield np.arange(BINS) >= first


def ends(inside: Bool[np.ndarray, " bin"]) -> Int[np.ndarray, "2"]:
    """Return the first bin inside and the last."""
    return np.flatnonzero(inside)[[0, -1]]
