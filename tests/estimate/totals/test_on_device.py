"""What is added up where metrics were computed is what NumPy adds up on the host."""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np
import pytest

from simulator.engine import runtime
from simulator.errors import RunError
from simulator.estimate import SamplerName
from simulator.estimate.totals import Totals, on_device
from simulator.estimate.totals.device_totals import DeviceTotals
from simulator.estimate.totals.fixed_point import total
from simulator.estimate.totals.totals import exponents
from simulator.sampling import BATCH
from tests.estimate.totals.batches import add, batch, layout, nothing, rounding

COUNT, WIDTH, PLACED_BY = 6, 4, 2
WHOLE = ("counts", "bins", "lowest", "highest", "cells", "passed")


class Case(NamedTuple):
    """Batches of a precision, of which the later ones have what the first have not, and who adds them up."""

    sampler: SamplerName
    batches: list[np.ndarray]
    there: DeviceTotals

    def nothing(self) -> Totals:
        return nothing(self.batches[:PLACED_BY], self.sampler)

    def added(self, calls: Sequence[Sequence[int]]) -> Totals:
        """Return totals of some batches, added in these calls."""
        for call in calls:
            self.there.add(call, called(self.batches, call))
        (found,) = self.there.taken()
        return self.nothing().merged(found)


def called(batches: Sequence[np.ndarray], call: Sequence[int]) -> jax.Array:
    """Return what a call of some batches leaves on a device: beside them the last one again."""
    stacked = np.stack([batches[one] for one in (*call, *[call[-1]] * (WIDTH - len(call)))])
    with runtime.precision(str(stacked.dtype)):
        return jax.device_put(stacked, jax.local_devices()[0])


def case_of(dtype: str, sampler: SamplerName) -> Case:
    batches = [batch(number, dtype) for number in range(COUNT)]
    least = np.finfo(dtype).smallest_subnormal
    for number in (2, 4):
        batches[number][0, :4] = -np.inf, np.inf, 0.0, -0.0
        batches[number][3, :3] = np.nan, -least, least
        batches[number][7, :2] = -np.nan, 0.0
        batches[number][8, 1000 * number] = 1e4
    grid = nothing(batches[:PLACED_BY], sampler).grid
    return Case(sampler, batches, DeviceTotals(grid, layout(sampler)))


@pytest.fixture(scope="module", params=["float32 rqmc", "float32 mc", "float64 rqmc"])
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(*request.param.split())


@pytest.mark.slow
def test_whole_numbers_are_those_of_numpy_and_sums_but_for_rounding(case: Case) -> None:
    host = add(case.nothing(), dict(enumerate(case.batches)), case.sampler)
    found = case.added([range(4), (4, 5)])
    assert found.batches == host.batches
    for name in WHOLE:
        assert np.array_equal(getattr(found, name), getattr(host, name)), name
    exponent = exponents(host.grid, case.sampler)[:, :, None]
    ours, theirs = (total(one.sums, exponent) for one in (found, host))
    assert (np.abs(ours - theirs) <= rounding(host, COUNT, layout(case.sampler))).all()


def test_order_and_division_move_no_bit(case: Case) -> None:
    mine = case.added([range(4), (4, 5)]).arrays()
    theirs = case.added([(5,), (3, 1, 0), (4, 2)]).arrays()
    assert all(mine[name].tobytes() == theirs[name].tobytes() for name in mine)


@pytest.mark.parametrize("few", [1, WIDTH * BATCH])
def test_any_number_of_extreme_values_is_taken(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they are taken alone, or all values of a call are sorted."""
    monkeypatch.setattr(on_device, "FEW", few)
    case = case_of("float32", "rqmc")
    host = add(case.nothing(), dict(enumerate(case.batches)), case.sampler)
    found = case.added([range(4), (4, 5)])
    for name in ("lowest", "highest"):
        assert np.array_equal(getattr(found, name), getattr(host, name)), name


def test_a_sum_that_does_not_fit_is_refused_and_nothing_of_its_call_added(case: Case) -> None:
    enormous = [*case.batches[:5], case.batches[5].copy()]
    enormous[5][0, 5] = 1e30
    case.there.add((0, 1), called(enormous, (0, 1)))
    with pytest.raises(RunError, match=r"value\.group: found values so much larger"):
        case.there.add((2, 5), called(enormous, (2, 5)))
    (found,) = case.there.taken()
    mine, theirs = case.nothing().merged(found).arrays(), case.added([(0, 1)]).arrays()
    assert all(mine[name].tobytes() == theirs[name].tobytes() for name in mine)
