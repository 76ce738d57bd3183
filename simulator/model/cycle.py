"""The capital cycle and the financing break (MODEL.md, section 1)."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool

from simulator.model.arrays import Flag, H, PerPath, Regime
from simulator.model.inputs import Parameters
from simulator.model.shocks import Shocks

BOOM, PLATEAU, BUST = 0, 1, 2


class CycleTerms(NamedTuple):
    """Quarterly probabilities of leaving each regime and of a financing break in it."""

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
    """The value that belongs to each path's regime."""
    return jnp.where(regime == BOOM, boom, jnp.where(regime == PLATEAU, plateau, bust))


def move(cycle: Cycle, terms: CycleTerms, shocks: Shocks, moves: Bool[Array, ""]) -> Cycle:
    """The cycle one quarter on; as it was where ``moves`` is false (the opening quarter).

    One uniform decides both whether a regime ends and what follows it. A break belongs to the regime before
    the move; it lasts, and may start a bust.
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


def stationary_shares(p: Parameters) -> tuple[PerPath, PerPath, PerPath]:
    """Long-run shares of time in boom, plateau and bust, contagion left aside.

    The continuous-time chain leaves regime ``s`` at rate ``1 / years_s``; flows balance in boom
    (``plateau`` back to ``boom``) and in bust.
    """
    boom, plateau, bust = (1 / p.path(f"cycle.{s}_years") for s in _REGIMES)
    boom_to_bust, plateau_to_bust = p.path("cycle.boom_to_bust"), p.path("cycle.plateau_to_bust")
    weight_boom = plateau * (1 - plateau_to_bust) / boom
    weight_bust = (boom * boom_to_bust * weight_boom + plateau * plateau_to_bust) / bust
    total = weight_boom + 1 + weight_bust
    return weight_boom / total, 1 / total, weight_bust / total
