"""The page's statistics are those of `simulator.estimate`, number by number."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulator.analysis.distribution import grid
from simulator.analysis.distribution import histogram as python_histogram
from simulator.estimate import (
    Number,
    expected_shortfall,
    mean,
    pool,
    probability_above,
    probability_below,
    probability_between,
    quantile,
)
from simulator.estimate.distinguishable import distinguishable
from simulator.estimate.statistics import QUANTILES, share

#: A share of the paths, and amounts in the middle of most samples that float32 does not hold exactly.
TAIL, TARGET, UPPER = 0.05, 0.1, 0.2

EVALUATED = """(() => {
  const values = new Values(numbers, sampler);
  return {
    mean: mean(values),
    below: chanceOf(values, { relation: "below", numbers: [target] }),
    above: chanceOf(values, { relation: "above", numbers: [target] }),
    between: chanceOf(values, { relation: "between", numbers: [target, upper] }),
    lower: expectedShortfall(values, tail, "lower"),
    upper: expectedShortfall(values, tail, "upper"),
    ...Object.fromEntries(levels.map((p) => [p, quantile(values, p)])),
  };
})()"""


def _python(sample: np.ndarray, sampler: Any) -> dict[str, Number]:
    whole = pool(sample, sampler)
    with np.errstate(invalid="ignore"):
        return {
            "mean": mean(whole),
            "below": probability_below(whole, TARGET),
            "above": probability_above(whole, TARGET),
            "between": probability_between(whole, TARGET, UPPER),
            "lower": expected_shortfall(whole, TAIL, "lower"),
            "upper": expected_shortfall(whole, TAIL, "upper"),
            **{str(p): quantile(whole, p) for p in QUANTILES.values()},
        }


def rounding(sample: np.ndarray) -> float:
    """Return how far two ways of adding values up may be apart in a mean, a quantile or their errors.

    Sums of n doubles are apart by n roundings of n times the largest at most; so means, and errors, which are
    lengths of vectors of such differences, are by n roundings of the largest. A shortfall has 1 / p of that.
    """
    finite = sample[np.isfinite(sample)].astype(np.float64)
    return 2 / TAIL * sample.size * np.finfo(np.float64).eps * float(np.abs(finite).max(initial=0))


def agree(found: dict[str, Any], expected: Number, tolerance: float, error_tolerance: float | None = None):
    assert found["value"] == pytest.approx(expected.value, abs=tolerance, rel=0, nan_ok=True)
    wide = tolerance if error_tolerance is None else error_tolerance
    assert found["error"] == pytest.approx(expected.error, abs=wide, rel=0, nan_ok=True)


def _holds(in_javascript: Callable[..., Any], sample: np.ndarray, sampler: str) -> None:
    levels = list(QUANTILES.values())
    found = in_javascript(
        "statistics events",
        EVALUATED,
        numbers=sample,
        sampler=sampler,
        target=TARGET,
        upper=UPPER,
        tail=TAIL,
        levels=levels,
    )
    expected, tolerance = _python(sample, sampler), rounding(sample)
    assert found.keys() == expected.keys()
    for name, number in expected.items():
        if name in ("below", "above", "between"):
            agree(found[name], number, sample.size * np.finfo(np.float64).eps)
        else:
            agree(found[name], number, tolerance)


def _with(values: np.ndarray, *odd: float) -> np.ndarray:
    """Return values with some of them, in several replicates, replaced by odd ones."""
    changed = values.copy()
    changed[3, : len(odd)] = odd
    changed[-1, -len(odd) :] = odd
    return changed


SAMPLES: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "normal": lambda rng: rng.normal(0.1, 1, (32, 256)),
    "many": lambda rng: rng.normal(-300, 2000, (32, 1024)),
    "few": lambda rng: rng.normal(0, 1, (32, 1)),
    "heavy tails": lambda rng: rng.standard_cauchy((32, 32)),
    "narrow and far off": lambda rng: rng.normal(1e6, 1, (32, 64)),
    "ties": lambda rng: np.maximum(rng.normal(0, 1, (32, 64)), 0),
    "at the target": lambda rng: rng.choice([0.0, TARGET, 0.2], (32, 64)),
    "two values": lambda rng: rng.choice([-1.0, 3.0], (32, 32), p=[0.95, 0.05]),
    "a constant": lambda rng: np.full((32, 32), 0.1),
    "replicates that agree": lambda rng: np.tile(rng.normal(0, 1, 64), (32, 1)),
    "replicates that do not": lambda rng: rng.normal(np.arange(32.0)[:, None], 0.1, (32, 64)),
    "no number": lambda rng: _with(rng.normal(0, 1, (32, 32)), np.nan),
    "no number and infinite": lambda rng: _with(rng.normal(0, 1, (32, 32)), np.nan, np.inf),
    "infinite": lambda rng: _with(rng.normal(0, 1, (32, 32)), np.inf),
    "infinite below": lambda rng: _with(rng.normal(0, 1, (32, 32)), -np.inf, -np.inf),
    "infinite both ways": lambda rng: _with(rng.normal(0, 1, (32, 32)), -np.inf, np.inf),
    "often infinite": lambda rng: rng.choice([-np.inf, 0.0, 1.0, np.inf], (32, 32)),
    "nothing finite": lambda rng: np.full((32, 8), np.inf),
    "no number at all": lambda rng: np.full((32, 8), np.nan),
    "no paths": lambda rng: np.zeros((32, 0)),
}


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", SAMPLES)
def test_statistics_are_those_of_python(in_javascript, kind, dtype, sampler):
    _holds(in_javascript, SAMPLES[kind](np.random.default_rng(5)).astype(dtype), sampler)


@settings(max_examples=25)
@given(
    sample=arrays(
        np.float32,
        st.tuples(st.just(32), st.integers(1, 6)),
        elements=st.one_of(
            st.floats(-1e6, 1e6, width=32), st.sampled_from([0.0, -0.0, 1.0, math.inf, -math.inf])
        ),
    ),
    sampler=st.sampled_from(["rqmc", "mc"]),
)
def test_statistics_of_any_sample_are_those_of_python(in_javascript, sample, sampler):
    _holds(in_javascript, sample, sampler)


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize("odds", [[0.2, 0.3, 0.5], [1, 0, 0], [0, 0.001, 0.999]])
def test_shares_of_codes_are_those_of_python(in_javascript, sampler, odds):
    codes = np.random.default_rng(2).choice([1, 0, -1], (32, 64), p=odds).astype(np.int8)
    found = in_javascript(
        "statistics",
        "[1, 0, -1, -128].map((code) => share(new Values(codes, sampler), code))",
        codes=codes,
        sampler=sampler,
    )
    for one, code in zip(found, [1, 0, -1, -128], strict=True):
        agree(one, share(pool(codes, sampler), code), codes.size * np.finfo(np.float64).eps)


def test_a_share_of_no_paths_is_not_known(in_javascript):
    none = in_javascript("statistics", 'share(new Values(new Int8Array(0), "rqmc"), 1)')
    assert math.isnan(none["value"])
    assert math.isnan(none["error"])


def test_paths_that_are_no_replicates_are_refused(in_javascript):
    with pytest.raises(AssertionError, match="found 33 paths; allowed: a multiple of 32"):
        in_javascript("statistics", 'new Values(new Float32Array(33), "rqmc")')


@pytest.mark.parametrize(
    "kind", ["normal", "ties", "heavy tails", "no number and infinite", "infinite both ways"]
)
def test_a_histogram_is_that_of_python(in_javascript, kind):
    sample = SAMPLES[kind](np.random.default_rng(6)).astype(np.float32)
    expected = python_histogram(sample, None, {})
    assert expected is not None
    found = in_javascript(
        "statistics", 'histogram(new Values(numbers, "rqmc"), edges)', numbers=sample, edges=expected.edges
    )
    assert found["shares"] == expected.shares["all"].tolist()
    assert [found[key] for key in ("below", "above", "infinite")] == [
        expected.below,
        expected.above,
        expected.infinite,
    ]


def test_a_value_at_an_edge_of_a_histogram_lies_in_the_bin_that_begins_there(in_javascript):
    edges = grid(0, 4, 4)
    sample = np.tile(edges.astype(np.float32), 32)
    found = in_javascript(
        "statistics", 'histogram(new Values(numbers, "rqmc"), edges)', numbers=sample, edges=edges
    )
    assert found == {"shares": [0.2, 0.2, 0.2, 0.4], "below": 0, "above": 0, "infinite": 0}


def test_numbers_are_distinguishable_as_in_python(in_javascript):
    numbers = [
        {"value": value, "error": error}
        for value in (0.0, 2.0, -2.0, 2.1, -2.1, math.inf, math.nan)
        for error in (0.0, 1.0, math.nan, math.inf)
    ]
    found = in_javascript("statistics", "numbers.map((one) => distinguishable(one))", numbers=numbers)
    assert found == [distinguishable(Number(one["value"], one["error"])) for one in numbers]
