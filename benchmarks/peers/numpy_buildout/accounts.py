"""The statement of the quarter."""

from types import SimpleNamespace

import numpy as np

from .layout import Array, H


def charge_costs(run: SimpleNamespace, t: int) -> None:
    """Set profit and cash of the quarter, and the books after it."""
    depreciation = _depreciate(run)
    run.energy = _energy(run)
    run.ebitda = run.revenue * (1 - run.x["economics.opex"])
    run.ebitda -= run.energy
    ebit = run.ebitda - depreciation
    ebit -= run.writedown
    if t:
        _add_core(run, ebit, t * H)
    run.nopat = np.multiply(ebit, run.kept_tax, out=ebit)
    run.fcf = run.nopat + depreciation
    run.fcf += run.writedown
    run.fcf -= run.ai
    run.books += run.ai
    run.books -= depreciation
    run.books -= run.writedown
    run.depreciation, run.spread = depreciation, run.spread_after


def _depreciate(run: SimpleNamespace) -> Array:
    run.chip_books.entry()[0] = run.energised[3]
    run.site_books.entry()[0] = run.sites
    depreciation = run.chip_books.add()[0] / run.chip_life
    depreciation += run.site_books.add()[0] / run.site_life
    depreciation += run.old_chips.charge()
    depreciation += run.old_sites.charge()
    return depreciation


def _energy(run: SimpleNamespace) -> Array:
    load = run.x["economics.idle_load"]
    with np.errstate(divide="ignore", invalid="ignore"):
        used = run.revenue / run.capacity
    np.copyto(used, 0, where=run.capacity <= 0)
    used *= 1 - load
    used += load
    used *= run.live
    used *= run.energy_price
    return used


def _add_core(run: SimpleNamespace, ebit: Array, y: float) -> None:
    """Add what AI does to the companies' other business."""
    x, layout = run.x, run.layout
    flow = x["core.flow_through"] / 4
    ebit[layout.erosion] += x["core.search_revenue"] * flow * np.expm1(-x["core.search_erosion"] * y)
    swing = x["core.ads_vol"] * run.ads + (x["core.ads_loading"] * run.delta - run.half_ads * run.spread)
    ebit[layout.volatility] += x["core.ads_revenue"] * flow * np.expm1(swing)
