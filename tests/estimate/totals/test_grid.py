"""The interval of a value is found as a search finds it, whatever the edges, and windows are wide enough."""

import math

import numpy as np
import pytest

from simulator.estimate.observed import AtMost
from simulator.estimate.pool import Pool
from simulator.estimate.totals.grid import Lookup
from simulator.estimate.totals.placing import REACH, _window
from simulator.sampling import REPLICATES

RNG = np.random.default_rng(3)
EDGES = {
    "even": np.linspace(-1, 1, 200),
    "normal": RNG.normal(size=300),
    "heavy": np.exp(8 * RNG.normal(size=300)),
    "near zero": 10.0 ** RNG.uniform(-45, 0, 300) * RNG.choice([-1, 1], 300),
    "one": np.array([0.0]),
    "neighbours": np.nextafter(np.float32(0.3), np.array([0, 1], np.float32)).astype(np.float64),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", EDGES)
def test_an_interval_is_found_as_a_search_finds_it(kind: str, dtype: type) -> None:
    lowest = np.finfo(dtype).min
    edges = np.unique(np.concatenate([EDGES[kind].astype(dtype), [lowest, np.inf]]).astype(dtype))
    with np.errstate(over="ignore"):  # beyond the greatest number
        near = np.concatenate([np.nextafter(edges, dtype(end)) for end in (-np.inf, np.inf)])
    values = np.concatenate([near, edges, RNG.normal(size=1000), [0.0, -0.0]]).astype(dtype)
    assert np.array_equal(Lookup(edges)(values), np.searchsorted(edges, values, side="right"))


def test_a_window_is_one_error_of_independent_paths_wide_at_least() -> None:
    """However even the first paths are: more of them are less so, until they are a whole net again."""
    points = 2048
    even = (np.arange(points) + 0.5) / points
    pool = Pool(np.tile(even, REPLICATES), np.full(REPLICATES, points), "rqmc")
    window = _window(pool, 0.25, (0,))
    assert window is not None
    independent = math.sqrt(0.25 * 0.75 / pool.size)
    assert pool.share_error(pool.count(AtMost(0.25))) * REACH < independent / 2
    # Wilson's interval is not about the middle by a part of this that is its width over that of the level.
    assert window.low == pytest.approx(0.25 - independent, abs=0.05 * independent + 2 / points)
    assert window.high == pytest.approx(0.25 + independent, abs=0.05 * independent + 2 / points)
