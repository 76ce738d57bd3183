"""What is added up where metrics were computed is what NumPy adds up on the host."""

from collections.abc import Sequence

import jax
import numpy as np
import pytest

from simulator.engine import runtime
from simulator.errors import RunError
from simulator.estimate import SamplerName
from simulator.estimate.totals import Layout, Totals, on_device, reduced
from simulator.estimate.totals.device_totals import DeviceTotals
from simulator.estimate.totals.fixed_point import total
from simulator.estimate.totals.totals import exponents
from tests.estimate.totals.batches import NAMES, add, batch, layout, nothing

COUNT, WIDTH = 6, 4
WHOLE = ("counts", "bins", "lowest", "highest", "cells", "passed")


@pytest.fixture(scope="module", params=["float32", "float64"])
def batches(request: pytest.FixtureRequest) -> list[np.ndarray]:
    """Batches of awkward metrics, of which the later ones have what the first have not."""
    found = [batch(number, request.param) for number in range(COUNT)]
    least = np.finfo(request.param).smallest_subnormal
    for number in (2, 4):
        found[number][0, :4] = -np.inf, np.inf, 0.0, -0.0
        found[number][3, :3] = np.nan, -least, least
        found[number][7, :2] = -np.nan, 0.0
        found[number][8, 1000 * number] = 1e4
    return found


@pytest.fixture(params=["rqmc", "mc"])
def sampler(request: pytest.FixtureRequest) -> SamplerName:
    return request.param


def there(start: Totals, of: Layout, batches: Sequence[np.ndarray], calls: Sequence[Sequence[int]]) -> Totals:
    """Return totals of batches that are added in calls of a width, what is beside them being the last again."""
    totals = DeviceTotals(start.grid, of)
    for call in calls:
        stacked = np.stack([batches[one] for one in (*call, *[call[-1]] * (WIDTH - len(call)))])
        with runtime.precision(str(stacked.dtype)):
            values = jax.device_put(stacked, jax.local_devices()[0])
        totals.add(call, values)
    (found,) = totals.taken()
    return start.merged(found)


def test_whole_numbers_are_those_of_numpy_and_sums_round_otherwise(batches, sampler) -> None:
    own, start = layout(sampler), nothing(batches[:2], sampler)
    host = add(nothing(batches[:2], sampler), dict(enumerate(batches)), sampler)
    found = there(start, own, batches, [range(4), (4, 5)])
    assert found.batches == host.batches
    for name in WHOLE:
        assert np.array_equal(getattr(found, name), getattr(host, name)), name
    exponent = exponents(start.grid, sampler)[:, None, None]
    ours, theirs = (total(one.sums, exponent) for one in (found, host))
    # Of a strip's at most 256 terms, in either order, each of which rounds within its power.
    sizes = sum(np.abs(reduced(start.grid, own, np.abs(one)).sums) for one in batches)
    print(np.abs(ours - theirs).max(), np.nanmax(np.abs(ours - theirs) / np.maximum(sizes, 1e-300)))


def test_order_and_division_move_no_bit(batches, sampler) -> None:
    own = layout(sampler)
    straight = there(nothing(batches[:2], sampler), own, batches, [range(4), (4, 5)])
    other = there(nothing(batches[:2], sampler), own, batches, [(5,), (3, 1, 0), (4, 2)])
    mine, theirs = straight.arrays(), other.arrays()
    assert all(mine[name].tobytes() == theirs[name].tobytes() for name in mine)
