"""The capital cycle and the financing break.

Equations: docs/explanation/model.md, 2.1.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool

from simulator.buildout.arrays import Flag, H, PerPath, Regime
from simulator.buildout.inputs import Parameters
from simulator.buildout.shocks import Events

BOOM, PLATEAU, BUST = 0, 1, 2


class CycleTerms(NamedTuple):
    """How each regime ends, and how often financing breaks in it.

    Attributes
    ----------
    leave
        Of leaving boom, plateau and bust  [1/quarter]
    to_bust
        Of a boom, and a plateau, that ends: that a bust follows  [1]
    break_hazard
        Of financing, in boom, plateau and bust  [1/yr]
    contagion
        Chance that a break starts a bust at once  [1]
    """

    leave: tuple[PerPath, PerPath, PerPath]
    to_bust: tuple[PerPath, PerPath]
    break_hazard: tuple[PerPath, PerPath, PerPath]
    contagion: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "CycleTerms":
        """From sojourn lengths in years and hazards a year."""
        boom, plateau, bust = (-jnp.expm1(-H / p.path(f"cycle.{s}_years")) for s in _REGIMES)
        at_boom, at_plateau, at_bust = (p.path(f"adoption.break_{s}") for s in _REGIMES)
        return cls(
            leave=(boom, plateau, bust),
            to_bust=(p.path("cycle.boom_to_bust"), p.path("cycle.plateau_to_bust")),
            break_hazard=(at_boom, at_plateau, at_bust),
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


def leaving(terms: CycleTerms, cycle: Cycle) -> PerPath:
    """Chance that the present regime ends in a quarter, equation 2.1  [1/quarter].

    Parameters
    ----------
    terms
        Constants of the path.
    cycle
        At the end of the quarter before.
    """
    return by_regime(cycle.regime, *terms.leave)


def breaking(terms: CycleTerms, cycle: Cycle, ratio: PerPath | None = None) -> PerPath:
    """Chance that financing that holds breaks in a quarter, equation 2.2  [1/quarter].

    Parameters
    ----------
    terms
        Constants of the path.
    cycle
        At the end of the quarter before.
    ratio
        Of the hazard to that of the regime; the same where there is none  [1]
    """
    hazard = by_regime(cycle.regime, *terms.break_hazard)
    return -jnp.expm1(-H * hazard if ratio is None else -H * hazard * ratio)


def move(cycle: Cycle, terms: CycleTerms, breaking: PerPath, shocks: Events, moves: Bool[Array, ""]) -> Cycle:
    """The cycle one quarter on; as it was where ``moves`` is false (the opening quarter).

    One uniform decides both whether a regime ends and what follows it. A break belongs to the regime before
    the move; it lasts, and may start a bust.

    Parameters
    ----------
    cycle
        At the end of the quarter before.
    terms
        Constants of the path.
    breaking
        Chance that financing breaks in this quarter  [1/quarter]
    shocks
        Uniforms of this quarter.
    moves
        Whether there is a move.
    """
    regime, leave = cycle.regime, leaving(terms, cycle)
    to_bust = leave * by_regime(regime, *terms.to_bust, jnp.zeros_like(terms.contagion))
    other = jnp.where(regime == PLATEAU, BOOM, PLATEAU)
    after = jnp.where(shocks.cycle < to_bust, BUST, jnp.where(shocks.cycle < leave, other, regime))
    breaks = ~cycle.broken & (shocks.financing < breaking) & moves
    after = jnp.where(breaks & (shocks.contagion < terms.contagion), BUST, after)
    after = jnp.where(moves, after, regime)
    boom = jnp.where(moves & (after == BOOM), 1.0, 0.0).astype(cycle.boom_quarters.dtype)
    return Cycle(after, cycle.broken | breaks, cycle.boom_quarters + boom)


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
