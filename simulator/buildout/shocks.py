"""The shocks that the model asks for, and the autoregressive states that they drive.

Equations: docs/explanation/model.md, 1.1.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.errors import Fault, StudyError


class Shock(NamedTuple):
    """A named series of independent draws, one a quarter for most."""

    size: int
    kind: Literal["normal", "uniform"]


class Events(NamedTuple):
    """Uniforms that decide, quarter by quarter, what befalls the cycle and the labs' financing."""

    cycle: Float[Array, "*quarter 1 path"]
    financing: Float[Array, "*quarter 1 path"]
    contagion: Float[Array, "*quarter 1 path"]


class Foreseen(NamedTuple):
    """What is known of them before the first quarter; nothing where it hangs on the quarters between."""

    cycle: Float[Array, "*quarter 1 path"] | None
    financing: Float[Array, "*quarter 1 path"] | None
    contagion: Float[Array, "*quarter 1 path"]


class Shocks(NamedTuple):
    """All shocks, quarter by quarter: uniforms for the cycle, standard normals for the rest.

    Attributes
    ----------
    events
        Uniform on (0, 1), as far as they are foreseen.
    price, spend_common, demand_common, power_common, ads
        Standard normal, one for all.
    spend, demand, power
        Standard normal, by company or source.
    """

    events: Foreseen
    price: Float[Array, "*quarter 1 path"]
    spend_common: Float[Array, "*quarter 1 path"]
    spend: Float[Array, "*quarter company path"]
    demand_common: Float[Array, "*quarter 1 path"]
    demand: Float[Array, "*quarter company path"]
    power_common: Float[Array, "*quarter 1 path"]
    power: Float[Array, "*quarter source path"]
    ads: Float[Array, "*quarter 1 path"]


#: Uniforms for events: one for each regime in turn, one for when financing breaks, one for what that starts.
SOJOURN, BREAK_TIME, CONTAGION = "shock.sojourn", "shock.break_time", "shock.contagion"
#: Uniforms quarter by quarter, which a study may give in the place of the first two.
CYCLE, BREAK = "shock.cycle", "shock.break"

_COMMON = {
    "price": "shock.price",
    "spend_common": "shock.spend_common",
    "demand_common": "shock.demand_common",
    "power_common": "shock.power_common",
    "ads": "shock.ads",
}


def declare(companies: Sequence[str], sources: Sequence[str], quarters: int) -> Mapping[str, Shock]:
    """Names, sizes and kinds of all shocks of a study.

    Parameters
    ----------
    companies, sources
        Names, in the order of the study.
    quarters
        Length of the horizon.
    """
    names = [
        *_COMMON.values(),
        *(f"shock.spend.{c}" for c in companies),
        *(f"shock.demand.{c}" for c in companies),
        *(f"shock.power.{r}" for r in sources),
    ]
    uniforms = {SOJOURN: quarters, BREAK_TIME: 1, CONTAGION: 1}
    return {name: Shock(size, "uniform") for name, size in uniforms.items()} | {
        name: Shock(quarters, "normal") for name in names
    }


def groups(companies: Sequence[str], sources: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Names of shocks, common and own, by what they are of.

    Parameters
    ----------
    companies, sources
        Names, in the order of the study.
    """
    return {
        "cycle": (SOJOURN,),
        "financing": (BREAK_TIME, CONTAGION),
        "price": (_COMMON["price"],),
        "spend": (_COMMON["spend_common"], *(f"shock.spend.{c}" for c in companies)),
        "demand": (_COMMON["demand_common"], *(f"shock.demand.{c}" for c in companies)),
        "power": (_COMMON["power_common"], *(f"shock.power.{r}" for r in sources)),
        "ads": (_COMMON["ads"],),
    }


def gather(
    draws: Mapping[str, Float[Array, "..."]],
    events: Events | Foreseen,
    companies: Sequence[str],
    sources: Sequence[str],
    quarters: int,
    paths: int,
) -> Shocks:
    """The shocks among the named draws, with the quarter first, and the events that they are joined by.

    A study may give a series: ``[quarter, path]`` by a prior of that size, ``[path]`` for one draw that
    holds in every quarter, or a number.

    Parameters
    ----------
    draws
        By name.
    events
        Uniforms of every quarter, as far as they are foreseen.
    companies, sources
        Names, in the order of the study.
    quarters, paths
        Length of the horizon; number of paths.
    """

    def rows(names: Sequence[str]) -> Float[Array, "quarter row path"]:
        return jnp.stack([every_quarter(draws, name, quarters, paths) for name in names], axis=1)

    return Shocks(
        events=Foreseen(*events),
        **{field: rows([name]) for field, name in _COMMON.items()},
        spend=rows([f"shock.spend.{c}" for c in companies]),
        demand=rows([f"shock.demand.{c}" for c in companies]),
        power=rows([f"shock.power.{r}" for r in sources]),
    )


def every_quarter(
    draws: Mapping[str, Float[Array, "..."]], name: str, quarters: int, paths: int
) -> Float[Array, "quarter path"]:
    """A draw as a series: what is one number, or one a path, holds in every quarter.

    Parameters
    ----------
    draws
        By name.
    name
        Of one of them: a number, ``[path]`` or ``[quarter, path]``.
    quarters, paths
        Length of the horizon; number of paths.

    Raises
    ------
    StudyError
        It has another number of quarters.
    """
    draw = draws[name]
    series = draw if draw.ndim == 2 else jnp.reshape(draw, (1, -1))
    if series.shape[0] not in (1, quarters):
        raise StudyError([Fault("", f"{name}.size", str(series.shape[0]), f"{quarters}, one a quarter")])
    return jnp.broadcast_to(series, (quarters, paths))


def variance(persistence: Float[Array, "1 #path"], shocks: Float[Array, ""]) -> Float[Array, "1 #path"]:
    """Variance of a state of `persist` after so many shocks, from a start at zero: one in the long run.

    Parameters
    ----------
    persistence
        0 to 1  [1]
    shocks
        How many, 0 or more.
    """
    return 1 - left_after(persistence, 2 * shocks)


def left_after(
    persistence: Float[Array, "1 #path"], shocks: Float[Array, ""] | Float[Array, "1 #path"]
) -> Float[Array, "1 #path"]:
    """Part of a state of `persist` that is left after so many shocks  [1].

    A power of a fraction, by its logarithm: several times faster than a power of any two numbers.

    Parameters
    ----------
    persistence
        0 to 1  [1]
    shocks
        How many, 0 or more.
    """
    return jnp.where(shocks == 0, 1.0, jnp.exp(shocks * jnp.log(persistence)))


def persist(
    state: Float[Array, "row path"], shock: Float[Array, "row path"], persistence: Float[Array, "1 #path"]
) -> Float[Array, "row path"]:
    """One step of a first-order autoregression whose stationary variance is one.

    Parameters
    ----------
    state
        Before.
    shock
        Standard normal.
    persistence
        0 to 1  [1]

    Returns
    -------
    Float[Array, "row path"]
        Equation 1.1.
    """
    return persistence * state + jnp.sqrt(1 - persistence**2) * shock
