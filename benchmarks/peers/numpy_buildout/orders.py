"""What is spent, and what it buys."""

from types import SimpleNamespace

import numpy as np

from .layout import Array, H
from .market import by_regime


def spend(run: SimpleNamespace, t: int, z: Array) -> None:
    """Set capex of the quarter."""
    if t >= 4:
        _grow(run, t, z)
    total = np.exp(run.spend_level)
    total *= run.year_one
    total *= run.profile[min(t, 3)]
    if t >= 4:
        excess = run.recent.sum(axis=0)
        np.divide(run.waiting[0], excess, out=excess)
        excess -= run.x["spend.deferral_threshold"]
        np.clip(excess, 0, 1, out=excess)
        excess *= -run.x["spend.deferral"]
        excess += 1
        total *= excess
    run.capex, run.ai = total, total * run.ai_share


def _grow(run: SimpleNamespace, t: int, z: Array) -> None:
    boom, plateau, bust = run.growth
    if t > 4:
        run.fresh = run.fresh * run.fade
    trend = by_regime(run, boom * run.fresh + plateau * (1 - run.fresh), plateau, bust)
    np.multiply(run.short, -run.x["spend.discipline"], out=run.short)
    run.short += trend
    run.short *= np.float32(H)
    run.spend_level += run.short
    shock = z[2 : 2 + run.C] * run.own_loading
    shock += run.loading * z[1]
    shock *= run.spend_vol
    run.spend_level += shock


def order(run: SimpleNamespace, t: int) -> None:
    """Set the four cargoes that the quarter's capex buys, and the sites."""
    if t:
        run.level = run.level * run.inflation_step
        run.perf = run.perf * run.perf_step
        run.merchant = run.merchant * run.shift_step
    chips_gw = run.level * run.x["silicon.compute_share"]
    chip_cost = 1 - run.merchant
    chip_cost *= -run.x["silicon.custom_discount"]
    chip_cost += 1
    chip_cost *= chips_gw
    site_cost = run.level - chips_gw
    relative = 1 - run.merchant
    relative *= run.custom
    relative += run.merchant
    relative *= run.work_0
    relative *= run.perf
    gw, compute, chips, book = run.inflow
    np.divide(run.ai, chip_cost + site_cost, out=gw)
    np.multiply(gw, relative, out=compute)
    np.multiply(gw, chip_cost, out=chips)
    book[:] = chips
    run.sites = gw * site_cost
    run.recent[t % 4] = gw
