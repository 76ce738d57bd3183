"""The capital cycle and the financing break.

Equations: docs/explanation/model.md, 2.1.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from simulator.buildout.arrays import Flag, H, PerPath, Regime
from simulator.buildout.inputs import Parameters
from simulator.buildout.shocks import (
    BREAK,
    BREAK_TIME,
    CONTAGION,
    CYCLE,
    SOJOURN,
    Events,
    Shocks,
    every_quarter,
)

BOOM, PLATEAU, BUST = 0, 1, 2


class CycleTerms(NamedTuple):
    """Quarterly probabilities of leaving each regime and of a financing break in it.

    Attributes
    ----------
    leave
        Of leaving boom, plateau and bust  [1/quarter]
    to_bust
        Of a boom, and a plateau, that ends: that a bust follows  [1]
    financing_break
        In boom, plateau and bust  [1/quarter]
    contagion
        Chance that a break starts a bust at once  [1]
    """

    leave: tuple[PerPath, PerPath, PerPath]
    to_bust: tuple[PerPath, PerPath]
    financing_break: tuple[PerPath, PerPath, PerPath]
    contagion: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "CycleTerms":
        """From sojourn lengths in years and hazards a year."""
        boom, plateau, bust = (-jnp.expm1(-H / p.path(f"cycle.{s}_years")) for s in _REGIMES)
        hazards = [-jnp.expm1(-H * p.path(f"adoption.break_{s}")) for s in _REGIMES]
        return cls(
            leave=(boom, plateau, bust),
            to_bust=(p.path("cycle.boom_to_bust"), p.path("cycle.plateau_to_bust")),
            financing_break=(hazards[0], hazards[1], hazards[2]),
            contagion=p.path("dependence.contagion"),
        )


class Cycle(NamedTuple):
    """Where the cycle stands: regime, whether lab financing is broken, quarters of boom so far."""

    regime: Regime
    broken: Flag
    boom_quarters: PerPath


_REGIMES = ("boom", "plateau", "bust")


def opening(paths: int, dtype: jnp.dtype) -> Cycle:
    """A boom, with financing intact."""
    return Cycle(jnp.zeros((1, paths), jnp.int32), jnp.zeros((1, paths), bool), jnp.zeros((1, paths), dtype))


def by_regime(regime: Regime, boom: PerPath, plateau: PerPath, bust: PerPath) -> PerPath:
    """The value that belongs to each path's regime.

    Parameters
    ----------
    regime
        `BOOM`, `PLATEAU` or `BUST` of each path.
    boom, plateau, bust
        One value for each.
    """
    return jnp.where(regime == BOOM, boom, jnp.where(regime == PLATEAU, plateau, bust))


def move(cycle: Cycle, terms: CycleTerms, shocks: Shocks | Events, moves: Bool[Array, ""]) -> Cycle:
    """The cycle one quarter on; as it was where ``moves`` is false (the opening quarter).

    One uniform decides both whether a regime ends and what follows it. A break belongs to the regime before
    the move; it lasts, and may start a bust.

    Parameters
    ----------
    cycle
        At the end of the quarter before.
    terms
        Constants of the path.
    shocks
        Uniforms of this quarter.
    moves
        Whether there is a move.
    """
    regime = cycle.regime
    leave = by_regime(regime, *terms.leave)
    to_bust = leave * by_regime(regime, *terms.to_bust, jnp.zeros_like(terms.contagion))
    other = jnp.where(regime == PLATEAU, BOOM, PLATEAU)
    after = jnp.where(shocks.cycle < to_bust, BUST, jnp.where(shocks.cycle < leave, other, regime))
    breaks = ~cycle.broken & (shocks.financing < by_regime(regime, *terms.financing_break)) & moves
    after = jnp.where(breaks & (shocks.contagion < terms.contagion), BUST, after)
    after = jnp.where(moves, after, regime)
    boom = jnp.where(moves & (after == BOOM), 1.0, 0.0).astype(cycle.boom_quarters.dtype)
    return Cycle(after, cycle.broken | breaks, cycle.boom_quarters + boom)


def events(terms: CycleTerms, draws: Mapping[str, Float[Array, "..."]], quarters: int, paths: int) -> Events:
    """The uniforms that decide on every quarter, `[quarter, 1, path]`.

    One uniform serves as long as a regime lasts: where it was not below a chance ``p``, the quarter is
    survived, and ``(u - p) / (1 - p)`` is uniform again and independent of that. The break has one of its
    own. So the law is that of a fresh uniform in every quarter, and quasi-Monte Carlo has a few numbers that
    matter to spread evenly instead of many. A study may give those of every quarter as ``shock.cycle`` and
    ``shock.break``.

    Parameters
    ----------
    terms
        Constants of the path.
    draws
        The study's draws, with `SOJOURN`, `BREAK_TIME` and `CONTAGION`, or the series in their place.
    quarters, paths
        Length of the horizon; number of paths.
    """
    named = {"cycle": CYCLE, "financing": BREAK, "contagion": CONTAGION}
    given = {
        field: every_quarter(draws, name, quarters, paths)[:, None]
        for field, name in named.items()
        if name in draws
    }
    if len(given) == len(named):
        return Events(**given)
    sojourns = jnp.broadcast_to(draws[SOJOURN], (quarters, paths))
    break_time = jnp.broadcast_to(draws[BREAK_TIME], (1, paths))

    def quarter(carried: Any, at: tuple[Array, dict[str, Array]]) -> tuple[Any, Events]:
        cycle, ended, left, luck = carried
        t, known = at
        moves = t > 0
        now = Events(**{"cycle": left, "financing": luck} | known)
        leave = by_regime(cycle.regime, *terms.leave)
        ends = moves & (now.cycle < leave)
        ended = ended + jnp.where(ends, 1, 0)
        following = jnp.take_along_axis(sojourns, ended, axis=0)
        left = jnp.where(ends, following, jnp.where(moves, _remainder(left, leave), left))
        breaks = by_regime(cycle.regime, *terms.financing_break)
        luck = jnp.where(moves, _remainder(luck, breaks), luck)
        return (move(cycle, terms, now, moves), ended, left, luck), now

    start = (opening(paths, sojourns.dtype), jnp.zeros((1, paths), jnp.int32), sojourns[:1], break_time)
    return jax.lax.scan(quarter, start, (jnp.arange(quarters), given))[1]


def _remainder(uniform: PerPath, chance: PerPath) -> PerPath:
    """What is left of a uniform that was not below a chance: uniform again."""
    return (uniform - chance) / jnp.where(chance < 1, 1 - chance, 1.0)


def stationary_shares(p: Parameters) -> tuple[PerPath, PerPath, PerPath]:
    """Long-run shares of time in boom, plateau and bust, contagion left aside.

    The continuous-time chain leaves regime ``s`` at rate ``1 / years_s``; flows balance in boom
    (``plateau`` back to ``boom``) and in bust.

    Parameters
    ----------
    p
        Draws of the inputs ``cycle.*``.

    Returns
    -------
    tuple
        Three shares that sum to one  [1]
    """
    boom, plateau, bust = (1 / p.path(f"cycle.{s}_years") for s in _REGIMES)
    boom_to_bust, plateau_to_bust = p.path("cycle.boom_to_bust"), p.path("cycle.plateau_to_bust")
    weight_boom = plateau * (1 - plateau_to_bust) / boom
    weight_bust = (boom * boom_to_bust * weight_boom + plateau * plateau_to_bust) / bust
    total = weight_boom + 1 + weight_bust
    return weight_boom / total, 1 / total, weight_bust / total
