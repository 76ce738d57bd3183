"""The cycle, the price of compute, and demand."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from .layout import Array, H


def by_regime(run: SimpleNamespace, boom: Any, plateau: Any, bust: Any) -> Array:
    """The one of three numbers that belongs to each path's regime."""
    return np.where(run.boom, boom, np.where(run.bust, bust, plateau))


def move_cycle(run: SimpleNamespace, t: int, u: Array) -> None:
    """Move the regime and break financing."""
    if t == 0:
        return
    boom, bust = run.boom, run.bust
    leaves = u[0] < by_regime(run, *run.leaves)
    to_bust = u[0] < by_regime(run, *run.busts, np.float32(0))
    breaks = (u[1] < by_regime(run, *run.hazards)) & ~run.broken
    run.broken |= breaks
    breaks &= u[2] < run.x["dependence.contagion"]
    # plateau -> boom; boom and bust -> plateau; what leaves for a bust, or breaks, overrides both
    plateau = ~(boom | bust)
    run.boom = ((boom & ~leaves) | (plateau & leaves)) & ~to_bust & ~breaks
    run.bust = (bust & ~leaves) | to_bust | breaks
    run.booms += run.boom


def set_price(run: SimpleNamespace, t: int, z: Array) -> None:
    """Set the markup and the price of a quarter of compute, by company."""
    x = run.x
    if t:
        step = by_regime(run, *run.markups)
        step = step - run.markup
        step *= run.pull
        run.markup += step
        run.markup += run.price_step * z[0]
        run.noise = run.noise * run.noise_kept + run.noise_step
        run.fallen = run.fallen * run.fall
    run.price = run.rent * (np.exp(run.markup - run.noise) * run.fallen)
    years = np.minimum(t * H, x["core.price_gap_years"])
    run.price[run.layout.gap] *= np.exp(-x["core.aws_price_gap"] * years)


def meet_demand(run: SimpleNamespace, t: int) -> None:
    """Set demand, revenue, and what of it the builders do not finance themselves."""
    x, ramp = run.x, run.x["adoption.ramp_years"]
    if t:
        drift = by_regime(run, np.float32(0), x["adoption.drift_plateau"], x["adoption.drift_bust"])
        run.delta = run.delta + H * (drift - x["adoption.recovery"] * run.delta)
        run.bass_gone = run.bass_gone + run.bass_kept * (1 - run.bass_step)
        run.bass_kept = run.bass_kept * run.bass_step
    organic = run.demand_ar[1:] * run.own_loading
    organic += run.loading * run.demand_ar[0]
    organic *= x["adoption.vol"]
    organic += run.delta - run.half_demand * run.spread
    np.exp(organic, out=organic)
    organic *= run.potential_4
    p = x["adoption.bass_p"]
    organic *= p * run.bass_gone + run.bass_top + run.f_0 * (p * run.bass_kept)
    organic /= run.bass_low + run.bass_high * run.bass_kept
    grown = np.exp(x["adoption.financed_growth"] * np.maximum(H * run.booms - ramp, 0))
    labs = run.labs_rise * np.minimum(1, t * H / ramp)
    labs += run.labs_4
    labs *= grown * (1 - x["adoption.break_severity"] * run.broken)
    demand = organic + labs
    run.revenue = np.minimum(demand, run.capacity)
    run.noncircular = run.revenue * organic
    run.noncircular /= demand
    run.organic, run.labs = organic, labs
