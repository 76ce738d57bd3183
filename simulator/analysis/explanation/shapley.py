"""Shapley values: a whole divided among those who make it together.

References
----------
.. [1] L. S. Shapley. A value for n-person games. Contributions to the Theory of Games II, 1953.
.. [2] E. Song, B. L. Nelson, J. Staum. Shapley effects for global sensitivity analysis: theory and
   computation. SIAM/ASA J. Uncertainty Quantification 4(1), 2016.
"""

from collections.abc import Mapping
from math import comb

from simulator.estimate.replicated import Replicated, nothing


def shapley[Player](
    players: tuple[Player, ...], worth: Mapping[frozenset[Player], Replicated]
) -> dict[Player, Replicated]:
    """Return the Shapley value of each player; their sum is the worth of all together.

    A player's value is what it adds to those before it, on average over all orders,

        phi_i = sum_S (v(S + i) - v(S)) / (n C(n - 1, |S|)),   S any set of the others.

    Parameters
    ----------
    players
        Of the game: all sets of them are counted, ``2^n``.
    worth
        ``v``, of every set but the empty one, which is worth nothing.
    """
    some = next(iter(worth.values()))
    none = nothing(len(some.without), len(some.value))
    sets = [frozenset[Player](), *worth]

    def added(player: Player, others: frozenset[Player]) -> Replicated:
        before = worth[others] if others else none
        weight = 1 / (len(players) * comb(len(players) - 1, len(others)))
        return (worth[others | {player}] - before).scaled(weight)

    return {
        player: sum((added(player, others) for others in sets if player not in others), start=none)
        for player in players
    }
