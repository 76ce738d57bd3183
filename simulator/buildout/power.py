"""Time to power by source: lead times, congestion, lateness and cancellation.

Equations: docs/explanation/model.md, 6.1 to 6.3.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import H, PerPath, PerQueue, PerSource, materialise, total
from simulator.buildout.inputs import Parameters
from simulator.buildout.normal import normal_cdf
from simulator.buildout.shocks import persist, variance
from simulator.errors import Fault
from simulator.study.records import Prior

#: By how much shares may miss one in sum: they are written as decimals and added in binary.
SHARE_ROUNDING = 1e-9


class PowerTerms(NamedTuple):
    """Lead times as logs, what they are planned to be, and the load that lengthens them.

    Attributes
    ----------
    mix
        Share of each company's orders by source; sums to one over sources  [1]
    log_lead, log_equipment, log_shell
        Logs of the lead times of connection, electrical equipment and building  [log yr]
    plan
        Time to power that was planned for  [yr]
    dispersion
        Standard deviation of log time to power between projects  [1]
    volatility
        Standard deviation of log lead time in the long run  [1]
    common_loading, own_loading
        Of shocks that all sources share, and of each one's own  [1]
    persistence
        Of the shocks, from one quarter to the next, 0 to 1  [1]
    hookup
        Capacity that can be connected at the start without congestion  [GW/yr], above 0
    hookup_growth
        Its growth  [1/yr]
    congestion
        Elasticity of lead times to load above capacity  [1]
    cancelled
        Share of orders in time that lose their slot, 0 to 1  [1]
    reroute
        How long those wait for another  [yr]
    """

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
        """``cancellation`` names, for each source, the prior of the share of orders that lose their slot.

        Parameters
        ----------
        p
            Draws of the inputs ``power.*`` and ``dependence.*``.
        cancellation
            As below.
        """
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
    """Lead-time deviations one quarter on.

    Parameters
    ----------
    lead
        At the end of the quarter before.
    terms
        Constants of the path.
    shocks
        Standard normal, common and by source.
    """
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
    lengthening = materialise(terms.congestion * jnp.log(jnp.maximum(load, 1.0)))
    moved = terms.log_lead + terms.volatility * (
        terms.common_loading * lead.common + terms.own_loading * lead.own
    )
    moved = moved - terms.volatility**2 * variance(terms.persistence, year / H + 1) / 2
    log_time = materialise(
        jnp.maximum(jnp.maximum(moved, terms.log_equipment) + lengthening, terms.log_shell)
    )
    late, wait = scattered_wait(jnp.exp(log_time), log_time - jnp.log(terms.plan), terms)
    late_share = late + terms.cancelled * (1 - late)
    wait = wait + terms.cancelled * terms.reroute
    return Lateness(late_share, wait)


def scattered_wait(time: PerSource, log_excess: PerSource, terms: PowerTerms) -> tuple[PerSource, PerSource]:
    """Late share and mean wait in years of projects scattered about ``time``; exact without scatter.

    Parameters
    ----------
    time
        Time to power of the typical project  [yr]
    log_excess
        Log of that over the plan  [1]
    terms
        With the scatter and the plan; no scatter makes all late, or none.

    Returns
    -------
    tuple
        Late share, 0 to 1  [1], and mean wait of all projects  [yr], equation 6.3.
    """
    scatters = terms.dispersion > 0
    sigma = jnp.where(scatters, terms.dispersion, 1.0)
    d = log_excess / sigma
    late, beyond = materialise((normal_cdf(d), normal_cdf(d + sigma)))
    wait = time * jnp.exp(sigma**2 / 2) * beyond - terms.plan * late
    sharp = jnp.maximum(time - terms.plan, 0.0)
    return (
        jnp.where(scatters, late, (log_excess > 0).astype(late.dtype)),
        jnp.where(scatters, jnp.maximum(wait, 0.0), sharp),
    )


def unshared(priors: Mapping[str, Prior]) -> list[Fault]:
    """Return a fault where the shares of the power sources are held at numbers that do not sum to one.

    Shares that are drawn are divided by their sum on each path. ``priors`` are in the units of the model.

    Parameters
    ----------
    priors
        By name, as above.
    """
    mix = [prior for name, prior in priors.items() if name.startswith("power.mix.")]
    if any(prior.family != "fixed" for prior in mix):
        return []
    whole = sum(prior.parameters["value"] for prior in mix)
    if abs(whole - 1) <= SHARE_ROUNDING:
        return []
    found, allowed = f"shares of orders that sum to {whole:.6g}", "shares of all power sources that sum to 1"
    # The base has most of the shares, and whoever changed the sum wrote few.
    files = Counter(prior.file for prior in mix)
    return [Fault(min(files, key=files.__getitem__), "power.mix", found, allowed, _rescaled(mix))]


def _rescaled(mix: Sequence[Prior]) -> str:
    """What to do about shares that do not sum to one."""
    whole = sum(prior.parameters["value"] for prior in mix)
    advice = "To set one share and keep the others in proportion, multiply each by (1 - new) / (1 - old)."
    if whole <= 0:
        return advice
    divided = (f"{prior.name} = {prior.parameters['value'] / whole:.6g}" for prior in mix)
    return f"{advice} Divided by their sum as they are: {', '.join(divided)}."
