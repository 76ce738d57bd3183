"""What a search finds where there is nothing to find: the event dealt to other paths by lot."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Bool

from simulator.analysis.questions.scenarios.counting import Count
from simulator.analysis.questions.scenarios.peeling import Search, peel
from simulator.analysis.questions.scenarios.records import Chance
from simulator.estimate import Number
from simulator.sampling.counter import stream_keys, threefry

#: How often the event is dealt anew: by luck alone a box would be the purest of all once in twenty times.
SHUFFLES = 19


def by_chance(search: Search, count: Count, paths: int, seed: int) -> Chance:
    """Return how pure a box is that the same search finds when the event is dealt to other paths by lot.

    Parameters
    ----------
    search, count
        Of the box that is to be judged. The event is dealt among all paths of both.
    paths
        Of that box in the search: of each search by lot, the peeled box of nearest size is counted. Limits
        are not moved and conditions not exchanged, for where there is nothing to find this makes a box no
        purer on paths that were not searched.
    seed
        Of the run: the same run gives the same lots.
    """
    found = np.array([_purity(search, count, paths, lot) for lot in _lots(search, count, seed)])
    error = float(np.std(found, ddof=1)) / SHUFFLES**0.5
    return Chance(SHUFFLES, Number(float(np.mean(found)), error), float(np.max(found)))


def _lots(search: Search, count: Count, seed: int) -> Iterator[Bool[np.ndarray, " path"]]:
    """Give the event on the paths of the search and then on those that count, dealt anew each time."""
    event = np.concatenate([search.event, count.event[count.among]])
    counter = np.arange(event.size, dtype=np.uint32)
    for lot in range(SHUFFLES):
        key = stream_keys("scenarios", seed, [("event", lot)])
        words, _ = threefry((key[0], key[1]), (counter, np.zeros_like(counter)))
        yield event[np.argsort(words, kind="stable")]


def _purity(search: Search, count: Count, paths: int, event: Bool[np.ndarray, " path"]) -> float:
    searched, counted = event[: search.event.size], event[search.event.size :]
    peeled = peel(replace(search, event=searched))
    nearest = min(peeled, key=lambda one: abs(one.paths - paths), default=None)
    inside = count.inside(nearest.box if nearest else {})[count.among]
    return float(counted[inside].mean()) if inside.any() else 0.0
