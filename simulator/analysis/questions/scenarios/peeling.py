"""PRIM: a box that is peeled, a small part of its paths at a time, where the event is least likely.

The patient rule induction method [1]_ in the form in which it finds scenarios [2]_: each peel takes from one
side of one belief the bins that hold at least a twentieth of the paths inside, and is that which raises the
share of the event most for what is left in the box; so that beliefs of few values, whose peels are large,
compete fairly [3]_. Once as many beliefs have a condition as a box may have, only these are peeled further.

References
----------
.. [1] J. H. Friedman, N. I. Fisher. Bump hunting in high-dimensional data. Statistics and Computing 9, 1999.
.. [2] B. P. Bryant, R. J. Lempert. Thinking inside the box: a participatory, computer-assisted approach to
   scenario discovery. Technological Forecasting and Social Change 77, 2010.
.. [3] J. H. Kwakkel, M. Jaxa-Rozen. Improving scenario discovery for handling heterogeneous uncertainties
   and multinomial classified outcomes. Environmental Modelling & Software 79, 2016.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from simulator.analysis.questions.scenarios.bins import BINS, Box, Paths

#: The share of the paths inside that a peel takes at least.
PATIENCE = 0.05


@dataclass(frozen=True, eq=False)
class Search:
    """What a box is searched in.

    Attributes
    ----------
    paths
        On which it is searched.
    event
        Where it holds.
    by_value
        Of each belief whether its bins are in no order.
    candidates
        Of each belief whether it may have a condition.
    most, least
        The most beliefs with a condition, and the fewest paths of a box.
    """

    paths: Paths
    event: Bool[np.ndarray, " path"]
    by_value: Bool[np.ndarray, " belief"]
    candidates: Bool[np.ndarray, " belief"]
    most: int
    least: int

    @cached_property
    def events(self) -> Int[np.ndarray, "belief bin"]:
        """Paths of the event in each bin."""
        return self.paths.histogram(np.flatnonzero(self.event))

    @cached_property
    def order(self) -> Int[np.ndarray, "belief bin"]:
        """The bins of each belief in the order in which they are peeled from either side.

        Values come in the order of how likely the event is there: of all sets of values that are best for
        some size, each is then a range [1]_.

        References
        ----------
        .. [1] L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone. Classification and Regression Trees,
           1984, theorem 4.5.
        """
        order = np.tile(np.arange(BINS), (len(self.by_value), 1))
        counts, events = self.paths.counts[self.by_value], self.events[self.by_value]
        # Bins without paths stay at the end, whatever their order.
        shares = np.where(counts > 0, events / np.maximum(counts, 1), np.inf)
        order[self.by_value] = np.argsort(shares, axis=1, kind="stable")
        return order

    def association(
        self, paths: Int[np.ndarray, "*shape"], events: Int[np.ndarray, "*shape"]
    ) -> Float[np.ndarray, "*shape"]:
        """Return the correlation of being in a box and the event, of boxes of so many paths and events.

        Its square is the share of the event's variance that being in the box explains. It is greatest for the
        true box where the event is likelier in one box than anywhere else, and the same for all paths as for
        none: 0.
        """
        count, event = len(self.event), np.count_nonzero(self.event)
        about = events - paths * (event / count)
        spread = np.sqrt(paths * (1 - paths / count) * event * (1 - event / count))
        return np.divide(about, spread, out=np.zeros(np.shape(about)), where=spread > 0)

    def explained(self, box: Box) -> float:
        """Return that correlation of a box."""
        inside = self.paths.inside(box)
        counts = np.count_nonzero(inside), np.count_nonzero(inside & self.event)
        return float(self.association(*(np.array([count]) for count in counts))[0])


class Peeled(NamedTuple):
    """A box on the way from all paths to the smallest box: what is inside, paths and those of the event."""

    box: Box
    paths: int
    events: int


class _Peel(NamedTuple):
    """What a peel takes: bins of the belief at a place."""

    place: int
    bins: Int[np.ndarray, " gone"]


def peel(search: Search) -> list[Peeled]:
    """Return all boxes from the first peel on, each inside the one before."""
    rows = np.arange(len(search.event))
    counts, events = search.paths.counts.copy(), search.events.copy()
    box: dict[int, Bool[np.ndarray, " bin"]] = {}
    found: list[Peeled] = []
    while (taken := _best(search, counts, events, box)) is not None:
        gone = np.zeros(BINS, bool)
        gone[taken.bins] = True
        box = box | {taken.place: box.get(taken.place, np.ones(BINS, bool)) & ~gone}
        outside = gone[search.paths.codes[rows, taken.place]]
        leaving, rows = rows[outside], rows[~outside]
        counts -= search.paths.histogram(leaving)
        events -= search.paths.histogram(leaving[search.event[leaving]])
        found.append(Peeled(box, rows.size, int(np.count_nonzero(search.event[rows]))))
    return found


def _best(
    search: Search, counts: Int[np.ndarray, "belief bin"], events: Int[np.ndarray, "belief bin"], box: Box
) -> _Peel | None:
    """Return the peel that raises the share of the event most; None where none raises it."""
    allowed = search.candidates
    if len(box) == search.most:
        allowed = np.zeros_like(allowed)
        allowed[list(box)] = True
    inside, event = counts[0].sum(), events[0].sum()
    best, found = 0.0, None
    for order in (search.order, search.order[:, ::-1]):
        ordered = np.cumsum(np.take_along_axis(counts, order, axis=1), axis=1)
        ordered_events = np.cumsum(np.take_along_axis(events, order, axis=1), axis=1)
        last = np.count_nonzero(ordered < PATIENCE * inside, axis=1)[:, None]
        taken = np.take_along_axis(ordered, last, axis=1)[:, 0]
        with_event = np.take_along_axis(ordered_events, last, axis=1)[:, 0]
        left = inside - taken
        # By how much the share of the event rises, for each path that is taken.
        gain = (event / inside - with_event / taken) / np.maximum(left, 1)
        gain[(left < search.least) | ~allowed] = 0.0
        place = int(np.argmax(gain))
        if gain[place] > best:
            best, found = gain[place], _Peel(place, order[place, : last[place, 0] + 1])
    return found
