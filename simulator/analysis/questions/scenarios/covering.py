"""Boxes that cover an event: the first, others outside of it, and one without its leading belief."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from jaxtyping import Bool

from simulator.analysis.questions.scenarios.bins import Bins, Box, Paths, halves
from simulator.analysis.questions.scenarios.chance import by_chance
from simulator.analysis.questions.scenarios.counting import Count
from simulator.analysis.questions.scenarios.describing import conditions_of, moved_along, share_of, steps
from simulator.analysis.questions.scenarios.dropping import without_idle_limits
from simulator.analysis.questions.scenarios.exchanging import exchange
from simulator.analysis.questions.scenarios.peeling import Search, peel
from simulator.analysis.questions.scenarios.polishing import best_of, fewer, polish
from simulator.analysis.questions.scenarios.records import Scenario, Step
from simulator.estimate import Number
from simulator.estimate.distinguishable import STANDARD_ERRORS

#: Paths of the event, of all else, and of a box, that it takes for their numbers to have errors.
LEAST_PATHS = 128


@dataclass(frozen=True, eq=False)
class Cover:
    """What is left to be searched: paths in no box so far, and beliefs.

    Attributes
    ----------
    bins, candidates, most, least
        The beliefs, those that may have a condition, the most of a box, and the fewest of its paths.
    searched, counted
        The paths to search on, and those to count on.
    events, among
        Of either, where the event holds, and which paths are in no box so far.
    outside, seed
        How many boxes there are so far, and the seed of the run.
    """

    bins: Bins
    candidates: Bool[np.ndarray, " belief"]
    most: int
    least: int
    searched: Paths
    counted: Paths
    events: tuple[Bool[np.ndarray, " path"], Bool[np.ndarray, " path"]]
    among: tuple[Bool[np.ndarray, " path"], Bool[np.ndarray, " path"]]
    outside: int
    seed: int

    @property
    def search(self) -> Search:
        """What a box is searched in."""
        among = self.among[0]
        paths, event = self.searched.where(among), self.events[0][among]
        return Search(paths, event, self.bins.by_value, self.candidates, self.most, self.least)

    @property
    def count(self) -> Count:
        """What it is counted on."""
        return Count(self.counted, self.events[1], self.among[1])

    @property
    def worth_a_search(self) -> bool:
        """Whether paths enough are left, of the event and of all else."""
        left = [event[among] for event, among in zip(self.events, self.among, strict=True)]
        holding = sum(int(np.count_nonzero(one)) for one in left)
        return LEAST_PATHS <= holding <= sum(one.size for one in left) - LEAST_PATHS

    def after(self, box: Box) -> "Cover":
        """Return what is left without the paths of a box."""
        among = (
            self.among[0] & ~self.searched.inside(box),
            self.among[1] & ~self.counted.inside(box),
        )
        return replace(self, among=among, outside=self.outside + 1)


@dataclass(frozen=True, eq=False)
class Found:
    """A box, and its record."""

    box: Box
    scenario: Scenario


def cover_of(
    bins: Bins,
    event: Bool[np.ndarray, "replicate point"],
    candidates: Bool[np.ndarray, " belief"],
    most: int,
    share: float,
    seed: int,
) -> Cover:
    """Return all paths of a run, to be searched on one half of its replicates and counted on the other."""
    searched, counted = halves(bins)
    events = event[0::2].ravel(), event[1::2].ravel()
    among = np.ones(events[0].size, bool), np.ones(events[1].size, bool)
    least = ceil(share * events[0].size)
    return Cover(bins, candidates, most, least, searched, counted, events, among, 0, seed)


def outside_each_other(cover: Cover, boxes: int, chance: Number) -> tuple[list[Found], Scenario | None]:
    """Return boxes of which each is outside of those before, and the one at which this ended, if any."""
    found: list[Found] = []
    while len(found) < boxes and cover.worth_a_search:
        one = _box_in(cover)
        if one is None:
            break
        if not _is_better(one.scenario, chance):
            return found, one.scenario
        found.append(one)
        cover = cover.after(one.box)
    return found, None


def without_leader(cover: Cover, first: Found, chance: Number) -> Scenario | None:
    """Return a box that has no condition on the belief that explains most of the first one."""
    candidates = cover.candidates.copy()
    candidates[next(iter(first.box))] = False
    one = _box_in(replace(cover, candidates=candidates), first.box) if candidates.any() else None
    return one.scenario if one and _is_better(one.scenario, chance) else None


def _box_in(cover: Cover, first: Box | None = None) -> Found | None:
    """Return the box that explains most of the event in what is left; None where no peel raises its share.

    Parameters
    ----------
    cover
        What is left.
    first
        A box that it may overlap; None where it lies outside of all before.
    """
    search, count = cover.search, cover.count
    peeled = peel(search)
    if not peeled:
        return None
    box = exchange(search, polish(search, best_of(search, peeled)))
    box = without_idle_limits(count, box, cover.bins)
    nested = list(fewer(search, box))[::-1]
    # In the order in which the conditions are told: that comes first which is left when all others are gone.
    order = list(dict.fromkeys(place for one in nested for place in one))
    nested = [{place: one[place] for place in order if place in one} for one in nested]
    box = {place: box[place] for place in order}
    inside = count.inside(box)
    size = int(np.count_nonzero(search.paths.inside(box)))
    scenario = Scenario(
        conditions=conditions_of(cover.bins, box),
        share=share_of(count, inside),
        nested=tuple(steps(cover.bins, count, nested)),
        chance=by_chance(search, count, size, cover.seed),
        outside=cover.outside,
        barred=tuple(
            one.name for one, may in zip(cover.bins.inputs, cover.candidates, strict=True) if not may
        ),
        in_first=count.overlap(inside, first) if first else None,
        along=moved_along(cover.bins, count, box),
    )
    return Found(box, scenario)


def _is_better(one: Scenario, chance: Number) -> bool:
    """Whether the event is likelier inside than on all paths, and than in every box that was found by lot."""
    least = one.share.purity.value - STANDARD_ERRORS * one.share.purity.error
    return bool(one.conditions) and least > max(one.chance.greatest, chance.value)


def trajectory(cover: Cover, beliefs: Iterable[int]) -> tuple[Step, ...]:
    """Return the boxes of a search on some beliefs alone, by place, counted."""
    candidates = np.zeros_like(cover.candidates)
    candidates[list(beliefs)] = True
    peeled = peel(replace(cover, candidates=candidates).search)
    return tuple(steps(cover.bins, cover.count, [one.box for one in peeled]))
