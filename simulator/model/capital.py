"""Capital in use, against which yield is measured and replacement is charged (MODEL.md, sections 3 and 9)."""

from typing import NamedTuple

import jax
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
    delivered = vintages.add(capital.chips, chips, capital.chip_entries, quarter, fleet.life)
    all_sites = capital.sites + sites
    old = (start.chips + start.idle_chips) * survival(fleet, year)
    gross = delivered.in_use + old + start.sites + all_sites
    forgotten = earlier(capital.ordered_gw, quarter, QUARTERS_PER_YEAR, jnp.zeros_like(ordered_gw))
    return Capital(
        chips=delivered,
        chips_bought=capital.chips_bought + chips,
        sites=all_sites,
        chip_entries=capital.chip_entries.at[quarter].set(chips),
        energised_chips=capital.energised_chips.at[quarter].set(energised_chips),
        gross=capital.gross.at[quarter].set(gross),
        ordered_gw=capital.ordered_gw.at[quarter].set(ordered_gw),
        ordered_last_year=capital.ordered_last_year + ordered_gw - forgotten,
    )


def earlier(history: History, quarter: Quarter, lag: int, before: PerCompany) -> PerCompany:
    """The entry ``lag`` quarters before, and ``before`` where that is before the start."""
    index = quarter - lag
    found = jax.lax.dynamic_index_in_dim(history, jnp.maximum(index, 0), keepdims=False)
    return jnp.where(index >= 0, found, before)
