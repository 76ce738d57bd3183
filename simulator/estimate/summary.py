"""The summary of a run: every metric's statistics with their errors, verdicts, and all given each verdict.

The object is the one that ``--json`` prints. It holds no nan and no infinity: a number that does not exist is
null, and so is one that is infinite, with ``infinite`` beside it, 1 or -1. Where some paths are infinite (a
payback that never comes) the mean is null and the share of such paths is told; quantiles and probabilities
hold. Paths on which a metric that the rules need is not a number have no verdict: ``no_verdict`` tells their
share by entity, where there are any. Every metric is worked on by one thread alone, so that no number depends
on how many there are.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int

from simulator.estimate.number import finite
from simulator.estimate.pool import Pool, SamplerName, pool
from simulator.estimate.statistics import (
    expected_shortfall,
    mean,
    probability,
    probability_below,
    quantile,
    standard_deviation,
)
from simulator.estimate.tail import tail_index
from simulator.estimate.verdicts import (
    NO_VERDICT,
    PASSES,
    VERDICT,
    Codes,
    Sample,
    by_entity,
    codes_of,
    derive,
    entity_of,
    full_name,
    passes,
)
from simulator.study import ScorecardItem, VerdictRule

SCHEMA = 1
#: The quantiles that are told, by name.
QUANTILES: Mapping[str, float] = {"p05": 0.05, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p95": 0.95}
#: The share of paths that the expected shortfall averages over.
SHORTFALL = 0.05
#: Memory that the metrics worked on at once may take  [bytes]
WORKING_MEMORY = 2**29
#: A sample, itself in order, and the part of it under a condition, likewise, in float32  [bytes/path]
_BYTES_A_PATH = 16


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
) -> dict[str, Any]:
    """Return the summary of a run as an object of plain values, ready for JSON.

    Parameters
    ----------
    metrics
        Every metric by full name, ``[replicate, path]``, in the order in which they are told.
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
    derived, verdicts = derive(metrics, scorecard, rules), codes_of(rules)
    table = by_entity(metrics)
    splits = {
        entity: split(derived[name], verdicts)
        for entity in table
        if (name := full_name(VERDICT, entity)) in derived
    }

    def told(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        sample = metrics[name]
        parts = splits.get(entity_of(name), {})
        given = {verdict: _outline(part.pool(sample, sampler)) for verdict, part in parts.items()}
        return _described(pool(sample, sampler), units.get(name, "")), given

    replicates, points = next(iter(metrics.values())).shape
    affordable = WORKING_MEMORY // (_BYTES_A_PATH * replicates * points)
    with ThreadPoolExecutor(max(1, min(threads or os.cpu_count() or 1, affordable))) as executor:
        results = dict(zip(metrics, executor.map(told, metrics), strict=True))
    return {
        "schema": SCHEMA,
        "study": study,
        "study_hash": study_hash,
        "seed": seed,
        "paths": replicates * points,
        "sampler": sampler,
        "replicates": replicates,
        "estimates": {name: described for name, (described, _) in results.items()},
        "verdicts": {
            entity: _chances(derived[full_name(VERDICT, entity)], verdicts, sampler) for entity in splits
        },
        **_without_verdict(derived, splits, sampler),
        "scorecard": {
            entity: _scored(metrics, own, scorecard, derived[name], sampler)
            for entity, own in table.items()
            if (name := full_name(PASSES, entity)) in derived
        },
        "conditional": {name: given for name, (_, given) in results.items() if given},
    }


def to_json(summary: Mapping[str, Any]) -> str:
    """Return a summary as one line of JSON, the same bytes for the same numbers."""
    return json.dumps(summary, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


class Part(NamedTuple):
    """The paths of one verdict: their places in the flattened sample, and how many each replicate holds."""

    places: Int[np.ndarray, " kept"]
    counts: Int[np.ndarray, " replicate"]

    def pool(self, sample: Sample, sampler: SamplerName) -> Pool:
        """Return the pool of a sample's values on these paths."""
        return Pool(sample.ravel()[self.places], self.counts, sampler)


def split(codes: Codes, verdicts: Mapping[str, int]) -> dict[str, Part]:
    """Return the paths of each verdict, in order of replicates and paths."""
    # Small places are half the memory; they are gathered from once for every metric.
    kind = np.int32 if codes.size <= np.iinfo(np.int32).max else np.int64
    parts = {}
    for verdict, code in verdicts.items():
        held = codes == code
        counts = np.array([np.count_nonzero(row) for row in held])
        parts[verdict] = Part(np.flatnonzero(held).astype(kind), counts)
    return parts


def _described(pool: Pool, unit: str) -> dict[str, Any]:
    """Return all statistics of one metric."""
    index = tail_index(pool)
    told = {
        "unit": unit,
        "mean": mean(pool).to_json(),
        "sd": standard_deviation(pool).to_json(),
        **{name: quantile(pool, p).to_json() for name, p in QUANTILES.items()},
        "cvar05": expected_shortfall(pool, SHORTFALL).to_json(),
        "prob_below_zero": probability_below(pool, 0.0).to_json(),
        "heavy_tail": index.heavy,
        "tail_index": {"lower": finite(index.lower), "upper": finite(index.upper)},
    }
    if not pool.finite:
        told["share_infinite"] = probability(pool.of(np.isinf(pool.values))).to_json()
        told["share_not_a_number"] = probability(pool.of(np.isnan(pool.values))).to_json()
    return told


def _outline(pool: Pool) -> dict[str, Any] | None:
    """Return the statistics of one metric under a condition; None where no path meets it."""
    if pool.size == 0:
        return None
    quantiles = {name: quantile(pool, p).to_json() for name, p in QUANTILES.items()}
    below = probability_below(pool, 0.0).to_json()
    return {"mean": mean(pool).to_json(), **quantiles, "prob_below_zero": below}


def _chances(codes: Codes, labels: Mapping[Any, int], sampler: SamplerName) -> dict[str, Any]:
    """Return the chance of each label, by its code."""
    return {str(label): probability(pool(codes == code, sampler)).to_json() for label, code in labels.items()}


def _without_verdict(
    derived: Mapping[str, Codes], entities: Iterable[str], sampler: SamplerName
) -> dict[str, dict[str, Any]]:
    """Return the share of paths without a verdict by entity, of those that have any; else nothing."""
    lost = {entity: derived[full_name(VERDICT, entity)] == NO_VERDICT for entity in entities}
    found = {
        entity: probability(pool(where, sampler)).to_json() for entity, where in lost.items() if where.any()
    }
    return {"no_verdict": found} if found else {}


def _scored(
    metrics: Mapping[str, Sample],
    own: Mapping[str, str],
    scorecard: Sequence[ScorecardItem],
    passed: Codes,
    sampler: SamplerName,
) -> dict[str, Any]:
    """Return the chance of passing each item and of each number of passes, for one entity."""
    items = [
        {
            "metric": item.metric,
            "min": item.min,
            "pass": probability(pool(passes(metrics[own[item.metric]], item), sampler)).to_json(),
        }
        for item in scorecard
    ]
    return {"items": items, "passes": _chances(passed, {n: n for n in range(len(scorecard) + 1)}, sampler)}
