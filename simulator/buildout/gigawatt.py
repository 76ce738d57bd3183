"""The economics of one gigawatt by itself: what it costs a year, and what it is worth powered on time.

Neither enters the build-out. They show whether the inputs of a study are defensible before its paths are
read: a gigawatt that is powered and full should come out near break-even.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from simulator.buildout.accounts import AccountTerms
from simulator.buildout.arrays import QUARTERS_PER_YEAR, PerCompany, PerPath
from simulator.buildout.inputs import Parameters
from simulator.buildout.price import PriceTerms
from simulator.buildout.silicon import Silicon

#: Gauss-Legendre nodes and weights on [0, 1]: enough for prices that settle within months over decades.
_NODES, _WEIGHTS = (np.polynomial.legendre.leggauss(24) + np.array([[1.0], [0.0]])) / 2


class Gigawatt(NamedTuple):
    """One gigawatt ordered at the start, on each company's own mix of silicon and of what it sells.

    Attributes
    ----------
    chips, sites
        Cost  [USD bn]
    rent
        Revenue of a full gigawatt at the opening price  [USD bn/yr]
    energy
        Cost of its power at full load, PUE included  [USD bn/yr]
    opex
        Operating cost, share of revenue  [1]
    discount, tax
        Discount rate in logs, ``ln(1 + wacc)``  [1/yr]; tax rate  [1]
    life, server_life, building_life
        Economic life of chips, and the lives in the books of chips and sites  [yr]
    decline, markup, speed
        Fall of the price  [1/yr]; log markup in a boom  [1] and how fast the price goes to it  [1/yr]
    locked, term
        Share of capacity sold at the price of its start  [1], and for how long  [yr]
    """

    chips: PerCompany
    sites: PerCompany
    rent: PerCompany
    energy: PerPath
    opex: PerPath
    discount: PerPath
    tax: PerPath
    life: PerPath
    server_life: PerCompany
    building_life: PerPath
    decline: PerPath
    markup: PerPath
    speed: PerPath
    locked: PerPath
    term: PerPath

    @classmethod
    def of(cls, p: Parameters, silicon: Silicon, prices: PriceTerms, accounts: AccountTerms) -> "Gigawatt":
        """From the terms of the build-out at its start.

        Parameters
        ----------
        p
            Draws of the inputs ``finance.*`` and ``economics.*``.
        silicon, prices, accounts
            Of the build-out at its start.
        """
        return cls(
            chips=silicon.chip_cost,
            sites=silicon.site_cost,
            rent=prices.revenue_per_gw,
            energy=QUARTERS_PER_YEAR * accounts.energy_per_gw,
            opex=accounts.opex,
            discount=jnp.log1p(p.path("finance.wacc")),
            tax=accounts.tax,
            life=p.path("finance.economic_life"),
            server_life=p.company("finance.server_life"),
            building_life=p.path("finance.building_life"),
            decline=prices.decline,
            markup=p.path("economics.markup_boom"),
            speed=p.path("economics.markup_speed"),
            locked=p.path("economics.contract_share"),
            term=p.path("economics.contract_years"),
        )


def levelised_cost(g: Gigawatt) -> PerCompany:
    """What a full gigawatt costs a year, before tax  [USD bn/GW/yr].

    Chips as a level payment over their economic life and sites over the building's, both at the cost of
    capital in continuous time, ``cost d / (1 - exp(-d years))`` with ``d = ln(1 + wacc)``; energy at full
    load; operating cost on the opening rent.
    """
    capital = g.chips / _annuity(g.discount, g.life) + g.sites / _annuity(g.discount, g.building_life)
    return capital + g.energy + g.opex * g.rent


def worth_on_time(g: Gigawatt) -> PerCompany:
    """Present value after tax of a gigawatt that runs full from the day it is paid  [USD bn].

    A boom from start to end, without shocks. The locked share earns the opening rent for its term; the rest,
    and all of it afterwards, the price of the day, which falls by what is passed on of the progress of chips
    and goes to the boom's markup: ``rent exp(-decline y + markup (1 - exp(-speed y)))``. Chips run for their
    economic life; then the site is sold at its net book value. Depreciation for tax is straight line over
    the lives in the books.
    """
    end = jnp.minimum(g.term, g.life)
    spot = (1 - g.locked) * _spot(g, jnp.zeros_like(end), end) + _spot(g, end, g.life)
    revenue = g.rent * (g.locked * _annuity(g.discount, end) + spot)
    margin = revenue * (1 - g.opex) - g.energy * _annuity(g.discount, g.life)
    used = jnp.minimum(g.life, g.building_life)
    depreciation = g.chips / g.server_life * _annuity(g.discount, g.server_life) + (
        g.sites / g.building_life * _annuity(g.discount, used)
    )
    site_left = g.sites * (1 - used / g.building_life) * jnp.exp(-g.discount * g.life)
    return (1 - g.tax) * margin + g.tax * depreciation + site_left


def _annuity(rate: PerPath, years: PerCompany) -> PerCompany:
    """Present value of one a year for some years  [yr]."""
    return -jnp.expm1(-rate * years) / rate


def _spot(g: Gigawatt, start: PerPath, end: PerPath) -> PerPath:
    """Present value, in opening rents of a year, of selling at the price of the day between two dates."""
    nodes, weights = (jnp.asarray(x, start.dtype)[:, None, None] for x in (_NODES, _WEIGHTS))
    year = start[None] + (end - start)[None] * nodes
    reverted = -jnp.expm1(-g.speed[None] * year)
    price: Float[Array, "node 1 #path"] = jnp.exp(
        g.markup[None] * reverted - (g.decline + g.discount)[None] * year
    )
    return (end - start) * jnp.sum(weights * price, axis=0)
