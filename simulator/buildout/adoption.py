"""Demand: organic, along the curve of adoption, and demand that the builders themselves finance.

Equations: docs/explanation/model.md, 8.1 and 8.2.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, total
from simulator.buildout.curve import Curve, adopted_share
from simulator.buildout.cycle import Cycle, by_regime
from simulator.buildout.inputs import Parameters
from simulator.buildout.shocks import Shocks, left_after, persist, variance


class AdoptionTerms(NamedTuple):
    """The ceiling and curve of organic adoption, its shocks, and the labs' contracts.

    Attributes
    ----------
    ceiling
        Organic demand at saturation  [USD bn/yr]
    curve
        Of the share of the ceiling that is adopted.
    price_response
        Elasticity of spending on AI to its price: 1 less the price elasticity of demand  [1]
    volatility
        Standard deviation of log demand in the long run  [1]
    common_loading, own_loading
        Of the shocks that all companies share, and of each one's own  [1]
    persistence
        Of the shocks, from one quarter to the next, 0 to 1  [1]
    drift_plateau, drift_bust
        Change of log demand while the cycle is there  [1/yr]
    recovery
        Rate at which lost demand comes back  [1/yr]
    financed_opening, financed_target
        Demand that the builders finance: at the start, and once contracts have ramped up  [USD bn/yr]
    ramp_years
        How long that takes  [yr], above 0
    financed_growth
        Growth of new contracts in a boom that lasts longer than that  [1/yr]
    break_severity
        Share of financed demand lost when its financing breaks, 0 to 1  [1]
    """

    ceiling: PerCompany
    curve: Curve
    price_response: PerPath
    volatility: PerPath
    common_loading: PerPath
    own_loading: PerPath
    persistence: PerPath
    drift_plateau: PerPath
    drift_bust: PerPath
    recovery: PerPath
    financed_opening: PerCompany
    financed_target: PerCompany
    ramp_years: PerPath
    financed_growth: PerPath
    break_severity: PerPath

    @classmethod
    def of(cls, p: Parameters, seat_revenue: PerCompany) -> "AdoptionTerms":
        """``seat_revenue`` is what seats add to a company's ceiling, USD bn/yr.

        Parameters
        ----------
        p
            Draws of the inputs ``adoption.*`` and ``dependence.*``.
        seat_revenue
            As below  [USD bn/yr]
        """
        external, financed_share = p.company("adoption.ai_revenue"), p.company("adoption.financed_share")
        served = 1 + p.path("adoption.unmet")
        organic = (p.company("adoption.internal_value") + external * (1 - financed_share)) * served
        weight = p.company("adoption.potential_share")
        potential = p.path("adoption.potential") * weight / total(weight, 0)
        ceiling = jnp.maximum(potential + seat_revenue, p.path("adoption.potential_floor") * organic)
        financed = external * financed_share * served
        contracted = p.company("adoption.backlog") * p.path("adoption.realised")
        loading = p.path("dependence.firm_loading")
        return cls(
            ceiling=ceiling,
            curve=Curve.of(p, organic / ceiling),
            price_response=1 - p.path("adoption.price_elasticity"),
            volatility=p.path("adoption.vol"),
            common_loading=loading,
            own_loading=jnp.sqrt(1 - loading**2),
            persistence=p.path("dependence.persistence"),
            drift_plateau=p.path("adoption.drift_plateau"),
            drift_bust=p.path("adoption.drift_bust"),
            recovery=p.path("adoption.recovery"),
            financed_opening=financed,
            financed_target=jnp.maximum(financed, contracted / p.path("adoption.backlog_years")),
            ramp_years=p.path("adoption.ramp_years"),
            financed_growth=p.path("adoption.financed_growth"),
            break_severity=p.path("adoption.break_severity"),
        )


class DemandState(NamedTuple):
    """Log deviations of organic demand: common and own shocks, and what the cycle has cost so far."""

    common: PerPath
    own: PerCompany
    lost: PerPath


class Demand(NamedTuple):
    """Demand of a quarter, USD bn: organic, and financed by the builders."""

    organic: PerCompany
    financed: PerCompany


def move_demand_state(
    demand_state: DemandState, terms: AdoptionTerms, cycle: Cycle, shocks: Shocks, moves: Bool[Array, ""]
) -> DemandState:
    """Demand shocks and cyclical loss one quarter on.

    Parameters
    ----------
    demand_state
        At the end of the quarter before.
    terms
        Constants of the path.
    cycle
        Where the cycle stands this quarter.
    shocks
        Of this quarter.
    moves
        False in the opening quarter, in which nothing moves.
    """
    drift = by_regime(cycle.regime, jnp.zeros_like(terms.drift_bust), terms.drift_plateau, terms.drift_bust)
    return DemandState(
        jnp.where(
            moves, persist(demand_state.common, shocks.demand_common, terms.persistence), demand_state.common
        ),
        jnp.where(moves, persist(demand_state.own, shocks.demand, terms.persistence), demand_state.own),
        jnp.where(
            moves, demand_state.lost + H * (drift - terms.recovery * demand_state.lost), demand_state.lost
        ),
    )


def response_to_price(terms: AdoptionTerms, markup: PerPath, excess: PerPath) -> PerPath:
    """Factor by which a markup changes what is spent on AI  [1]; price noise leaves its mean at one.

    Parameters
    ----------
    terms
        With the elasticity.
    markup
        Log markup over the trend of prices  [1]
    excess
        Half the variance that shocks have given it so far  [1]

    Returns
    -------
    PerPath
        [1], equation 8.2.
    """
    return jnp.exp(terms.price_response * (markup - terms.price_response * excess))


def fading(
    terms: AdoptionTerms,
    demand_state: DemandState,
    year: Float[Array, ""],
    ahead: Float[Array, ""] | PerPath,
) -> PerCompany:
    """Change of the expected log of organic demand as this quarter's deviation from the curve fades  [1].

    Parameters
    ----------
    terms
        Constants of the path.
    demand_state
        Deviations this quarter.
    year
        Years since the start.
    ahead
        Quarters from now.
    """
    left = left_after(terms.persistence, ahead)
    deviation = terms.volatility * (
        terms.common_loading * demand_state.common + terms.own_loading * demand_state.own
    )
    noise = terms.volatility**2 * variance(terms.persistence, year / H) / 2
    return deviation * (left - 1) - noise * (left**2 - 1)


def demand(
    terms: AdoptionTerms,
    demand_state: DemandState,
    cycle: Cycle,
    year: Float[Array, ""],
    price_factor: PerPath,
) -> Demand:
    """Organic and financed demand of the quarter; shocks leave the mean of organic demand on the curve.

    Parameters
    ----------
    terms
        Constants of the path.
    demand_state
        Deviations of log organic demand this quarter.
    cycle
        Where the cycle stands this quarter.
    year
        Years since the start.
    price_factor
        From `response_to_price`  [1]

    Returns
    -------
    Demand
        [USD bn], equation 8.1.
    """
    deviation = terms.volatility * (
        terms.common_loading * demand_state.common + terms.own_loading * demand_state.own
    )
    deviation = deviation - terms.volatility**2 * variance(terms.persistence, year / H) / 2
    adopted = terms.ceiling * adopted_share(terms.curve, year)
    organic = adopted * price_factor * jnp.exp(deviation + demand_state.lost)
    ramp = jnp.minimum(1.0, year / terms.ramp_years)
    contracts = terms.financed_opening + (terms.financed_target - terms.financed_opening) * ramp
    new = jnp.exp(terms.financed_growth * jnp.maximum(H * cycle.boom_quarters - terms.ramp_years, 0.0))
    left = jnp.where(cycle.broken, 1 - terms.break_severity, 1.0)
    return Demand(organic / QUARTERS_PER_YEAR, contracts * new * left / QUARTERS_PER_YEAR)
