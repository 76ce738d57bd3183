"""Distances by which a page is checked: in spreads, and of what is far out by the reciprocals."""

import math

import numpy as np
import pytest

from simulator.whatif.nearness import Scale, distances, scale_of
from tests.whatif.scripts import evaluated

SCALE = Scale(spread=4.0, far=10.0, most=2.0)


def apart(found: float, known: float, scale: Scale = SCALE) -> float:
    return float(distances(np.array([found], np.float32), np.array([known], np.float32), scale)[0])


def test_distances_are_in_spreads() -> None:
    assert apart(5.0, 4.0) == 0.25
    assert apart(-1.0, 1.0) == 0.5


def test_what_is_far_is_compared_by_its_reciprocal() -> None:
    assert apart(1000.0, 500.0) == pytest.approx(0.001 * 10.0**2 / 2)
    assert apart(np.inf, 1e9) == pytest.approx(1e-9 * 10.0**2 / 2)
    assert apart(5.0, 500.0) == pytest.approx((0.2 - 0.002) * 10.0**2 / 2)
    assert apart(11.0, 10.5) == 0.125  # less than by the reciprocals
    assert apart(0.0, 500.0) == 125.0


def test_what_is_not_finite_is_the_same_or_far() -> None:
    assert apart(np.nan, np.nan) == apart(np.inf, np.inf) == apart(0.0, -0.0) == 0.0
    assert apart(np.nan, 1.0) == apart(1.0, np.nan) == apart(np.inf, 1.0) == np.inf
    assert apart(0.0, np.inf) == np.inf


def test_a_scale_is_that_of_most_paths() -> None:
    paths = np.concatenate([np.linspace(-1, 3, 401), [1e9, np.inf, np.nan]]).astype(np.float32)
    scale = scale_of(paths)
    assert scale.most == pytest.approx(2.0, rel=0.01)
    assert scale.spread == pytest.approx(1e9 / math.sqrt(402), rel=0.01)
    assert scale.far == pytest.approx(3.0, rel=0.01)  # half of all sizes are below 1


@pytest.mark.parametrize("values", [[np.nan, np.inf], [0.0, 0.0], [3.0, 3.0]])
def test_any_metric_has_a_scale(values: list[float]) -> None:
    scale = scale_of(np.array(values, np.float32))
    assert min(scale.spread, scale.most) > 0
    assert np.isfinite(scale.far)


def test_the_page_measures_alike() -> None:
    ends = [0.0, 1.0, -4.0, 9.99, 10.0, 10.5, 500.0, -1e30]
    pairs = [(a, b) for a in ends for b in ends]
    script = "pairs.map(([a, b]) => distance(a, b, scale))"
    found = evaluated("portable_engine", script, pairs=pairs, scale=SCALE._asdict())
    one, other = np.array(pairs, float).T
    np.testing.assert_allclose(np.array(found, float), distances(one, other, SCALE), rtol=1e-12)
    assert evaluated("portable_engine", "distance(NaN, NaN, scale)", scale=SCALE._asdict()) == 0
