"""Shapley values of games whose division is known."""

from itertools import combinations, permutations

import numpy as np
import pytest

from simulator.analysis.explanation.shapley import shapley
from simulator.estimate.replicated import Replicated


def game(players, worth):
    """Return a game of constants, on one target, without any error."""
    return {
        frozenset(some): Replicated(np.array([worth(some)]), np.full((4, 1), worth(some)))
        for size in range(1, len(players) + 1)
        for some in combinations(players, size)
    }


def test_one_right_and_two_left_gloves():
    """A pair is worth one: two thirds are the right glove's."""
    worth = game("rlm", lambda some: float("r" in some and len(some) > 1))
    found = {name: float(value.value[0]) for name, value in shapley(tuple("rlm"), worth).items()}
    assert found == pytest.approx({"r": 2 / 3, "l": 1 / 6, "m": 1 / 6})


@pytest.mark.parametrize("size", [2, 3, 5])
def test_it_is_what_is_added_on_average_over_all_orders(size):
    players = tuple("abcde"[:size])
    amounts = np.random.default_rng(1)
    table = {some: amounts.random() for some in game(players, lambda some: 1.0)}
    worth = {some: Replicated(np.array([value]), np.full((4, 1), value)) for some, value in table.items()}
    found = shapley(players, worth)
    for player in players:
        added = [
            table[frozenset(order[: order.index(player) + 1])]
            - table.get(frozenset(order[: order.index(player)]), 0.0)
            for order in permutations(players)
        ]
        assert found[player].value[0] == pytest.approx(np.mean(added))
        np.testing.assert_allclose(found[player].without, np.mean(added))
    assert sum(value.value[0] for value in found.values()) == pytest.approx(table[frozenset(players)])
