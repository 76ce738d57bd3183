"""The summary of a run: every metric's statistics with their errors, verdicts, and all given each verdict.

`Summary.to_json` is what ``--json`` prints. It has no nan and no infinity: a number that does not exist is
null, and so is one that is infinite, with ``infinite`` beside it, 1 or -1. Where some paths are infinite (a
payback that never comes) the mean is null and the share of such paths is given; quantiles and probabilities
are there. Paths on which a metric that the rules need is not a number have no verdict: ``no_verdict`` is
their share by entity, where there are any. The statistics of a metric are computed when they are first read.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulator.estimate.number import Number, finite
from simulator.estimate.observed import Coded, Infinite, NotANumber, Observed, SamplerName
from simulator.estimate.on_demand import OnDemand
from simulator.estimate.quantile_bound import QuantileBound
from simulator.estimate.source import Sampled, Source
from simulator.estimate.statistics import (
    QUANTILES,
    chance,
    expected_shortfall,
    mean,
    probability,
    probability_below,
    quantile,
    share,
    standard_deviation,
)
from simulator.estimate.tail import TailIndex, tail_index
from simulator.estimate.targets import Achieved
from simulator.estimate.verdicts import NO_VERDICT, Sample, derive, entity_of, parts_of
from simulator.study import ScorecardItem, VerdictRule
from simulator.study.canonical import plain
from simulator.study.changes import Change

SCHEMA = 1
#: The share of paths that the expected shortfall averages over.
SHORTFALL = 0.05
#: What a metric's statistics have beside their numbers, and the shares of paths that are no finite numbers.
_BESIDE, _NOT_FINITE = ("unit", "heavy_tail", "tail_index"), ("share_infinite", "share_not_a_number")
#: Memory that the metrics worked on at once may take  [bytes]
WORKING_MEMORY = 2**29
#: A sample, itself in order, and the part of it under a condition, likewise, in float32  [bytes/path]
_BYTES_A_PATH = 16


@dataclass(frozen=True)
class Statistics:
    """Numbers by name: ``mean``, the quantiles ``p05`` to ``p95``, ``prob_below_zero``."""

    numbers: Mapping[str, Number]

    def __getitem__(self, name: str) -> Number:
        return self.numbers[name]

    @property
    def heavy_tail(self) -> bool:
        """Whether a handful of paths carries the mean, as far as that was looked at."""
        return False

    @classmethod
    def from_json(cls, found: Any) -> "Statistics":
        """Return the statistics that `to_json` made an object of."""
        return cls(_numbers_of(found))

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON."""
        return _json_of(self.numbers)


@dataclass(frozen=True)
class MetricStatistics(Statistics):
    """All statistics of a metric, ``sd`` and ``cvar05`` among them.

    Attributes
    ----------
    unit
        Of the metric.
    tail
        How heavy its tails are.
    not_finite
        The shares of paths that are infinite and not a number, by name, where there are any.
    """

    unit: str
    tail: TailIndex
    not_finite: Mapping[str, Number]

    @property
    def heavy_tail(self) -> bool:
        """Whether a handful of paths carries the mean."""
        return self.tail.heavy

    @classmethod
    def from_json(cls, found: Any) -> "MetricStatistics":
        """Return the statistics that `to_json` made an object of."""
        tail = TailIndex.from_json(found["tail_index"], heavy=found["heavy_tail"])
        numbers = {
            name: one for name, one in found.items() if name not in _BESIDE and name not in _NOT_FINITE
        }
        lost = {name: found[name] for name in _NOT_FINITE if name in found}
        return cls(_numbers_of(numbers), found["unit"], tail, _numbers_of(lost))

    def to_json(self) -> dict[str, Any]:
        """Return the statistics for JSON."""
        return {
            "unit": self.unit,
            **_json_of(self.numbers),
            "heavy_tail": self.tail.heavy,
            "tail_index": {"lower": finite(self.tail.lower), "upper": finite(self.tail.upper)},
            **_json_of(self.not_finite),
        }


class ItemChance(NamedTuple):
    """An item of the scorecard: its metric, its least value in its unit, the chance of passing it."""

    metric: str
    min: float
    chance: Number


class ScorecardChances(NamedTuple):
    """The chance of passing each item, and of each number of passes."""

    items: tuple[ItemChance, ...]
    passes: Mapping[str, Number]

    @classmethod
    def from_json(cls, found: Any) -> "ScorecardChances":
        """Return the chances that `to_json` made an object of."""
        items = (
            ItemChance(one["metric"], one["min"], Number.from_json(one["pass"])) for one in found["items"]
        )
        return cls(tuple(items), _numbers_of(found["passes"]))

    def to_json(self) -> dict[str, Any]:
        """Return the chances for JSON."""
        items = [{"metric": i.metric, "min": i.min, "pass": i.chance.to_json()} for i in self.items]
        return {"items": items, "passes": _json_of(self.passes)}


