"""Two runs path by path: with common draws, what differs is what was changed, with the error of pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.comparison import Change, changes
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.estimate import SamplerName, codes_of, mean, pool, probability, quantile
from simulator.report.page.findings import not_numbers
from simulator.report.page.shapes import Histogram, histogram
from simulator.report.page.shown import Shown, shown_metrics
from simulator.sampling import DrawsKey

#: The quantiles of a difference that are told.
LEVELS: Mapping[str, float] = {"p05": 0.05, "p50": 0.5, "p95": 0.95}

type Sample = Shaped[np.ndarray, "replicate point"]


class Paired(NamedTuple):
    """One metric of two runs, in its unit.

    Attributes
    ----------
    first, second
        Means of each.
    difference
        Mean of the second less the first, path by path; nan where some paths are infinite.
    quantiles
        Of that difference.
    higher, lower
        Chances that the second is above or below the first.
    """

    first: Estimate
    second: Estimate
    difference: Estimate
    quantiles: Mapping[str, Estimate]
    higher: Estimate
    lower: Estimate


class Chance(NamedTuple):
    """The chance of a verdict in two runs, and their difference."""

    first: Estimate
    second: Estimate
    difference: Estimate


@dataclass(frozen=True)
class Difference:
    """Two runs of common draws.

    Attributes
    ----------
    first, second
        The runs.
    paths
        How many both have.
    metrics
        By full name, those that both have.
    verdicts
        By entity and verdict.
    moves
        By entity, first and second verdict: the share of paths.
    histograms
        Of differences of the metrics that get charts, by metric and entity.
    changes
        Between the studies, those that can move a number.
    """

    first: Run
    second: Run
    paths: int
    charted: tuple[Shown, ...]
    tabled: tuple[Shown, ...]
    metrics: Mapping[str, Paired]
    verdicts: Mapping[str, Mapping[str, Chance]]
    moves: Mapping[str, Mapping[str, Mapping[str, Estimate]]]
    histograms: Mapping[str, Histogram]
    changes: tuple[Change, ...]


def compare(first: Run, second: Run) -> Difference:
    """Return the difference of two runs with common draws.

    Raises
    ------
    UsageError
        They have not the same draws, or no metric in common.
    """
    refuse_unpaired(first.draws_key, second.draws_key)
    common = [name for name in first.names if second.units.get(name) == first.units[name]]
    if not common:
        message = "compare: found no metric that both runs have in one unit"
        raise UsageError(message)
    sampler = cast(SamplerName, first.plan.sampler)
    charted, tabled = shown_metrics({name: first.units[name] for name in common})
    drawn = {one.metric for one in charted}
    metrics: dict[str, Paired] = {}
    histograms: dict[str, Histogram] = {}
    for name in common:
        a, b = both(first.metric(name), second.metric(name))
        steps = apart(a, b)
        metrics[name] = _paired(a, b, steps, sampler)
        if (name.rpartition(".")[0] or name) in drawn and np.any(steps != 0):
            shape = histogram(steps, None, {})
            if shape is not None:
                histograms[name] = shape
    verdicts, moves = _verdicts(first, second, sampler)
    paths = min(first.plan.paths, second.plan.paths)
    return Difference(
        first,
        second,
        paths,
        charted,
        tabled,
        metrics,
        verdicts,
        moves,
        histograms,
        tuple(change for change in changes(first.study, second.study) if change.moves),
    )


def refuse_unpaired(first: DrawsKey, second: DrawsKey) -> None:
    """Raise UsageError, with the reasons, where paths of one number are no pairs: their draws are others."""
    if reasons := first.differences(second):
        message = (
            f"compare: found {', '.join(reasons)}; allowed: the same draws, or paths are no pairs. "
            "Compare the studies by strandline diff, which computes both on common draws"
        )
        raise UsageError(message)


def unpaired(first: Run, second: Run) -> str:
    """Return what keeps the paths of two runs from being pairs; empty where they are."""
    return ", ".join(first.draws_key.differences(second.draws_key))


def both(
    a: Shaped[np.ndarray, "replicate first"], b: Shaped[np.ndarray, "replicate second"]
) -> tuple[Sample, Sample]:
    """Return the paths that two samples share: the first of each replicate."""
    kept = min(a.shape[1], b.shape[1])
    return a[:, :kept], b[:, :kept]


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
    verdicts: dict[str, dict[str, Chance]] = {}
    code_of = codes_of(first.study.settings.verdicts)
    moves: dict[str, dict[str, dict[str, Estimate]]] = {}
    for name in (name for name in first.verdicts if name.startswith("verdict") and name in second.verdicts):
        entity = name.partition(".")[2] or "model"
        a, b = both(first.verdicts[name], second.verdicts[name])
        verdicts[entity] = {
            verdict: Chance(
                probability(pool(a == code, sampler)),
                probability(pool(b == code, sampler)),
                mean(pool((b == code).astype(np.float64) - (a == code), sampler)),
            )
            for verdict, code in code_of.items()
        }
        moves[entity] = {
            one: {
                other: probability(pool((a == code) & (b == then), sampler))
                for other, then in code_of.items()
            }
            for one, code in code_of.items()
        }
    return verdicts, moves


def difference_to_plain(found: Difference) -> dict[str, Any]:
    """Return a difference as plain values: what ``--compare --format json`` prints."""

    def run(one: Run) -> dict[str, Any]:
        name = one.directory.name if one.directory else None
        return {
            "run": name,
            "study": one.study.name,
            "study_hash": one.study.hash,
            "paths": one.plan.paths,
            "not_finite": list(not_numbers(one)),
        }

    def number(estimate: Estimate) -> dict[str, float | None]:
        return estimate.to_json()

    def plain(value: Any) -> Any:
        if isinstance(value, Estimate):
            return number(value)
        if isinstance(value, Paired | Chance):
            return {name: plain(inner) for name, inner in value._asdict().items()}
        return {name: plain(inner) for name, inner in value.items()}

    return {
        "schema": 1,
        "first": run(found.first),
        "second": run(found.second),
        "seed": found.first.plan.seed,
        "sampler": found.first.plan.sampler,
        "paths": found.paths,
        "metrics": {
            name: {"unit": found.first.units[name], **plain(one)} for name, one in found.metrics.items()
        },
        "verdicts": plain(found.verdicts),
        "moves": plain(found.moves),
        "changes": [change._asdict() for change in found.changes],
    }
