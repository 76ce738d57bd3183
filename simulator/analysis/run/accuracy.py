"""Accuracy on demand: paths are doubled until the errors asked for are reached, or a limit is.

The numbers of paths at which a run is looked at are 8192 times a power of two. There every replicate holds a
power of two of Sobol points, where they are most evenly spread; and with looks so far apart, at errors that
are known to an eighth, stopping on luck costs little (docs/how-to/accuracy.md has the measurements).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.analysis.run.lazy import LazyMetrics
from simulator.engine import Plan
from simulator.errors import UsageError
from simulator.estimate import (
    VERDICT,
    Achieved,
    Number,
    Sampled,
    SamplerName,
    Target,
    achieved,
    codes_of,
    derive,
    entity_of,
    parse_targets,
)
from simulator.estimate.verdicts import Sample
from simulator.sampling import BATCH
from simulator.study import Settings
from simulator.whole_numbers import FIRST_PATHS, PATHS, whole

#: The most paths that a run which is asked for an accuracy comes to where no number is given.
MOST_PATHS = 2**24
#: No error falls faster than paths to this power, so looks that are certain to fail are left out: smooth
#: functions of scrambled nets come near 3/2, and under plain Monte Carlo the floor of a probability's error
#: falls by 1, everything else by 1/2.
FASTEST = {"rqmc": 1.5, "mc": 1.0}


@dataclass(frozen=True, slots=True)
class Goal:
    """What accuracy is asked of a run, and how far it may go for it.

    Attributes
    ----------
    targets
        The errors asked for.
    first, most
        Batches at the first look and at the last, powers of two.
    """

    targets: tuple[Target, ...]
    first: int
    most: int

    def following(self, batches: int, found: Sequence[Achieved], sampler: str) -> int:
        """Return how many batches to look at after `batches`: more of them, or as many where this is the end.

        It is the end when every target is met, when the most batches are reached, or when a statistic is not
        finite: more paths take no infinity and no NaN away.
        """
        open_ = [one for one in found if not one.met]
        if not open_ or any(not math.isfinite(one.estimate.value) for one in open_):
            return batches
        furthest = max(one.error / one.target.limit for one in open_)
        doublings = max(1, int(math.log2(min(furthest, self.most)) / FASTEST[sampler]))
        return min(batches << doublings, self.most)

    def record(self, found: Sequence[Achieved] = ()) -> dict[str, Any]:
        """Return the record of this for a manifest."""
        return {
            "targets": [str(target) for target in self.targets],
            "paths": self.first * BATCH,
            "max_paths": self.most * BATCH,
            "achieved": [one.to_json() for one in found],
        }


def plans(paths: int | None, until: str | None, max_paths: int | None, **plan: Any) -> tuple[Plan, Plan]:
    """Return what is computed before the first look, and the most that may be."""
    if until is None:
        if max_paths is not None:
            message = f"max_paths: found {max_paths}; allowed: only with targets (until) to go on for"
            raise UsageError(message)
        only = Plan(PATHS if paths is None else paths, **plan)
        return only, only
    begin = Plan(FIRST_PATHS if paths is None else paths, **plan)
    first, most = span(begin.batches, MOST_PATHS if max_paths is None else max_paths)
    return begin.first(first), begin.first(most)


def span(batches: int, max_paths: int) -> tuple[int, int]:
    """Return the batches of the first look, rounded up to the grid, and of the last, rounded down to it."""
    first = 1 << (batches - 1).bit_length()
    max_paths = whole("max_paths", max_paths, first * BATCH)
    return first, 1 << ((max_paths // BATCH).bit_length() - 1)


def accuracy_goal(
    until: str | None, names: Sequence[str], settings: Settings, first: int, most: int
) -> Goal | None:
    """Return the goal that a text of targets sets for a model of these metrics; None where there is none.

    Parameters
    ----------
    until
        The targets.
    names, settings
        Names of the metrics, and the rules by which others are derived.
    first, most
        Batches at the first look and at the last, powers of two.
    """
    return None if until is None else Goal(targets_of(until, names, settings), first, most)


def targets_of(text: str, names: Sequence[str], settings: Settings) -> tuple[Target, ...]:
    """Return the targets of a text, for a model of these metrics."""
    some = {name: np.zeros((1, 1)) for name in names}
    derived = derive(some, settings.scorecard, settings.verdicts)
    entities = [entity_of(name) for name in derived if name.split(".")[0] == VERDICT]
    return parse_targets(text, names, entities, codes_of(settings.verdicts))


def recorded_goal(record: Mapping[str, Any], names: Sequence[str], settings: Settings) -> Goal | None:
    """Return the goal that a manifest records, if it does."""
    if not record:
        return None
    first, most = record["paths"] // BATCH, record["max_paths"] // BATCH
    return accuracy_goal(", ".join(record["targets"]), names, settings, first, most)


def look(
    targets: Sequence[Target], metrics: Mapping[str, Sample], settings: Settings, sampler: SamplerName
) -> tuple[Achieved, ...]:
    """Return what the paths so far achieve of the targets, reading no metric that none of them needs."""
    entities = {target.name for target in targets if target.verdict}
    needed = LazyMetrics([name for name in metrics if entity_of(name) in entities], metrics.__getitem__)
    derived = derive(needed, settings.scorecard, settings.verdicts) if needed else {}
    source = Sampled(metrics, derived, sampler, settings.scorecard, settings.verdicts)
    return tuple(achieved(one, source) for one in targets)


def from_json(found: Sequence[Mapping[str, Any]], targets: Sequence[Target]) -> tuple[Achieved, ...]:
    """Return what was achieved, from what its `to_json` made."""
    pairs = zip(targets, map(Number.from_json, found), strict=True)
    return tuple(Achieved(target, number, target.error(number)) for target, number in pairs)


def unmet(found: Sequence[Achieved], paths: int) -> str:
    """Return the message of what so many paths achieve of each target."""
    lines = [f"the accuracy asked for is not reached with {paths:,} paths:"]
    for one in found:
        line = f"{one.target}: achieved {one.error:.3g}"
        if one.met:
            line += ", met"
        elif not math.isfinite(one.estimate.value):
            line = (
                f"{one.target}: the value is {one.estimate.value}, of which no number of paths has an error"
            )
        elif math.isfinite(one.error):
            needed = paths * (one.error / one.target.limit) ** 2
            line += f", not met; an error that falls as 1/sqrt(paths) needs some {needed:.2g} paths"
        lines.append(line)
    return "\n  ".join(lines)
