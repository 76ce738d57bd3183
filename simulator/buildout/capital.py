"""Capital in use, against which yield is measured and replacement is charged.

Equations: docs/explanation/model.md, 4.4 and 10.4.
"""

from typing import NamedTuple

import jax.numpy as jnp

from simulator.buildout import vintages
from simulator.buildout.arrays import History, PerCompany, PerPath, Quarter
from simulator.buildout.fleet import FleetTerms
from simulator.buildout.inputs import Parameters
from simulator.buildout.silicon import Silicon
from simulator.buildout.vintages import Total

#: Four quarters, the last first.
type LastYear = tuple[PerCompany, ...]


class OpeningCapital(NamedTuple):
    """What stands at the start, USD bn gross, and its book value.

    Attributes
    ----------
    idle_gw
        Chips that wait for power at the start  [GW]
    chips, sites
        Live at the start, at cost  [USD bn]
    idle_chips
        Waiting at the start, at cost, which is their book value  [USD bn]
    net_chips, net_sites
        Book value of what is live  [USD bn]
    """

    idle_gw: PerCompany
    chips: PerCompany
    idle_chips: PerCompany
    sites: PerCompany
    net_chips: PerCompany
    net_sites: PerCompany

    @classmethod
    def of(cls, p: Parameters, opening_gw: PerCompany, silicon: Silicon) -> "OpeningCapital":
        """The opening fleet at the opening cost of a GW; idle chips come on top, at cost.

        Parameters
        ----------
        p
            Draws of ``finance.opening_net`` and ``power.opening_idle``.
        opening_gw
            The opening fleet  [GW]
        silicon
            Cost of a gigawatt at the start.
        """
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
    """Chips by age, all chips and sites so far, and what was ordered and stood in each of four quarters.

    Attributes
    ----------
    chips
        Delivered since the start and within their economic life, at cost  [USD bn]
    chips_bought
        All chips bought so far, those of the start included  [USD bn]
    sites
        Built since the start  [USD bn]
    chip_entries
        Chips delivered in each quarter  [USD bn]
    in_use_at_end
        Of the chips energised since the start, those in use at the horizon  [USD bn]
    gross
        Capital in use at the end of each of the last four quarters, at cost  [USD bn]
    ordered_gw
        Ordered in each of the last four quarters  [GW]
    """

    chips: Total
    chips_bought: PerCompany
    sites: PerCompany
    chip_entries: History
    in_use_at_end: PerCompany
    gross: LastYear
    ordered_gw: LastYear

    @property
    def ordered_last_year(self) -> PerCompany:
        """GW ordered in the last four quarters."""
        return sum(self.ordered_gw[1:], self.ordered_gw[0])

    @property
    def gross_a_year_before(self) -> PerCompany:
        """Gross capital in use a year before the quarter that comes; in the first year that of the start."""
        return self.gross[-1]


def opening(start: OpeningCapital, paths: int, quarters: int) -> Capital:
    """No additions yet.

    Parameters
    ----------
    start
        What stands at the start.
    paths
        Number of paths.
    quarters
        Length of the horizon.
    """
    companies, dtype = start.chips.shape[0], start.chips.dtype
    empty = jnp.zeros((quarters, companies, paths), dtype)
    zero = jnp.zeros((companies, paths), dtype)
    nothing = vintages.nothing((companies, paths), dtype)
    bought, gross = (jnp.broadcast_to(x, zero.shape) for x in (start.chips + start.idle_chips, start.gross))
    return Capital(nothing, bought, zero, empty, zero, (gross,) * 4, (zero,) * 4)


def invest(
    capital: Capital,
    start: OpeningCapital,
    fleet: FleetTerms,
    surviving: PerPath,
    chips: PerCompany,
    sites: PerCompany,
    energised_chips: PerCompany,
    ordered_gw: PerCompany,
    quarter: Quarter,
    to_come: Quarter,
) -> Capital:
    """Capital at the end of the quarter; ``to_come`` quarters follow it before the horizon.

    Parameters
    ----------
    capital
        At the end of the quarter before.
    start
        What stands at the start.
    fleet
        Economic life.
    surviving
        Part of the opening fleet that is still in use, 0 to 1  [1]
    chips, sites
        Bought this quarter, at cost  [USD bn]
    energised_chips
        Chips energised this quarter, at cost  [USD bn]
    ordered_gw
        Ordered this quarter  [GW]
    quarter
        Index of the quarter, from 0.
    to_come
        Quarters between this one and the horizon.
    """
    chip_entries = vintages.record(capital.chip_entries, chips, quarter)
    delivered = vintages.add(capital.chips, chip_entries, chips, quarter, fleet.life)
    all_sites = capital.sites + sites
    gross = delivered.in_use + (start.chips + start.idle_chips) * surviving + start.sites + all_sites
    return Capital(
        chips=delivered,
        chips_bought=capital.chips_bought + chips,
        sites=all_sites,
        chip_entries=chip_entries,
        in_use_at_end=capital.in_use_at_end + fleet.life.weight(to_come) * energised_chips,
        gross=(gross, *capital.gross[:-1]),
        ordered_gw=(ordered_gw, *capital.ordered_gw[:-1]),
    )
