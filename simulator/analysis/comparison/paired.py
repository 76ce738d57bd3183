"""Runs path by path: with common draws, what differs is what was changed, with the error of pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.comparison.listing import Change, changes
from simulator.analysis.display import MetricDisplay, displayed_metrics
from simulator.analysis.distribution import Histogram, histogram
from simulator.analysis.run import Run
from simulator.analysis.run.faults import not_numbers
from simulator.errors import UsageError
from simulator.estimate import (
    Number,
    SamplerName,
    by_entity,
    codes_of,
    mean,
    parts_of,
    pool,
    probability,
    quantile,
)
from simulator.estimate.verdicts import sign_metric
from simulator.sampling import DrawsKey
from simulator.study.canonical import plain

#: The quantiles of a difference.
LEVELS: Mapping[str, float] = {"p05": 0.05, "p50": 0.5, "p95": 0.95}

type Sample = Shaped[np.ndarray, "replicate point"]


@dataclass(frozen=True, slots=True)
class Paired:
    """One metric of two runs, in its unit.

    Attributes
    ----------
    first, second
        Means of each.
    difference
        Mean of the second less the first, path by path; nan where some paths are infinite.
    quantiles
        Of that difference, by the names in `LEVELS`.
    higher, lower
        Chances that the second is above or below the first.
    """

    first: Number
    second: Number
    difference: Number
    quantiles: Mapping[str, Number]
    higher: Number
    lower: Number


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance in two runs, and their difference path by path."""

    first: Number
    second: Number
    difference: Number


@dataclass(frozen=True)
class Difference:
    """Two runs of common draws.

    Attributes
    ----------
    first, second
        The runs.
    paths
        How many both have.
    charted, tabled
        The metrics that get charts, and those that stand in a table only.
    metrics
        By full name, those that both have.
    verdicts
        By entity and verdict.
    split
        By entity, the two parts of all else, where both runs split it.
    below_zero
        By entity, how often the metric by whose sign it is split is below zero.
    moves
        By entity, first and second verdict: the share of paths.
    histograms
        Of differences of the charted metrics, by full name.
    changes
        Between the studies, those that can move a number.
    """

    first: Run
    second: Run
    paths: int
    charted: tuple[MetricDisplay, ...]
    tabled: tuple[MetricDisplay, ...]
    metrics: Mapping[str, Paired]
    verdicts: Mapping[str, Mapping[str, Chance]]
    split: Mapping[str, Mapping[str, Chance]]
    below_zero: Mapping[str, Chance]
    moves: Mapping[str, Mapping[str, Mapping[str, Number]]]
    histograms: Mapping[str, Histogram]
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON, in the units of the model, without nan and infinities."""
        return {
            "schema": 1,
            "first": _run(self.first),
            "second": _run(self.second),
            "seed": self.first.plan.seed,
            "sampler": self.first.plan.sampler,
            "paths": self.paths,
            "metrics": {
                name: {"unit": self.first.units[name], **plain(one)} for name, one in self.metrics.items()
            },
            "verdicts": plain(self.verdicts),
            "verdict_split": plain(self.split),
            "below_zero": plain(self.below_zero),
            "moves": plain(self.moves),
            "changes": plain(self.changes),
        }


@dataclass(frozen=True)
class Comparison:
    """Runs compared with the first of them.

    Attributes
    ----------
    first
        The baseline.
    pairs
        The difference of every run that has its draws, in the order given.
    unpaired
        Runs that cannot be compared path by path, each with the reason.
    """

    first: Run
    pairs: tuple[Difference, ...]
    unpaired: tuple[tuple[Run, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON."""
        return {
            "schema": 1,
            "pairs": [pair.to_json() for pair in self.pairs],
            "unpaired": [{"run": _folder(run), "reason": reason} for run, reason in self.unpaired],
        }


def compare_all(first: Run, *others: Run) -> Comparison:
    """Return the difference of each run from the first, path by path.

    Raises
    ------
    UsageError
        No run is given beside the first, none has its draws, or one has no metric in common with it.
    """
    reasons = [", ".join(first.draws_key.differences(other.draws_key)) for other in others]
    if all(reasons):
        found = "; ".join(dict.fromkeys(reasons)) or "no run beside the first"
        message = f"compare: found {found}; allowed: at least one run with the draws of the first"
        raise UsageError(message)
    known = list(zip(others, reasons, strict=True))
    pairs = tuple(compare(first, other) for other, reason in known if not reason)
    return Comparison(first, pairs, tuple(one for one in known if one[1]))


