"""Time to power by source: lead times, congestion, lateness and cancellation (MODEL.md, section 5)."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import H, PerPath, PerQueue, PerSource, settled, total
from simulator.buildout.inputs import Parameters
from simulator.buildout.normal import normal_cdf
from simulator.buildout.shocks import persist, variance


class PowerTerms(NamedTuple):
    """Lead times as logs, what they are planned to be, and the load that lengthens them."""

    mix: PerQueue
    log_lead: PerSource
    log_equipment: PerPath
    log_shell: PerPath
    plan: PerSource
    dispersion: PerPath
    volatility: PerPath
    common_loading: PerPath
    own_loading: PerPath
    persistence: PerPath
    hookup: PerPath
    hookup_growth: PerPath
    congestion: PerPath
    cancelled: PerSource
    reroute: PerPath

    @classmethod
    def of(cls, p: Parameters, cancellation: Sequence[str]) -> "PowerTerms":
        """``cancellation`` names, for each source, the prior of the share of orders that lose their slot."""
        weight = p.source("power.mix")[None] * p.company_source("power.tilt")
        rho = p.path("dependence.power_rho")
        return cls(
            mix=weight / total(weight, 1),
            log_lead=jnp.log(p.source("power.lead_time")),
            log_equipment=jnp.log(p.path("power.equipment")),
            log_shell=jnp.log(p.path("power.shell")),
            plan=p.source("power.plan_lead") * p.path("power.plan_ratio"),
            dispersion=p.path("power.dispersion"),
            volatility=p.path("power.lead_vol"),
            common_loading=jnp.sqrt(rho),
            own_loading=jnp.sqrt(1 - rho),
            persistence=p.path("dependence.persistence"),
            hookup=p.path("power.hookup"),
            hookup_growth=p.path("power.hookup_growth"),
            congestion=p.path("power.congestion"),
            cancelled=p.named(cancellation),
            reroute=p.path("power.reroute"),
        )


class Lead(NamedTuple):
    """Autoregressive deviations of log lead time: common to all sources, and each source's own."""

    common: PerPath
    own: PerSource


class Lateness(NamedTuple):
    """By source: the share of orders energised after the chips arrive, and the mean wait of all orders."""

    late_share: PerSource
    mean_wait: PerSource


def move_lead(lead: Lead, terms: PowerTerms, shocks: tuple[PerPath, PerSource]) -> Lead:
    """Lead-time deviations one quarter on."""
    common, own = shocks
    return Lead(persist(lead.common, common, terms.persistence), persist(lead.own, own, terms.persistence))


def lateness(
    terms: PowerTerms, lead: Lead, ordered: PerPath, idle_before: PerPath, year: Float[Array, ""]
) -> Lateness:
    """How late power is for chips ordered this quarter.

    Parameters
    ----------
    terms, lead
        Constants of the path, and the state of lead times this quarter.
    ordered
        GW ordered this quarter by all companies.
    idle_before
        GW of chips that waited for power at the end of the quarter before, all companies.
    year
        Years since the start.

    Notes
    -----
    Time to power is the longest of three things that run side by side: connection and equipment, both
    lengthened by congestion, and the shell of the building. Projects scatter about it lognormally; those
    that take longer than planned are late. With ``d = ln(T / plan) / sigma`` the late share is ``Phi(d)`` and
    the mean wait of all orders ``T exp(sigma^2 / 2) Phi(d + sigma) - plan Phi(d)``. Cancelled orders are
    late too and wait for another slot.
    """
    load = (ordered / H + idle_before) / (terms.hookup * jnp.exp(terms.hookup_growth * year))
    lengthening = settled(terms.congestion * jnp.log(jnp.maximum(load, 1.0)))
    moved = terms.log_lead + terms.volatility * (
        terms.common_loading * lead.common + terms.own_loading * lead.own
    )
    moved = moved - terms.volatility**2 * variance(terms.persistence, year / H + 1) / 2
    log_time = settled(jnp.maximum(jnp.maximum(moved, terms.log_equipment) + lengthening, terms.log_shell))
    late, wait = scattered_wait(jnp.exp(log_time), log_time - jnp.log(terms.plan), terms)
    late_share = late + terms.cancelled * (1 - late)
    wait = wait + terms.cancelled * terms.reroute
    return Lateness(late_share, wait)


def scattered_wait(time: PerSource, log_excess: PerSource, terms: PowerTerms) -> tuple[PerSource, PerSource]:
    """Late share and mean wait in years of projects scattered about ``time``; exact without scatter."""
    scatters = terms.dispersion > 0
    sigma = jnp.where(scatters, terms.dispersion, 1.0)
    d = log_excess / sigma
    late, beyond = settled((normal_cdf(d), normal_cdf(d + sigma)))
    wait = time * jnp.exp(sigma**2 / 2) * beyond - terms.plan * late
    sharp = jnp.maximum(time - terms.plan, 0.0)
    return (
        jnp.where(scatters, late, (log_excess > 0).astype(late.dtype)),
        jnp.where(scatters, jnp.maximum(wait, 0.0), sharp),
    )
