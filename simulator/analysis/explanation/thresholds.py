"""How far the verdict hangs on the scorecard: each threshold moved, and other rules, on the run's paths."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

import numpy as np
from jaxtyping import Bool

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
    feared,
    mean,
    parts_of,
    pool,
    probability,
    split,
)
from simulator.estimate.verdicts import PASSES, Codes, Sample, full_name
from simulator.study import Limits, ScorecardItem, VerdictRule

type Paths = Bool[np.ndarray, "replicate path"]

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
    split
        The chances of the two parts of all else, where it is split.
    """

    metric: str
    threshold: float
    moved: float
    chances: Mapping[str, Number]
    likeliest: str
    clear: bool
    split: Mapping[str, Number] = {}


class OtherRules(NamedTuple):
    """The verdicts on one entity under rules that count passes of the scorecard otherwise.

    Attributes
    ----------
    rules
        ``without``, where no rule asks for passes, or ``one_more``, where every rule that allows so many
        passes at most allows one more.
    chances
        Of each verdict then.
    change
        Of the chance of the verdict that is feared, from the study's rules, path by path.
    split
        The chances of the two parts of all else, where it is split.
    """

    rules: str
    chances: Mapping[str, Number]
    change: Number
    split: Mapping[str, Number] = {}


class _Judge:
    """The verdicts on an entity's paths under other thresholds and rules: nothing is computed again."""

    def __init__(self, run: Run, entity: str) -> None:
        self.settings, self.entity = run.study.settings, entity
        self.own = by_entity(run.units).get(entity, {})
        self.metrics = LazyMetrics(self.own.values(), run.metric)
        self._code_of = codes_of(self.settings.verdicts)
        self._sampler: SamplerName = cast(SamplerName, run.plan.sampler)

    @property
    def scored(self) -> bool:
        """Whether the rules count passes, and the entity has every item of the scorecard."""
        counted = any(PASSES in rule.conditions for rule in self.settings.verdicts)
        return counted and all(item.metric in self.own for item in self.settings.scorecard)

    def derived(self, items: Sequence[ScorecardItem], rules: Sequence[VerdictRule]) -> Mapping[str, Codes]:
        """Return passes and verdict of every path by these items and rules."""
        return derive(self.metrics, items, rules)

    def codes(self, derived: Mapping[str, Codes]) -> Codes | None:
        """Return the verdict of every path; None where there is none."""
        return derived.get(full_name(VERDICT, self.entity))

    def chances(self, codes: Codes) -> dict[str, Number]:
        """Return the chance of each verdict."""
        return {name: self._share(codes == code) for name, code in self._code_of.items()}

    def split(self, derived: Mapping[str, Codes]) -> dict[str, Number]:
        """Return the chances of the two parts of all else, where it is split."""
        codes = split(derived, self.metrics).get(self.entity)
        parts = {} if codes is None else parts_of(self._code_of)
        return {name: self._share(codes == code) for name, code in parts.items()}

    def less(self, one: Paths, other: Paths) -> Number:
        """Return by how much one share of paths is above another, path by path."""
        return mean(pool(one.astype(np.float32) - other, self._sampler))

    def lead(self, codes: Codes, first: str, second: str) -> Number:
        """Return by how much one verdict leads another."""
        return self.less(codes == self._code_of[first], codes == self._code_of[second])

    def _share(self, where: Paths) -> Number:
        return probability(pool(where, self._sampler))


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
    judge, items = _Judge(run, entity), run.study.settings.scorecard
    if not judge.scored:
        return ()
    return tuple(
        found
        for place, item in enumerate(items)
        for moved in _around(item, judge.metrics[judge.own[item.metric]])
        if (found := _moved(judge, place, moved)) is not None
    )


def other_rules(run: Run, entity: str) -> tuple[OtherRules, ...]:
    """Return the verdicts on an entity without the scorecard, and with one more pass allowed.

    Parameters
    ----------
    run, entity
        As for `moved_thresholds`.

    Returns
    -------
    tuple
        Empty where the rules do not count passes, or the entity has no scorecard; without what leaves the
        rules as they are, or leaves a rule without conditions.
    """
    judge = _Judge(run, entity)
    settings = judge.settings
    derived = judge.derived(settings.scorecard, settings.verdicts) if judge.scored else {}
    now = judge.codes(derived)
    if now is None:
        return ()
    code_of, found = codes_of(settings.verdicts), list[OtherRules]()
    for name, change in (("without", _without), ("one_more", _one_more)):
        rules = [replace(rule, conditions=change(rule.conditions)) for rule in settings.verdicts]
        both = settings.verdicts, rules
        emptied = any(old.conditions and not new.conditions for old, new in zip(*both, strict=True))
        if emptied or rules == list(settings.verdicts):
            continue
        then = judge.derived(settings.scorecard, rules)
        codes = judge.codes(then)
        assert codes is not None
        worst = code_of[feared(code_of)]
        change_of = judge.less(codes == worst, now == worst)
        found.append(OtherRules(name, judge.chances(codes), change_of, judge.split(then)))
    return tuple(found)


def _without(conditions: Mapping[str, Limits]) -> dict[str, Limits]:
    return {metric: limits for metric, limits in conditions.items() if metric != PASSES}


def _one_more(conditions: Mapping[str, Limits]) -> dict[str, Limits]:
    return {
        metric: replace(limits, max=limits.max + 1) if metric == PASSES else limits
        for metric, limits in conditions.items()
    }


def _around(item: ScorecardItem, values: Sample) -> Iterator[float]:
    """Give the thresholds that `MOVE` more and fewer of the paths reach, where there are such."""
    passing = float(np.mean(values >= item.min))
    for share in (passing + MOVE, passing - MOVE):
        if 0 < share < 1 and math.isfinite(moved := float(np.quantile(values, 1 - share, method="nearest"))):
            yield moved


def _moved(judge: _Judge, place: int, moved: float) -> MovedThreshold | None:
    items = list(judge.settings.scorecard)
    item = items[place]
    items[place] = replace(item, min=moved)
    derived = judge.derived(items, judge.settings.verdicts)
    codes = judge.codes(derived)
    if codes is None:
        return None
    chances = judge.chances(codes)
    first, second, *_ = sorted(chances, key=lambda name: -chances[name].value)
    clear = distinguishable(judge.lead(codes, first, second))
    return MovedThreshold(item.metric, item.min, moved, chances, first, clear, judge.split(derived))
