"""Totals are the same bits in whatever order and in however many parts their batches are added."""

import numpy as np
import pytest

from simulator.errors import RunError
from simulator.estimate.totals import Totals
from tests.estimate.totals.batches import add, batch, nothing

COUNT = 6


@pytest.fixture(scope="module")
def batches() -> dict[int, np.ndarray]:
    return {number: batch(number) for number in range(COUNT)}


@pytest.fixture(params=["rqmc", "mc"])
def sampler(request: pytest.FixtureRequest) -> str:
    return request.param


def same(one: Totals, other: Totals) -> bool:
    a, b = one.arrays(), other.arrays()
    return a.keys() == b.keys() and all(a[name].tobytes() == b[name].tobytes() for name in a)


def test_the_order_of_batches_changes_no_bit(batches, sampler) -> None:
    first = [batches[0]]
    straight = add(nothing(first, sampler), batches, sampler)
    order = np.random.default_rng(1).permutation(COUNT).tolist()
    shuffled = add(nothing(first, sampler), {number: batches[number] for number in order}, sampler)
    assert same(straight, shuffled)
    again = add(shuffled, {3: batches[3]}, sampler)  # as an interrupt may have it
    assert same(straight, again)


def test_parts_are_merged_exactly(batches, sampler) -> None:
    first = [batches[0]]
    straight = add(nothing(first, sampler), batches, sampler)
    thirds = [
        add(nothing(first, sampler), {n: batches[n] for n in range(k, COUNT, 3)}, sampler) for k in range(3)
    ]
    assert same(thirds[2].merged(thirds[0]).merged(thirds[1]), straight)
    assert same(thirds[0].merged(thirds[1].merged(thirds[2])), straight)


def test_parts_that_are_not_of_one_run_are_refused(batches, sampler) -> None:
    one = add(nothing([batches[0]], sampler), {0: batches[0], 1: batches[1]}, sampler)
    with pytest.raises(RunError, match="both have batch 1"):
        one.merged(add(nothing([batches[0]], sampler), {1: batches[1]}, sampler))
    with pytest.raises(RunError, match="different grids"):
        one.merged(add(nothing([batches[1]], sampler), {2: batches[2]}, sampler))


def test_totals_go_through_their_arrays(batches, sampler) -> None:
    totals = add(nothing([batches[0]], sampler), batches, sampler)
    assert same(Totals.of(totals.arrays()), totals)


def test_a_sum_that_does_not_fit_is_refused_and_nothing_of_it_added(batches, sampler) -> None:
    totals = add(nothing([batches[0]], sampler), {0: batches[0]}, sampler)
    before = {name: array.copy() for name, array in totals.arrays().items()}
    enormous = batches[1].copy()
    enormous[0, 5] = 1e30
    with pytest.raises(RunError, match=r"value\.group: found values so much larger"):
        add(totals, {1: enormous}, sampler)
    assert all(np.array_equal(before[name], array, equal_nan=True) for name, array in totals.arrays().items())
