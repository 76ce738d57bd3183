"""Boxes as records: conditions in a belief's own unit and by its quantiles, and what a box holds."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool

from simulator.analysis.questions.scenarios.bins import Bins, Box
from simulator.analysis.questions.scenarios.counting import Count
from simulator.analysis.questions.scenarios.dropping import ends
from simulator.analysis.questions.scenarios.records import Along, Condition, Share, Step
from simulator.estimate import AMONG_MANY, distinguishable
from simulator.estimate.effect import Effect
from simulator.estimate.observed import RESOLUTION

#: Beliefs that move along of which a reader is told, those that move furthest.
MOST_ALONG = 5


def conditions_of(bins: Bins, box: Box) -> tuple[Condition, ...]:
    """Return the conditions of a box, in its order."""
    return tuple(_condition(bins, place, inside) for place, inside in box.items())


def _condition(bins: Bins, place: int, inside: Bool[np.ndarray, " bin"]) -> Condition:
    one, counts, used = bins.inputs[place], bins.counts[place], int(bins.used[place])
    within = inside & (counts > 0)
    share = float(counts[within].sum() / counts.sum())
    if bins.by_value[place]:
        values = tuple(map(float, bins.least[place, within]))
        return Condition(one.name, one.prior.unit, None, None, (0.0, 1.0), values, share)
    first, last = ends(within)
    below = float(counts[:first].sum() / counts.sum())
    return Condition(
        one.name,
        one.prior.unit,
        float(bins.least[place, first]) if first > 0 else None,
        float(bins.greatest[place, last]) if last < used - 1 else None,
        (below, below + share),
        (),
        share,
    )


def share_of(count: Count, inside: Bool[np.ndarray, " path"]) -> Share:
    """Return what paths in a box are, each with its error: no less than what the paths of a share resolve."""
    everything, events, within = (max(int(one), 1) for one in (inside.size, count.event.sum(), inside.sum()))
    # Of mass, purity, coverage, lift and what is explained; a lift is a purity over the share of the event.
    paths = everything, within, events, within * events / everything, np.inf
    numbers = (one.number() for one in count.of(inside))
    return Share(*(one.at_least(RESOLUTION / size) for one, size in zip(numbers, paths, strict=True)))


def steps(bins: Bins, count: Count, boxes: Sequence[Box]) -> Iterator[Step]:
    """Give boxes one after the other with what each holds, and what it adds to the one before."""
    before = count.of(count.among).purity
    for box in boxes:
        purity = count.purity(box)
        yield Step(conditions_of(bins, box), share_of(count, count.inside(box)), Effect.of(purity - before))
        before = purity


def moved_along(bins: Bins, count: Count, box: Box) -> tuple[Along, ...]:
    """Return the beliefs without a condition that lie elsewhere in a box than on all paths.

    Those alone of which that is distinguishable among many, those first that are furthest off.
    """
    found = count.elsewhere(count.inside(box), bins)
    shifts = [
        Along(one.name, Effect.of(found[place]))
        for place, one in enumerate(bins.inputs)
        if place not in box and distinguishable(found[place].number(), AMONG_MANY)
    ]
    return tuple(sorted(shifts, key=lambda one: -abs(one.shift.value))[:MOST_ALONG])
