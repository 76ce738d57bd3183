"""Attribution as arithmetic: shares add up, and are Shapley values where no three parts act together."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.comparison.attribution import Taken, effects, needed, together
from simulator.estimate.replicated import Replicated

PARTS = ("a", "b", "c", "d")
REPLICATES = 32


def game(seed: int, most: int):
    """Return statistics that are a sum of random terms of at most so many parts, noise in every replicate."""
    rng = np.random.default_rng(seed)
    terms = {
        frozenset(group): (rng.normal(size=2), rng.normal(size=(REPLICATES, 2)))
        for count in range(most + 1)
        for group in combinations(PARTS, count)
    }

    def found(taken: Taken) -> Replicated:
        inside = [term for group, term in terms.items() if group <= taken]
        value = np.sum([value for value, _ in inside], axis=0)
        return Replicated(value, value + np.sum([noise for _, noise in inside], axis=0))

    return found


def shapley(found, part: str) -> np.ndarray:
    """Return a Shapley value by its definition: the mean of the part's step over all orders."""
    steps = []
    for order in permutations(PARTS):
        before = frozenset(order[: order.index(part)])
        steps.append(found(before | {part}).value - found(before).value)
    return np.mean(steps, axis=0)


@given(st.integers(0, 2**32 - 1), st.integers(0, 4))
def test_shares_add_up_whatever_acts_together(seed: int, most: int) -> None:
    found = game(seed, most)
    whole = found(frozenset(PARTS)) - found(frozenset())
    shares = [effect.share for effect in effects(PARTS, found).values()]
    # A few dozen additions of numbers of size 1 to 10 each.
    np.testing.assert_allclose(sum(share.value for share in shares), whole.value, atol=1e-12)
    np.testing.assert_allclose(sum(share.without for share in shares), whole.without, atol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_a_share_is_the_shapley_value_where_two_parts_act_together_at_most(seed: int) -> None:
    found = game(seed, 2)
    divided = effects(PARTS, found)
    for part, effect in divided.items():
        np.testing.assert_allclose(effect.share.value, shapley(found, part), atol=1e-12)
        middle = (effect.into_first.value + effect.out_of_second.value) / 2
        np.testing.assert_allclose(middle, effect.share.value, atol=1e-12)
    _, pairs = together(divided, found(frozenset(PARTS)) - found(frozenset()))
    np.testing.assert_allclose(pairs.value, 0.0, atol=1e-12)


def test_what_three_parts_do_together_is_found() -> None:
    def found(taken: Taken) -> Replicated:
        value = np.array([float({"a", "b", "c"} <= taken)])
        return Replicated(value, np.tile(value, (REPLICATES, 1)))

    divided = effects(PARTS, found)
    alone, pairs = together(divided, found(frozenset(PARTS)) - found(frozenset()))
    # Alone, none of them does anything; out of the whole, each takes all of it.
    assert [float(effect.into_first.value[0]) for effect in divided.values()] == [0, 0, 0, 0]
    assert [float(effect.out_of_second.value[0]) for effect in divided.values()] == [1, 1, 1, 0]
    assert (float(alone.value[0]), float(pairs.value[0])) == (1, -0.5)


def test_the_order_in_which_parts_are_named_does_not_matter() -> None:
    found = game(3, 4)
    one, other = (effects(parts, found) for parts in (PARTS, PARTS[::-1]))
    for part in PARTS:
        for which in ("into_first", "out_of_second", "share"):
            mine, theirs = getattr(one[part], which), getattr(other[part], which)
            assert np.array_equal(mine.value, theirs.value)


@pytest.mark.parametrize(("parts", "count"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 12), (9, 32)])
def test_no_more_is_computed_than_is_needed(parts: int, count: int) -> None:
    names = "abcdefghi"[:parts]
    sets = needed(names)
    assert len(sets) == len(set(sets)) == count
    asked = set()

    def found(taken: Taken) -> Replicated:
        asked.add(taken)
        return Replicated(np.zeros(1), np.zeros((REPLICATES, 1)))

    effects(names, found)
    assert asked | {frozenset(), frozenset(names)} == set(sets)
