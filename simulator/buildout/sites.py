"""Sites: what retiring chips leave free is used again before new ones are bought.

Equations: docs/explanation/model.md, 5.6.
"""

from typing import NamedTuple

import jax.numpy as jnp

from simulator.buildout.arrays import PerCompany, PerPath
from simulator.buildout.fleet import Capacity
from simulator.buildout.silicon import Silicon


class Sites(NamedTuple):
    """Sites with power: those in use, and those that wait for new chips.

    Attributes
    ----------
    in_use
        By live chips and by those energised this quarter  [GW]
    free
        Left by chips that have retired, and fit to be used again  [GW]
    """

    in_use: PerCompany
    free: PerCompany


class Placement(NamedTuple):
    """Where the chips of a quarter go.

    Attributes
    ----------
    reused
        To sites that are free and have power  [GW]
    new
        To sites that are bought with them  [GW]
    """

    reused: PerCompany
    new: PerCompany


def opening(opening_gw: PerCompany, paths: int) -> Sites:
    """The sites of the opening fleet, none of them free.

    Parameters
    ----------
    opening_gw
        The opening fleet  [GW]
    paths
        Number of paths.
    """
    in_use = jnp.broadcast_to(opening_gw, (opening_gw.shape[0], paths))
    return Sites(in_use, jnp.zeros_like(in_use))


def release(sites: Sites, live: Capacity, fit: PerPath) -> Sites:
    """Sites once this quarter's retirements are known.

    Parameters
    ----------
    sites
        At the end of the quarter before.
    live
        What runs in this quarter.
    fit
        Share of the sites left that takes new chips, 0 to 1  [1]
    """
    left = jnp.maximum(sites.in_use - live.live_gw, 0.0)
    return Sites(live.live_gw, sites.free + fit * left)


def place(sites: Sites, ai_capex: PerCompany, silicon: Silicon) -> Placement:
    """GW that a quarter's AI capex buys: chips alone while free sites last, chips and sites beyond.

    Parameters
    ----------
    sites
        After `release`.
    ai_capex
        [USD bn]
    silicon
        Cost of a gigawatt.
    """
    for_chips = jnp.where(silicon.chip_cost > 0, silicon.chip_cost, 1.0)
    reused = jnp.where(silicon.chip_cost > 0, jnp.minimum(sites.free, ai_capex / for_chips), sites.free)
    # Not what `reused` leaves: where free sites take all, that would be the dust of its rounding.
    rest = jnp.maximum(ai_capex - sites.free * silicon.chip_cost, 0.0)
    return Placement(reused, rest / (silicon.chip_cost + silicon.site_cost))


def occupy(sites: Sites, placement: Placement, energised_gw: PerCompany) -> Sites:
    """Sites at the end of the quarter.

    Parameters
    ----------
    sites
        After `release`.
    placement
        Of this quarter's chips.
    energised_gw
        All that is energised this quarter  [GW]
    """
    return Sites(sites.in_use + energised_gw, sites.free - placement.reused)