def compare(first: Run, second: Run) -> Difference:
    """Return the difference of two runs with common draws.

    Raises
    ------
    UsageError
        They have not the same draws, or no metric in common, or one keeps a summary.
    """
    for run in (first, second):
        run.need_paths("compare")
    refuse_unpaired(first.draws_key, second.draws_key)
    common = [name for name in first.names if second.units.get(name) == first.units[name]]
    if not common:
        message = "compare: found no metric that both runs have in one unit"
        raise UsageError(message)
    sampler = cast(SamplerName, first.plan.sampler)
    charted, tabled = displayed_metrics({name: first.units[name] for name in common})
    drawn = {one.metric for one in charted}
    metrics: dict[str, Paired] = {}
    histograms: dict[str, Histogram] = {}
    for name in common:
        a, b = both(first.metric(name), second.metric(name))
        steps = apart(a, b)
        metrics[name] = _paired(a, b, steps, sampler)
        moved = (name.rpartition(".")[0] or name) in drawn and np.any(steps != 0)
        if moved and (shape := histogram(steps, None, {})) is not None:
            histograms[name] = shape
    verdicts, moves = _verdicts(first, second, sampler)
    paths = min(first.plan.paths, second.plan.paths)
    moving = tuple(change for change in changes(first.study, second.study) if change.moves)
    return Difference(
        first,
        second,
        paths,
        charted,
        tabled,
        metrics,
        verdicts,
        split=_split(first, second, sampler),
        below_zero=_below_zero(first, second, common, sampler),
        moves=moves,
        histograms=histograms,
        changes=moving,
    )


def refuse_unpaired(first: DrawsKey, second: DrawsKey) -> None:
    """Raise UsageError, with the reasons, where paths of one number are no pairs: their draws are others."""
    if reasons := first.differences(second):
        message = (
            f"compare: found {', '.join(reasons)}; allowed: the same draws, or paths are no pairs. "
            "Compare the studies by strandline diff, which computes both on common draws"
        )
        raise UsageError(message)


def both(
    a: Shaped[np.ndarray, "replicate first"], b: Shaped[np.ndarray, "replicate second"]
) -> tuple[Sample, Sample]:
    """Return the paths that two samples share: the first of each replicate."""
    points = min(a.shape[1], b.shape[1])
    return a[:, :points], b[:, :points]


def apart(a: Sample, b: Sample) -> Float[np.ndarray, "replicate point"]:
    """Return the difference path by path: none where both are infinite alike."""
    with np.errstate(invalid="ignore"):
        return np.where(a == b, 0.0, b.astype(np.float64) - a.astype(np.float64))


def _paired(
    a: Sample, b: Sample, steps: Float[np.ndarray, "replicate point"], sampler: SamplerName
) -> Paired:
    values = pool(steps, sampler)
    return Paired(
        mean(pool(a, sampler)),
        mean(pool(b, sampler)),
        mean(values),
        {name: quantile(values, p) for name, p in LEVELS.items()},
        probability(pool(b > a, sampler)),
        probability(pool(b < a, sampler)),
    )


def _verdicts(first: Run, second: Run, sampler: SamplerName) -> tuple[dict[str, Any], dict[str, Any]]:
    code_of = codes_of(first.study.settings.verdicts)
    verdicts: dict[str, dict[str, Chance]] = {}
    moves: dict[str, dict[str, dict[str, Number]]] = {}
    for name in (name for name in first.verdicts if name.startswith("verdict") and name in second.verdicts):
        entity = name.partition(".")[2] or "model"
        a, b = both(first.verdicts[name], second.verdicts[name])
        verdicts[entity] = {
            verdict: _chance(a == code, b == code, sampler) for verdict, code in code_of.items()
        }
        moves[entity] = {
            one: {
                other: probability(pool((a == code) & (b == then), sampler))
                for other, then in code_of.items()
            }
            for one, code in code_of.items()
        }
    return verdicts, moves


def _split(first: Run, second: Run, sampler: SamplerName) -> dict[str, dict[str, Chance]]:
    """Return the chances of the two parts of all else by entity, where both runs split the same."""
    codes = [parts_of(codes_of(run.study.settings.verdicts)) for run in (first, second)]
    if codes[0] != codes[1]:
        return {}
    found: dict[str, dict[str, Chance]] = {}
    for entity in (name for name in first.split if name in second.split):
        a, b = both(first.split[entity], second.split[entity])
        found[entity] = {name: _chance(a == code, b == code, sampler) for name, code in codes[0].items()}
    return found


def _below_zero(first: Run, second: Run, common: Sequence[str], sampler: SamplerName) -> dict[str, Chance]:
    """Return by entity how often the metric that tells gain from loss is below zero."""
    lead, found = sign_metric(common), dict[str, Chance]()
    for entity, own in by_entity(common).items():
        if lead in own:
            a, b = both(first.metric(own[lead]), second.metric(own[lead]))
            found[entity] = _chance(a < 0, b < 0, sampler)
    return found


def _chance(a: Sample, b: Sample, sampler: SamplerName) -> Chance:
    """Return the chance of what holds on some paths of either run, and its difference path by path."""
    difference = mean(pool(b.astype(np.float64) - a, sampler))
    return Chance(probability(pool(a, sampler)), probability(pool(b, sampler)), difference)


def _folder(run: Run) -> str | None:
    return run.directory.name if run.directory else None


def _run(run: Run) -> dict[str, Any]:
    return {
        "run": _folder(run),
        "study": run.study.name,
        "study_hash": run.study.hash,
        "paths": run.plan.paths,
        "not_finite": list(not_numbers(run)),
    }
