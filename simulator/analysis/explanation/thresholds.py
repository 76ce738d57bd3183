"""How far the verdict hangs on the scorecard's thresholds: each one moved, on the run's own paths."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, cast

import numpy as np

from simulator.analysis.run import Run
from simulator.analysis.run.lazy import LazyMetrics
from simulator.estimate import (
    VERDICT,
    Number,
    SamplerName,
    by_entity,
    codes_of,
    derive,
    distinguishable,
    mean,
    pool,
    probability,
)
from simulator.estimate.verdicts import PASSES, Sample, full_name
from simulator.study import ScorecardItem

#: How many more or fewer of all paths pass an item at a threshold that is moved.
MOVE = 0.1


class MovedThreshold(NamedTuple):
    """The verdicts on one entity with one threshold of the scorecard elsewhere.

    Attributes
    ----------
    metric
        Of the item.
    threshold
        As the study has it, in the metric's own unit.
    moved
        Where it is moved to: there `MOVE` more or fewer of the paths pass.
    chances
        Of each verdict then.
    likeliest
        The verdict of the greatest chance.
    clear
        Whether it leads the next one by more than two standard errors of their difference.
    """

    metric: str
    threshold: float
    moved: float
    chances: Mapping[str, Number]
    likeliest: str
    clear: bool


def moved_thresholds(run: Run, entity: str) -> tuple[MovedThreshold, ...]:
    """Return the verdicts on an entity where one threshold of the scorecard is moved, down and up.

    Parameters
    ----------
    run
        Its paths are judged again; nothing is computed again.
    entity
        The group or a company; ``model`` of metrics that belong to nobody.

    Returns
    -------
    tuple
        Of each item the lower threshold and then the higher one, where so many paths can pass it; empty where
        the rules do not count passes, or the entity has no scorecard.
    """
    rules, items = run.study.settings.verdicts, run.study.settings.scorecard
    own = by_entity(run.units).get(entity, {})
    counted = any(PASSES in rule.conditions for rule in rules)
    if not counted or not all(item.metric in own for item in items):
        return ()
    metrics = LazyMetrics(own.values(), run.metric)
    return tuple(
        found
        for place, item in enumerate(items)
        for moved in _around(item, metrics[own[item.metric]])
        if (found := _judged(run, entity, metrics, place, moved)) is not None
    )


def _around(item: ScorecardItem, values: Sample) -> Iterator[float]:
    """Give the thresholds that `MOVE` more and fewer of the paths reach, where there are such."""
    passing = float(np.mean(values >= item.min))
    for share in (passing + MOVE, passing - MOVE):
        if 0 < share < 1 and math.isfinite(moved := float(np.quantile(values, 1 - share, method="nearest"))):
            yield moved


def _judged(
    run: Run, entity: str, metrics: Mapping[str, Sample], place: int, moved: float
) -> MovedThreshold | None:
    settings = run.study.settings
    items = list(settings.scorecard)
    item, sampler = items[place], cast(SamplerName, run.plan.sampler)
    items[place] = replace(item, min=moved)
    codes = derive(metrics, items, settings.verdicts).get(full_name(VERDICT, entity))
    if codes is None:
        return None
    code_of = codes_of(settings.verdicts)
    chances = {name: probability(pool(codes == code, sampler)) for name, code in code_of.items()}
    first, second, *_ = sorted(chances, key=lambda name: -chances[name].value)
    ahead = (codes == code_of[first]).astype(np.float32) - (codes == code_of[second])
    lead = mean(pool(ahead, sampler))
    return MovedThreshold(item.metric, item.min, moved, chances, first, distinguishable(lead))
