"""The fleet: what is live, what it could sell, and at which price.

Equations: docs/explanation/model.md, 7.1.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout import vintages
from simulator.buildout.arrays import QUARTERS_PER_YEAR, History, PerCompany, PerPath, Quarter
from simulator.buildout.inputs import Parameters
from simulator.buildout.vintages import Life, Total


class FleetTerms(NamedTuple):
    """Opening fleet, how it and what joins it retire, and how long prices are locked.

    Attributes
    ----------
    opening_gw
        Live at the start  [GW]
    past_growth
        Rate by which its vintages grew, in logs  [1/yr]
    life_years, life
        Economic life of chips  [yr], and the same split for running totals
    contract_share
        Capacity sold at the price of its start, 0 to 1  [1]
    contract_years
        For how long  [yr], above 0
    locked_life
        The shorter of that and the economic life.
    """

    opening_gw: PerCompany
    past_growth: PerPath
    life_years: PerPath
    life: Life
    contract_share: PerPath
    contract_years: PerPath
    locked_life: Life

    @classmethod
    def of(cls, p: Parameters, revenue_per_gw: PerCompany) -> "FleetTerms":
        """The opening fleet is the one that earns the opening revenue at the opening price.

        Parameters
        ----------
        p
            Draws of the inputs.
        revenue_per_gw
            Opening price  [USD bn/GW/yr]
        """
        opening_revenue = p.company("adoption.ai_revenue") + p.company("adoption.internal_value")
        life_years, contract_years = p.path("finance.economic_life"), p.path("economics.contract_years")
        life = Life.of(QUARTERS_PER_YEAR * life_years)
        return cls(
            opening_gw=opening_revenue / revenue_per_gw,
            past_growth=p.path("finance.past_growth"),
            life_years=life_years,
            life=life,
            contract_share=p.path("economics.contract_share"),
            contract_years=contract_years,
            locked_life=vintages.shorter(life, Life.of(QUARTERS_PER_YEAR * contract_years)),
        )


class Fleet(NamedTuple):
    """Running totals of what was energised and has not retired.

    Attributes
    ----------
    gw
        Live  [GW]
    compute, locked_compute
        Live, and the part still under contract  [opening GW]
    locked_value
        What that part could sell in a quarter at the prices of its start  [USD bn]
    """

    gw: Total
    compute: Total
    locked_compute: Total
    locked_value: Total


class Entries(NamedTuple):
    """What was energised, quarter by quarter.

    Attributes
    ----------
    gw
        [GW]
    compute
        [opening GW]
    value
        Compute at the price of that quarter  [USD bn]
    """

    gw: History
    compute: History
    value: History


class Capacity(NamedTuple):
    """Live GW, what the fleet could sell in the quarter (USD bn), and the part sold at today's price."""

    live_gw: PerCompany
    value: PerCompany
    spot_value: PerCompany


def opening(companies: int, paths: int, quarters: int, dtype: jnp.dtype) -> tuple[Fleet, Entries]:
    """No additions yet.

    Parameters
    ----------
    companies, paths, quarters, dtype
        Shape of the entries, and their precision.
    """
    empty = jnp.zeros((quarters, companies, paths), dtype)
    nothing = vintages.nothing((companies, paths), dtype)
    return Fleet(nothing, nothing, nothing, nothing), Entries(empty, empty, empty)


def survival(terms: FleetTerms, year: Float[Array, ""]) -> PerPath:
    """Part of the opening fleet still in use: its vintages grew at the past growth rate.

    Parameters
    ----------
    terms
        With the economic life, above 0, and past growth; a growth of 0 spreads ages evenly.
    year
        Years since the start, 0 or more.

    Returns
    -------
    PerPath
        From 1 at the start to 0 once the economic life is over  [1]
    """
    left = jnp.maximum(terms.life_years - year, 0.0)
    growth = jnp.where(terms.past_growth == 0, 1.0, terms.past_growth)
    grown = jnp.expm1(-growth * left) / jnp.expm1(-growth * terms.life_years)
    return jnp.where(terms.past_growth == 0, left / terms.life_years, grown)


def join(
    fleet: Fleet,
    entries: Entries,
    terms: FleetTerms,
    gw: PerCompany,
    compute: PerCompany,
    price: PerCompany,
    quarter: Quarter,
) -> tuple[Fleet, Entries]:
    """The fleet that earns from the next quarter on, with what was energised in this one.

    Parameters
    ----------
    fleet, entries
        At the end of the quarter before.
    terms
        Lives.
    gw, compute
        Energised this quarter  [GW] and [opening GW]
    price
        What an opening GW of compute could sell in this quarter  [USD bn/GW]
    quarter
        Index of the quarter, from 0.
    """
    value = compute * price
    after = Entries(
        vintages.record(entries.gw, gw, quarter),
        vintages.record(entries.compute, compute, quarter),
        vintages.record(entries.value, value, quarter),
    )
    return (
        Fleet(
            gw=vintages.add(fleet.gw, after.gw, gw, quarter, terms.life),
            compute=vintages.add(fleet.compute, after.compute, compute, quarter, terms.life),
            locked_compute=vintages.add(
                fleet.locked_compute, after.compute, compute, quarter, terms.locked_life
            ),
            locked_value=vintages.add(fleet.locked_value, after.value, value, quarter, terms.locked_life),
        ),
        after,
    )


def capacity(
    fleet: Fleet,
    terms: FleetTerms,
    surviving: PerPath,
    price: PerCompany,
    opening_price: PerCompany,
    year: Float[Array, ""],
) -> Capacity:
    """What the fleet could sell: contracted compute at the price of its start, the rest at today's.

    ``surviving`` is the part of the opening fleet that is still in use.

    Parameters
    ----------
    fleet
        What was energised before this quarter and has not retired.
    terms
        Constants of the path.
    surviving
        As above, 0 to 1  [1]
    price, opening_price
        What an opening GW of compute could sell in a quarter: this one, and the first  [USD bn/GW]
    year
        Years since the start.
    """
    old = terms.opening_gw * surviving
    locked_share = terms.contract_share * jnp.clip(1 - year / terms.contract_years, 0, 1)
    spot = price * (
        old * (1 - locked_share)
        + jnp.maximum(fleet.compute.in_use - terms.contract_share * fleet.locked_compute.in_use, 0.0)
    )
    locked = old * locked_share * opening_price + terms.contract_share * fleet.locked_value.in_use
    return Capacity(old + fleet.gw.in_use, locked + spot, spot)
