"""Capital in use, against which yield is measured and replacement is charged (MODEL.md, sections 3 and 9)."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.model import vintages
from simulator.model.arrays import QUARTERS_PER_YEAR, History, PerCompany, Quarter
from simulator.model.fleet import FleetTerms, survival
from simulator.model.inputs import Parameters
from simulator.model.silicon import Silicon
from simulator.model.vintages import Total


class OpeningCapital(NamedTuple):
    """What stands at the start, USD bn gross, and its book value."""

    idle_gw: PerCompany
    chips: PerCompany
    idle_chips: PerCompany
    sites: PerCompany
    net_chips: PerCompany
    net_sites: PerCompany

    @classmethod
    def of(cls, p: Parameters, opening_gw: PerCompany, silicon: Silicon) -> "OpeningCapital":
        """The opening fleet at the opening cost of a GW; idle chips come on top, at cost."""
        net = p.path("finance.opening_net")
        idle_gw = p.path("power.opening_idle") * opening_gw
        chips, sites = opening_gw * silicon.chip_cost, opening_gw * silicon.site_cost
        return cls(idle_gw, chips, idle_gw * silicon.chip_cost, sites, net * chips, net * sites)

    @property
    def book(self) -> PerCompany:
        """Book value at the start, idle chips included."""
        return self.net_chips + self.net_sites + self.idle_chips

    @property
    def gross(self) -> PerCompany:
        """Gross capital at the start, idle chips included."""
        return self.chips + self.sites + self.idle_chips


class Capital(NamedTuple):
    """Chips by age, all chips and sites so far, gross capital by quarter, and what was ordered."""

    chips: Total
    chips_bought: PerCompany
    sites: PerCompany
    chip_entries: History
    energised_chips: History
    gross: History
    ordered_gw: History
    ordered_last_year: PerCompany


def opening(start: OpeningCapital, paths: int, quarters: int) -> Capital:
    """No additions yet."""
    companies, dtype = start.chips.shape[0], start.chips.dtype
    empty = jnp.zeros((quarters, companies, paths), dtype)
    zero = jnp.zeros((companies, paths), dtype)
    nothing = vintages.nothing((companies, paths), dtype)
    bought = jnp.broadcast_to(start.chips + start.idle_chips, (companies, paths))
    return Capital(nothing, bought, zero, empty, empty, empty, empty, zero)


def invest(
    capital: Capital,
    start: OpeningCapital,
    fleet: FleetTerms,
    chips: PerCompany,
    sites: PerCompany,
    energised_chips: PerCompany,
    ordered_gw: PerCompany,
    quarter: Quarter,
    year: Float[Array, ""],
) -> Capital:
    """Capital at the end of the quarter."""
    chip_entries = vintages.record(capital.chip_entries, chips, quarter)
    orders = vintages.record(capital.ordered_gw, ordered_gw, quarter)
    delivered = vintages.add(capital.chips, chip_entries, quarter, fleet.life)
    all_sites = capital.sites + sites
    old = (start.chips + start.idle_chips) * survival(fleet, year)
    gross = delivered.in_use + old + start.sites + all_sites
    year_old = jnp.where(
        quarter >= QUARTERS_PER_YEAR, vintages.earlier(orders, quarter, QUARTERS_PER_YEAR), 0.0
    )
    return Capital(
        chips=delivered,
        chips_bought=capital.chips_bought + chips,
        sites=all_sites,
        chip_entries=chip_entries,
        energised_chips=vintages.record(capital.energised_chips, energised_chips, quarter),
        gross=vintages.record(capital.gross, gross, quarter),
        ordered_gw=orders,
        ordered_last_year=capital.ordered_last_year + ordered_gw - year_old,
    )


def gross_a_year_before(capital: Capital, start: OpeningCapital, quarter: Quarter) -> PerCompany:
    """Gross capital in use four quarters before, and that of the start in the first year, USD bn."""
    found = vintages.earlier(capital.gross, quarter, QUARTERS_PER_YEAR)
    return jnp.where(quarter >= QUARTERS_PER_YEAR, found, start.gross)
