"""The price of AI capacity.

Equations: docs/explanation/model.md, 3.1 to 3.4.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, Regime
from simulator.buildout.cycle import by_regime, stationary_shares
from simulator.buildout.exposures import Exposure
from simulator.buildout.inputs import Parameters

#: A thousand dollars, in USD bn: what counts as some demand or capacity.
SOME_DOLLARS = 1e-6


class PriceTerms(NamedTuple):
    """Opening price, its trend, and the markup that moves about a target set by the regime.

    Attributes
    ----------
    revenue_per_gw
        Opening price  [USD bn/GW/yr]
    decline
        Fall of the price by progress that is passed on  [1/yr]
    gap
        Price pressure on exposed companies.
    targets
        Log markup in boom, plateau and bust  [1]
    speed, adjustment
        How fast the markup goes to its target  [1/yr], and the part of the way in a quarter  [1]
    scarcity
        What one unit of log demand over capacity adds to the target  [1]
    volatility
        Standard deviation of a quarter's shock to the log markup  [1]
    mid_cycle
        Log markup, averaged over the long run of the cycle  [1]
    """

    revenue_per_gw: PerCompany
    decline: PerPath
    gap: Exposure
    targets: tuple[PerPath, PerPath, PerPath]
    speed: PerPath
    adjustment: PerPath
    scarcity: PerPath
    volatility: PerPath
    mid_cycle: PerPath

    @classmethod
    def of(cls, p: Parameters, gap: Exposure) -> "PriceTerms":
        """From rental and first-party revenue per GW-year, pass-through and markups.

        Parameters
        ----------
        p
            Draws of the inputs ``economics.*``, ``silicon.perf_growth`` and ``cycle.*``.
        gap
            Which companies are exposed to price pressure, and to how much.
        """
        first_party = p.company("economics.first_party")
        boom, plateau, bust = (p.path(f"economics.markup_{s}") for s in ("boom", "plateau", "bust"))
        shares = stationary_shares(p)
        return cls(
            revenue_per_gw=p.path("economics.rental_per_gw") * (1 - first_party)
            + p.path("economics.first_party_per_gw") * first_party,
            decline=p.path("economics.passthrough") * p.path("silicon.perf_growth"),
            gap=gap,
            targets=(boom, plateau, bust),
            speed=p.path("economics.markup_speed"),
            adjustment=-jnp.expm1(-H * p.path("economics.markup_speed")),
            scarcity=p.path("economics.scarcity_markup"),
            volatility=p.path("economics.price_vol") * H**0.5,
            mid_cycle=shares[0] * boom + shares[1] * plateau + shares[2] * bust,
        )


def scarcity(demand: PerCompany, capacity: PerCompany) -> PerCompany:
    """Log of demand over capacity, within a factor of e either way  [1]; 0 where there is neither.

    Parameters
    ----------
    demand, capacity
        Of a quarter  [USD bn]

    Returns
    -------
    PerCompany
        [1], equation 3.4.
    """
    ratio = jnp.maximum(demand, SOME_DOLLARS) / jnp.maximum(capacity, SOME_DOLLARS)
    return jnp.clip(jnp.log(ratio), -1, 1)


def move_markup(
    markup: PerPath,
    terms: PriceTerms,
    regime: Regime,
    scarcity_before: PerPath,
    shock: PerPath,
    moves: Bool[Array, ""],
) -> PerPath:
    """Log markup one quarter on, drawn to the target of the regime and of the market's scarcity.

    Parameters
    ----------
    markup
        Log markup at the end of the quarter before  [1]
    terms
        Constants of the path.
    regime
        Of this quarter.
    scarcity_before
        Of the market in the quarter before, -1 to 1  [1]
    shock
        Standard normal.
    moves
        False in the opening quarter.

    Returns
    -------
    PerPath
        [1], equation 3.3.
    """
    target = by_regime(regime, *terms.targets) + terms.scarcity * scarcity_before
    after = markup + terms.adjustment * (target - markup) + terms.volatility * shock
    return jnp.where(moves, after, markup)


def excess_of_noise(terms: PriceTerms, year: Float[Array, ""]) -> PerPath:
    """Half the variance that shocks have given the log markup so far  [1].

    Taken off the log price, it leaves the mean price where it would be without shocks, for any volatility.
    The variance is ``volatility^2 (1 + k + ... + k^(t - 1))`` after ``t`` shocks, with
    ``k = exp(-2 speed h)``.

    Parameters
    ----------
    terms
        Constants of the path; a speed of 0 is a random walk.
    year
        Years since the start.
    """
    pulled = terms.speed > 0
    speed = jnp.where(pulled, terms.speed, 1.0)
    shocks = jnp.where(pulled, jnp.expm1(-2 * speed * year) / jnp.expm1(-2 * speed * H), year / H)
    return terms.volatility**2 * shocks / 2


def against_start(terms: PriceTerms, markup: PerPath, year: Float[Array, ""]) -> PerPath:
    """Price of compute against that of the start, pressure on single companies left out  [1].

    Parameters
    ----------
    terms
        Constants of the path.
    markup
        Net of `excess_of_noise`  [1]
    year
        Years since the start.
    """
    return jnp.exp(markup - terms.decline * year)


def price(terms: PriceTerms, markup: PerPath, year: Float[Array, ""]) -> PerCompany:
    """Revenue per GW of opening compute in a quarter, USD bn, if sold at today's price.

    ``markup`` is net of `excess_of_noise`.

    Parameters
    ----------
    terms
        Constants of the path.
    markup
        As above  [1]
    year
        Years since the start.

    Returns
    -------
    PerCompany
        [USD bn/GW], equation 3.2.
    """
    trend = against_start(terms, markup, year)
    gap = terms.gap.parts
    lost = terms.gap.by_company(jnp.expm1(-gap["rate"] * jnp.minimum(year, gap["years"])))
    return terms.revenue_per_gw / QUARTERS_PER_YEAR * trend * (1 + lost)