@dataclass(frozen=True)
class Summary:
    """What a run shows.

    Attributes
    ----------
    study, study_hash, seed, paths, sampler, replicates
        What the run was.
    estimates
        The statistics of each metric by its full name.
    verdicts
        By entity, the chance of each verdict.
    verdict_split
        By entity, the chances of the two parts of all else, where value is gained and where it is lost: they
        sum to that of all else. Empty where the model has no metric that tells gain from loss.
    no_verdict
        By entity, the share of paths without a verdict, where there are any.
    scorecard
        By entity.
    conditional
        By metric and verdict, and by part of all else, the statistics of its paths; None where it has none.
    overrides
        What was set in the study, and in place of what.
    targets
        What was achieved of the accuracy asked for; None where none was.
    bound
        How wrong quantiles are at most, of a run that keeps a summary; None of one that keeps its paths.
    """

    study: str
    study_hash: str
    seed: int
    paths: int
    sampler: SamplerName
    replicates: int
    estimates: Mapping[str, MetricStatistics]
    verdicts: Mapping[str, Mapping[str, Number]]
    no_verdict: Mapping[str, Number]
    scorecard: Mapping[str, ScorecardChances]
    conditional: Mapping[str, Mapping[str, Statistics | None]]
    overrides: tuple[Change, ...] = ()
    targets: tuple[Achieved, ...] | None = None
    bound: QuantileBound | None = None
    verdict_split: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)

    def numbers(self) -> dict[str, Number]:
        """Return every number of the summary, each by a name that says what it is of."""
        found = {
            f"{name} {statistic}": one
            for name, own in self.estimates.items()
            for statistic, one in {**own.numbers, **own.not_finite}.items()
        }
        for name, parts in self.conditional.items():
            for verdict, part in parts.items():
                given = part.numbers if part else {}
                found |= {f"{name} {statistic}, {verdict}": one for statistic, one in given.items()}
        for title, table in (("verdict", self.verdicts), ("verdict", self.verdict_split)):
            for entity, chances in table.items():
                found |= {f"{title} {name}, {entity}": one for name, one in chances.items()}
        found |= {f"no verdict, {entity}": one for entity, one in self.no_verdict.items()}
        for entity, own in self.scorecard.items():
            found |= {f"{one.metric} passes, {entity}": one.chance for one in own.items}
            found |= {f"{passed} passes, {entity}": one for passed, one in own.passes.items()}
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the summary as an object of plain values: what ``--json`` prints."""
        about = ("study", "study_hash", "seed", "paths", "sampler", "replicates")
        return {
            "schema": SCHEMA,
            **{name: getattr(self, name) for name in about},
            "estimates": _json_of(self.estimates),
            "verdicts": {entity: _json_of(chances) for entity, chances in self.verdicts.items()},
            **({"verdict_split": _json_of_each(self.verdict_split)} if self.verdict_split else {}),
            **({"no_verdict": _json_of(self.no_verdict)} if self.no_verdict else {}),
            "scorecard": _json_of(self.scorecard),
            "conditional": {
                name: {verdict: part and part.to_json() for verdict, part in parts.items()}
                for name, parts in self.conditional.items()
            },
            **({"overrides": plain(self.overrides)} if self.overrides else {}),
            **({} if self.targets is None else {"targets": [one.to_json() for one in self.targets]}),
            **({} if self.bound is None else {"keep": "summary", "quantile_bound": self.bound.to_json()}),
        }


def _numbers_of(found: Any) -> dict[str, Number]:
    return {name: Number.from_json(one) for name, one in found.items()}


def _json_of(records: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.to_json() for name, one in records.items()}


def _json_of_each(records: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: _json_of(own) for name, own in records.items()}


def summarise(
    metrics: Mapping[str, Sample],
    *,
    units: Mapping[str, str],
    study: str,
    study_hash: str,
    seed: int,
    sampler: SamplerName,
    scorecard: Sequence[ScorecardItem] = (),
    rules: Sequence[VerdictRule] = (),
    threads: int | None = None,
) -> Summary:
    """Return the summary of a run.

    Parameters
    ----------
    metrics
        Every metric by full name, ``[replicate, path]``, in their order.
    units
        The unit of each metric; one that is not named has none.
    study, study_hash, seed, sampler
        What the run was.
    scorecard, rules
        The study's items and rules of verdicts, as in `derive`.
    threads
        How many metrics are worked on at once, at most; one per core if not given.

    Raises
    ------
    StudyError
        If the scorecard or the rules name a metric that the model does not give.
    """
    source = Sampled(metrics, derive(metrics, scorecard, rules), sampler, scorecard, rules)
    replicates, points = next(iter(metrics.values())).shape
    affordable = WORKING_MEMORY // (_BYTES_A_PATH * replicates * points)
    return summary_of(
        source,
        units=units,
        study=study,
        study_hash=study_hash,
        seed=seed,
        sampler=sampler,
        scorecard=scorecard,
        replicates=replicates,
        threads=max(1, min(threads or os.cpu_count() or 1, affordable)),
    )


def summary_of(
    source: Source,
    *,
    units: Mapping[str, str],
    study: str,
    study_hash: str,
    seed: int,
    sampler: SamplerName,
    scorecard: Sequence[ScorecardItem],
    replicates: int,
    threads: int = 1,
) -> Summary:
    """Return the summary of what a run has, whether that is its paths or what was added up of them.

    Parameters
    ----------
    source
        What the run has.
    units, study, study_hash, seed, sampler, scorecard
        As in `summarise`.
    replicates
        How many there are.
    threads
        How many metrics are worked on at once.
    """

    def described(name: str) -> MetricStatistics:
        return _described(source.pool(name), units.get(name, ""))

    def given(name: str) -> dict[str, Statistics | None]:
        return {verdict: _outline(part) for verdict, part in source.given(name).items()}

    parts, judged, items = parts_of(source.codes), source.judged, source.items
    divided = [name for name in source.names if entity_of(name) in judged]
    return Summary(
        study=study,
        study_hash=study_hash,
        seed=seed,
        paths=source.paths,
        sampler=sampler,
        replicates=replicates,
        estimates=OnDemand(source.names, described, threads),
        verdicts={entity: _chances(codes, source.codes) for entity, codes in judged.items()},
        verdict_split={entity: _chances(signed, parts) for entity, signed in source.signed.items()},
        no_verdict=_without_verdict(judged),
        scorecard={
            entity: _scored(scorecard, items[entity], passed) for entity, passed in source.passed.items()
        },
        conditional=OnDemand(divided, given, threads),
    )


def to_json(summary: Mapping[str, Any]) -> str:
    """Return a summary as one line of JSON, the same bytes for the same numbers."""
    return json.dumps(summary, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def _described(pool: Observed, unit: str) -> MetricStatistics:
    """Return all statistics of one metric."""
    numbers = {
        "mean": mean(pool),
        "sd": standard_deviation(pool),
        **_quantiles(pool),
        "cvar05": expected_shortfall(pool, SHORTFALL),
        "prob_below_zero": probability_below(pool, 0.0),
    }
    not_finite: dict[str, Number] = {}
    if not pool.finite:
        not_finite["share_infinite"] = chance(pool, Infinite())
        not_finite["share_not_a_number"] = chance(pool, NotANumber())
    return MetricStatistics(numbers, unit, tail_index(pool), not_finite)


def _outline(pool: Observed) -> Statistics | None:
    """Return the statistics of one metric under a condition; None where no path meets it."""
    if pool.size == 0:
        return None
    below = probability_below(pool, 0.0)
    return Statistics({"mean": mean(pool), **_quantiles(pool), "prob_below_zero": below})


def _quantiles(pool: Observed) -> dict[str, Number]:
    return {name: quantile(pool, p) for name, p in QUANTILES.items()}


def _chances(counted: Coded, labels: Mapping[Any, int]) -> dict[str, Number]:
    """Return the chance of each label, by its code."""
    return {str(label): share(counted, code) for label, code in labels.items()}


def _without_verdict(judged: Mapping[str, Coded]) -> dict[str, Number]:
    """Return the share of paths without a verdict by entity, of those that have any."""
    lost = {entity: share(codes, NO_VERDICT) for entity, codes in judged.items()}
    return {entity: one for entity, one in lost.items() if one.value > 0}


def _scored(scorecard: Sequence[ScorecardItem], items: Sequence[Coded], passed: Coded) -> ScorecardChances:
    """Return the chance of passing each item and of each number of passes, for one entity."""
    chances = tuple(
        ItemChance(item.metric, item.min, probability(flags))
        for item, flags in zip(scorecard, items, strict=True)
    )
    return ScorecardChances(chances, _chances(passed, {n: n for n in range(len(scorecard) + 1)}))
