"""The uniforms that decide when a regime ends and when financing breaks.

Equations: docs/explanation/model.md, 2.1 and 2.2.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from simulator.buildout import cycle
from simulator.buildout.arrays import PerPath
from simulator.buildout.cycle import CycleTerms
from simulator.buildout.shocks import (
    BREAK,
    BREAK_TIME,
    CONTAGION,
    CYCLE,
    SOJOURN,
    Events,
    Foreseen,
    every_quarter,
)


class Clock(NamedTuple):
    """What is left of the uniforms on which the regime and the break hang.

    One uniform serves as long as a regime lasts: where it was not below a chance ``p``, the quarter is
    survived, and ``(u - p) / (1 - p)`` is uniform again and independent of that, whatever the chance of the
    quarter hung on. The break has one of its own. So the law is that of a fresh uniform in every quarter, and
    quasi-Monte Carlo has a few numbers that matter to spread evenly instead of many.

    Attributes
    ----------
    sojourns
        Of the regimes in turn, on (0, 1)
    ended
        How many regimes have ended
    regime, financing
        What is left of that of the present regime, and of that of the break, on (0, 1)
    """

    sojourns: Float[Array, "quarter path"]
    ended: Int[Array, "1 path"]
    regime: PerPath
    financing: PerPath


def opening(
    draws: Mapping[str, Float[Array, "..."]], quarters: int, paths: int
) -> tuple[Foreseen, Clock | None]:
    """What the study gives quarter by quarter, ``[quarter, 1, path]``, and a clock where that is not all.

    Parameters
    ----------
    draws
        The study's draws, with `SOJOURN`, `BREAK_TIME` and `CONTAGION`; `CYCLE` and `BREAK` stand in the
        place of the first two.
    quarters, paths
        Length of the horizon; number of paths.
    """

    def series(name: str) -> Float[Array, "quarter 1 path"] | None:
        return every_quarter(draws, name, quarters, paths)[:, None] if name in draws else None

    given = Foreseen(series(CYCLE), series(BREAK), every_quarter(draws, CONTAGION, quarters, paths)[:, None])
    if given.cycle is not None and given.financing is not None:
        return given, None
    sojourns = jnp.broadcast_to(draws[SOJOURN], (quarters, paths))
    break_time = jnp.broadcast_to(draws[BREAK_TIME], (1, paths))
    return given, Clock(sojourns, jnp.zeros((1, paths), jnp.int32), sojourns[:1], break_time)


def read(clock: Clock | None, foreseen: Foreseen) -> Events:
    """The uniforms of a quarter: those that are foreseen, and for the rest what the clock says.

    Parameters
    ----------
    clock
        At the end of the quarter before; needless where all is foreseen.
    foreseen
        Of this quarter.
    """
    regime, financing = foreseen.cycle, foreseen.financing
    if clock is not None:
        regime = clock.regime if regime is None else regime
        financing = clock.financing if financing is None else financing
    assert regime is not None
    assert financing is not None
    return Events(regime, financing, foreseen.contagion)


def advance(clock: Clock, now: Events, leave: PerPath, breaks: PerPath, moves: Bool[Array, ""]) -> Clock:
    """The clock one quarter on; as it was where ``moves`` is false (the opening quarter).

    Parameters
    ----------
    clock
        At the end of the quarter before.
    now
        Uniforms of this quarter.
    leave, breaks
        Chances of this quarter that the regime ends, and that financing breaks  [1/quarter]
    moves
        Whether there is a move.
    """
    ends = moves & (now.cycle < leave)
    ended = clock.ended + jnp.where(ends, 1, 0)
    following = jnp.take_along_axis(clock.sojourns, ended, axis=0)
    survived = jnp.where(moves, _remainder(clock.regime, leave), clock.regime)
    return Clock(
        clock.sojourns,
        ended,
        jnp.where(ends, following, survived),
        jnp.where(moves, _remainder(clock.financing, breaks), clock.financing),
    )


def _remainder(uniform: PerPath, chance: PerPath) -> PerPath:
    """What is left of a uniform that was not below a chance: uniform again."""
    return (uniform - chance) / jnp.where(chance < 1, 1 - chance, 1.0)


def foresee(terms: CycleTerms, draws: Mapping[str, Float[Array, "..."]], quarters: int, paths: int) -> Events:
    """The uniforms of every quarter, ``[quarter, 1, path]``, where no chance hangs on more than the cycle.

    Parameters
    ----------
    terms
        Constants of the path.
    draws
        As for `opening`.
    quarters, paths
        Length of the horizon; number of paths.
    """
    given, start = opening(draws, quarters, paths)
    if start is None:
        return read(None, given)

    def quarter(carried: Any, at: tuple[Array, Foreseen]) -> tuple[Any, Events]:
        (before, clock), (t, known) = carried, at
        now, moves = read(clock, known), t > 0
        leave, breaks = cycle.leaving(terms, before), cycle.breaking(terms, before)
        after = cycle.move(before, terms, breaks, now, moves)
        return (after, advance(clock, now, leave, breaks, moves)), now

    carried = (cycle.opening(paths, start.sojourns.dtype), start)
    return jax.lax.scan(quarter, carried, (jnp.arange(quarters), given))[1]
