import math

import numpy as np
import pytest
from arviz_stats.base.array import array_stats
from scipy import stats

from simulator.estimate import pool, tail_index
from simulator.estimate.tail import TailIndex, tail_size

SIZE = 32 * 2048

#: Distributions and the shapes of their lower and upper tails.
TAILS = {
    "normal": (stats.norm(), 0.0, 0.0),
    "uniform": (stats.uniform(), -1.0, -1.0),
    "exponential": (stats.expon(), -1.0, 0.0),
    "cauchy": (stats.t(1), 1.0, 1.0),
    "student 2": (stats.t(2), 0.5, 0.5),
    "pareto 0.9": (stats.genpareto(0.9), -1.0, 0.9),
}


@pytest.fixture(params=TAILS)
def case(request):
    distribution, lower, upper = TAILS[request.param]
    return distribution.rvs(SIZE, random_state=5).reshape(32, -1), lower, upper


def test_shapes_are_those_of_arviz(case):
    values, _, _ = case
    index = tail_index(pool(values, "mc"))
    for side, shape in (("left", index.lower), ("right", index.upper)):
        peer = array_stats.pareto_khat(values.reshape(1, -1), r_eff=1, tail=side)
        assert shape == pytest.approx(float(np.asarray(peer)), rel=1e-9)


def test_shapes_are_the_known_ones(case):
    values, lower, upper = case
    index = tail_index(pool(values, "mc"))
    # The maximum-likelihood shape has standard error (1 + k) / sqrt(m), at k = -1 that of a far lesser order;
    # the weak prior and, for the normal, the slow approach to the limit pull by about 0.1.
    for shape, known in ((index.lower, lower), (index.upper, upper)):
        assert abs(shape - known) < 5 * (1 + max(known, 0)) / math.sqrt(tail_size(SIZE)) + 0.1


@pytest.mark.parametrize(("shape", "heavy"), [(0.3, False), (1.1, True)])
def test_a_heavy_tail_on_either_side_is_flagged(shape, heavy):
    values = stats.genpareto(shape).rvs(SIZE, random_state=6).reshape(32, -1)
    assert tail_index(pool(values, "rqmc")).heavy is heavy
    assert tail_index(pool(-values, "rqmc")).heavy is heavy


def test_values_without_a_tail_have_no_shape():
    assert all(math.isnan(k) for k in tail_index(pool(np.ones((32, 64)), "mc")))
    assert all(math.isnan(k) for k in tail_index(pool(np.zeros((2, 4)), "mc")))
    half_at_zero = np.maximum(np.random.default_rng(1).normal(size=(32, 64)), 0)
    index = tail_index(pool(half_at_zero, "mc"))
    assert math.isnan(index.lower)
    assert math.isfinite(index.upper)
    assert not index.heavy


def test_an_infinite_tail_is_heavy():
    values = np.random.default_rng(1).normal(size=(32, 64))
    values[3, 3] = math.inf
    index = tail_index(pool(values, "mc"))
    assert index.upper == math.inf
    assert index.lower < 0.7
    assert index.heavy
    written = {"lower": index.lower, "upper": None}
    assert TailIndex.from_json(written, heavy=True) == index
    assert TailIndex.from_json({"lower": 0.8, "upper": 0.1}, heavy=True) == (0.8, 0.1)
    assert not TailIndex.from_json({"lower": 0.1, "upper": None}, heavy=False).heavy
