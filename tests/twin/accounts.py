"""Section 8: costs, depreciation, the core business, and cash."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .fleet import History
from .market import spread_so_far
from .opening import H

#: Hours in a year of 365.25 days.
HOURS = 8766.0


def _written_off(life: np.ndarray, age: int) -> np.ndarray:
    """Return the share of a cost that a straight line of `life` years writes off in quarter `age`."""
    return np.clip(4 * life - age, 0, 1) / (4 * life)


def opening_book_left(life: np.ndarray, growth: np.ndarray, y: float) -> np.ndarray:
    """Return the share of the opening book that is not written off after `y` years.

    Purchases grew at a rate `growth` to the start, so of those that are `a` years old there is
    exp(-growth a), each with a book of life - a - y and none below zero.
    """

    def book(years: np.ndarray) -> np.ndarray:
        return years / growth - (1 - np.exp(-growth * years)) / growth**2

    return book(np.maximum(0, life - y)) / book(life)


def charge_costs(run: SimpleNamespace, t: int) -> None:
    """Charge energy, operations and depreciation, and add the effect on the core business."""
    of, y, policy = run.of, t * H, run.structure.policy
    # A fleet that is all retired has no revenue and no power to pay for.
    used = run.revenue[t] / np.where(run.capacity[t] > 0, run.capacity[t], 1)
    run.energy_cost[t] = run.live_gw[t] * load(run, used) * full_load(run)
    run.opex[t] = of("economics.opex") * run.revenue[t]

    run.depreciation[t] = depreciation(run, t, run.chips if policy == "delivery" else run.energised_book)
    run.core[t] = _core(run, t, y)

    run.ebit[t] = (
        run.revenue[t]
        - run.energy_cost[t]
        - run.opex[t]
        - run.depreciation[t]
        - run.writedown[t]
        + run.core[t]
    )
    run.nopat[t] = run.ebit[t] * (1 - of("finance.tax"))
    run.fcf[t] = run.nopat[t] + run.depreciation[t] + run.writedown[t] - run.ai_capex[t]
    before = run.opening_book if t == 0 else run.net_book[t - 1]
    run.net_book[t] = before + run.ai_capex[t] - run.depreciation[t] - run.writedown[t]


def depreciation(run: SimpleNamespace, t: int, chips: History) -> np.ndarray:
    """Return the depreciation of quarter `t`; `chips` are books by the quarter in which it starts."""
    of = run.of
    chip_life, site_life = run.by_company("finance.server_life"), of("finance.building_life")
    net = of("finance.opening_net")
    growth = of("finance.opening_growth")
    old_chips = opening_book_left(of("finance.opening_chip_life") * chip_life, growth, t * H)
    old_chips -= opening_book_left(of("finance.opening_chip_life") * chip_life, growth, (t + 1) * H)
    old_sites = opening_book_left(of("finance.opening_site_life") * site_life, growth, t * H)
    old_sites -= opening_book_left(of("finance.opening_site_life") * site_life, growth, (t + 1) * H)
    charge = net * (run.opening_chips * old_chips + run.opening_sites * old_sites)
    if run.structure.policy == "delivery":
        charge = charge + run.opening_idle * _written_off(chip_life, t)
    for k in range(min(t + 1, len(chips))):
        charge = charge + chips[k] * _written_off(chip_life, t - k)
    for k in range(min(t + 1, len(run.sites))):
        charge = charge + run.sites[k] * _written_off(site_life, t - k)
    return charge


def full_load(run: SimpleNamespace) -> np.ndarray:
    """Return what a GW at full load costs in energy [USD bn a quarter]."""
    return run.of("economics.pue") * HOURS / 4 * run.of("economics.power_price") * 1e-6


def load(run: SimpleNamespace, used: np.ndarray) -> np.ndarray:
    """Return the load of a live GW of which the share `used` is sold, as a share of full load."""
    idle = run.of("economics.idle_load")
    return idle + (1 - idle) * used


def _core(run: SimpleNamespace, t: int, y: float) -> np.ndarray:
    """Return what AI does to the profit of the other business, before tax [USD bn a quarter]."""
    of = run.of
    if t > 0:
        keep = of("dependence.persistence")
        run.ads = keep * run.ads + np.sqrt(1 - keep**2) * run.shock["shock.ads"][t]
    core = np.zeros_like(run.opening_gw)
    flow = of("core.flow_through")
    for c, company in enumerate(run.structure.companies):
        for exposure in company.exposures:
            field = exposure.fields
            if exposure.kind == "revenue_erosion":
                core[c] -= of(field["revenue"]) / 4 * (1 - np.exp(-of(field["rate"]) * y)) * flow
            if exposure.kind == "revenue_volatility":
                vol = of(field["vol"])
                swing = vol * run.ads - vol**2 / 2 * spread_so_far(of("dependence.persistence"), t)
                swing = swing + of(field["loading"]) * run.demand_shift[t]
                core[c] += of(field["revenue"]) / 4 * (np.exp(swing) - 1) * flow
    return core
