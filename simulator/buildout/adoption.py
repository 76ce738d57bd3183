"""Demand: organic adoption, and demand that the builders themselves finance (MODEL.md, section 7)."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, total
from simulator.buildout.cycle import Cycle, by_regime
from simulator.buildout.inputs import Parameters
from simulator.buildout.shocks import Shocks, persist, variance


class AdoptionTerms(NamedTuple):
    """The ceiling and speed of organic adoption, its shocks, and the labs' contracts."""

    ceiling: PerCompany
    opening_share: PerCompany
    innovation: PerPath
    imitation: PerPath
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
        """``seat_revenue`` is what seats add to a company's ceiling, USD bn/yr."""
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
            opening_share=organic / ceiling,
            innovation=p.path("adoption.bass_p"),
            imitation=p.path("adoption.bass_q"),
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


class Mood(NamedTuple):
    """Log deviations of organic demand: common and own shocks, and what the cycle has cost so far."""

    common: PerPath
    own: PerCompany
    lost: PerPath


class Demand(NamedTuple):
    """Demand of a quarter, USD bn: organic, and financed by the builders."""

    organic: PerCompany
    financed: PerCompany


def move_mood(mood: Mood, terms: AdoptionTerms, cycle: Cycle, shocks: Shocks, moves: Bool[Array, ""]) -> Mood:
    """Demand shocks and cyclical loss one quarter on."""
    drift = by_regime(cycle.regime, jnp.zeros_like(terms.drift_bust), terms.drift_plateau, terms.drift_bust)
    return Mood(
        jnp.where(moves, persist(mood.common, shocks.demand_common, terms.persistence), mood.common),
        jnp.where(moves, persist(mood.own, shocks.demand, terms.persistence), mood.own),
        jnp.where(moves, mood.lost + H * (drift - terms.recovery * mood.lost), mood.lost),
    )


def adopted_share(terms: AdoptionTerms, year: Float[Array, ""]) -> PerCompany:
    """Share of the ceiling adopted after ``year`` years: the Bass curve through the opening share.

    The closed form is arranged so that it does not cancel in single precision.
    """
    p, q, start = terms.innovation, terms.imitation, terms.opening_share
    grown = -jnp.expm1(-(p + q) * year)
    decay = 1 - grown
    speed = p + q * start + q * (1 - start) * decay
    adopted = (p * grown + start * (q + p * decay)) / jnp.where(speed > 0, speed, 1.0)
    return jnp.where(speed > 0, adopted, start)


def demand(terms: AdoptionTerms, mood: Mood, cycle: Cycle, year: Float[Array, ""]) -> Demand:
    """Organic and financed demand of the quarter; shocks leave the mean of organic demand on the curve."""
    deviation = terms.volatility * (terms.common_loading * mood.common + terms.own_loading * mood.own)
    deviation = deviation - terms.volatility**2 * variance(terms.persistence, year / H) / 2
    organic = terms.ceiling * adopted_share(terms, year) * jnp.exp(deviation + mood.lost)
    ramp = jnp.minimum(1.0, year / terms.ramp_years)
    contracts = terms.financed_opening + (terms.financed_target - terms.financed_opening) * ramp
    new = jnp.exp(terms.financed_growth * jnp.maximum(H * cycle.boom_quarters - terms.ramp_years, 0.0))
    left = jnp.where(cycle.broken, 1 - terms.break_severity, 1.0)
    return Demand(organic / QUARTERS_PER_YEAR, contracts * new * left / QUARTERS_PER_YEAR)
