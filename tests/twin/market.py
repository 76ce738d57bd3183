"""Sections 1, 2 and 7: the cycle, the price of compute, and demand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .debt import hazard_ratio
from .fleet import opening_survival
from .opening import H
from .structure import REGIMES

BOOM, PLATEAU, BUST = range(3)
Number = float | np.ndarray


def move_cycle(run: SimpleNamespace, t: int) -> None:
    """Move the regime and break financing; the break looks at the regime before the move."""
    if t == 0:
        return
    of, before = run.of, run.regime[t - 1]
    u = run.shock["shock.cycle"][t]
    years = np.stack([of(f"cycle.{s}_years") for s in REGIMES])
    to_bust = np.stack([of("cycle.boom_to_bust"), of("cycle.plateau_to_bust"), np.zeros(run.paths)])
    hazard = np.stack([of(f"adoption.break_{s}") for s in REGIMES])
    exit_probability = 1 - np.exp(-H / np.take_along_axis(years, before[None], axis=0)[0])
    bust_probability = exit_probability * np.take_along_axis(to_bust, before[None], axis=0)[0]
    other = np.array([PLATEAU, BOOM, PLATEAU])[before]
    after = np.where(u < bust_probability, BUST, np.where(u < exit_probability, other, before))

    hazard = np.take_along_axis(hazard, before[None], axis=0)[0] * hazard_ratio(run, t)
    break_probability = 1 - np.exp(-H * hazard)
    breaks = ~run.broken[t - 1] & (run.shock["shock.break"][t] < break_probability)
    contagious = breaks & (run.shock["shock.contagion"][t] < of("dependence.contagion"))
    run.regime[t] = np.where(contagious, BUST, after)
    run.broken[t] = run.broken[t - 1] | breaks
    run.boom_quarters = run.boom_quarters + (run.regime[t] == BOOM)


def in_regime(run: SimpleNamespace, t: int, boom: Number, plateau: Number, bust: Number) -> np.ndarray:
    """Return the one of three numbers that belongs to the regime of the quarter."""
    return np.where(run.regime[t] == BOOM, boom, np.where(run.regime[t] == PLATEAU, plateau, bust))


def set_price(run: SimpleNamespace, t: int) -> None:
    """Set the markup and the quarterly price of one unit of compute, by company."""
    of, y = run.of, t * H
    if t > 0:
        target = in_regime(run, t, *(of(f"economics.markup_{s}") for s in REGIMES))
        target = target + of("economics.scarcity_markup") * run.market_scarcity[t - 1]
        pull = 1 - np.exp(-of("economics.markup_speed") * H)
        # The shocks of the log price so far, with their variance: half of it keeps the mean price in place.
        run.price_noise = (1 - pull) * run.price_noise + (
            of("economics.price_vol") * np.sqrt(H) * run.shock["shock.price"][t]
        )
        run.price_spread = (1 - pull) ** 2 * run.price_spread + of("economics.price_vol") ** 2 * H
        run.calm_markup = run.calm_markup + pull * (target - run.calm_markup)
        run.log_markup[t] = run.calm_markup + run.price_noise
        run.markup[t] = run.log_markup[t] - run.price_spread / 2
    run.price[t] = price_at(run, run.markup[t], y)


def price_at(run: SimpleNamespace, markup: np.ndarray, y: float) -> np.ndarray:
    """Return the quarterly price of one unit of compute at a markup on the trend, by company."""
    of = run.of
    fall = of("economics.passthrough") * of("silicon.perf_growth") * y
    price = run.rent / 4 * np.exp(markup - fall)
    for c, company in enumerate(run.structure.companies):
        for exposure in company.exposures:
            if exposure.kind == "price_gap":
                gap_years = np.minimum(y, of(exposure.fields["years"]))
                price[c] *= np.exp(-of(exposure.fields["rate"]) * gap_years)
    return price


def scarcity(demand: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Return by how much demand exceeds capacity, as a logarithm between -1 and 1."""
    return np.clip(np.log(np.maximum(demand, 1e-6) / np.maximum(capacity, 1e-6)), -1, 1)


def meet_demand(run: SimpleNamespace, t: int) -> None:
    """Set demand, revenue and how far revenue falls short of what capital should earn."""
    of, y = run.of, t * H
    keep = of("dependence.persistence")
    fresh = np.sqrt(1 - keep**2)
    if t > 0:
        drift = in_regime(run, t, 0.0, of("adoption.drift_plateau"), of("adoption.drift_bust"))
        before = run.demand_shift[t - 1]
        run.demand_shift[t] = before + H * (drift - of("adoption.recovery") * before)
        run.demand_common = keep * run.demand_common + fresh * run.shock["shock.demand_common"][t]
    ramp = of("adoption.ramp_years")
    boom_years = H * run.boom_quarters
    grown = np.exp(of("adoption.financed_growth") * np.maximum(boom_years - ramp, 0))
    unbroken = 1 - of("adoption.break_severity") * run.broken[t]
    loading = of("dependence.firm_loading")
    for c, name in enumerate(run.companies):
        if t > 0:
            own = run.shock[f"shock.demand.{name}"][t]
            run.demand_own[c] = keep * run.demand_own[c] + fresh * own
        state = loading * run.demand_common + np.sqrt(1 - loading**2) * run.demand_own[c]
        adopted = adopted_share(run, y)[c]
        swing = of("adoption.vol") * state - of("adoption.vol") ** 2 / 2 * spread_so_far(keep, t)
        # What buyers spend when the price is above its trend; half the variance keeps the mean in place.
        inelastic = 1 - of("adoption.price_elasticity")
        answer = inelastic * run.log_markup[t] - inelastic**2 * run.price_spread / 2
        noise = np.exp(swing + run.demand_shift[t] + answer)
        run.organic[t, c] = run.potential[c] * adopted / 4 * noise
        backlog = of(f"adoption.backlog.{name}") * of("adoption.realised") / of("adoption.backlog_years")
        target = np.maximum(run.labs_0[c], backlog)
        ramped = run.labs_0[c] + (target - run.labs_0[c]) * np.minimum(1, y / ramp)
        run.labs[t, c] = ramped / 4 * grown * unbroken
    run.demand[t] = run.organic[t] + run.labs[t]
    run.revenue[t] = np.minimum(run.demand[t], run.capacity[t])
    run.noncircular_revenue[t] = run.revenue[t] * run.organic[t] / run.demand[t]
    run.market_scarcity[t] = scarcity(run.demand[t].sum(axis=0), run.capacity[t].sum(axis=0))

    earned = 4 * run.noncircular_revenue[t] / _gross_capital(run, t - 4)
    run.shortfall[t] = np.clip(1 - earned / of("spend.hurdle"), 0, 1)


def spread_so_far(keep: np.ndarray, shocks: int) -> np.ndarray:
    """Return the variance of a persistent state that started at 0, after so many shocks."""
    spread = np.zeros_like(keep)
    for _ in range(shocks):
        spread = keep**2 * spread + (1 - keep**2)
    return spread


def adopted_share(run: SimpleNamespace, y: float | np.ndarray) -> np.ndarray:
    """Return the adopted share after `y` years, by company: a power of it follows a Bass curve."""
    of = run.of
    start, power = run.organic_0 / run.potential, of("adoption.curve")
    share = np.maximum(start, 1e-3)
    left = -np.expm1(power * np.log(share))
    innovation = of("adoption.bass_p") * power * share ** (power - 1) * (1 - share) / left
    return bass(innovation, of("adoption.bass_q"), start**power, y) ** (1 / power)


def bass(p: np.ndarray, q: np.ndarray, start: np.ndarray, y: float | np.ndarray) -> np.ndarray:
    """Return the adopted share after `y` years of Bass diffusion from `start`; every term is positive."""
    fade, gone = np.exp(-(p + q) * y), -np.expm1(-(p + q) * y)
    speed = p + q * start + q * (1 - start) * fade
    adopted = (p * gone + start * (q + p * fade)) / np.where(speed > 0, speed, 1)
    return np.where(speed > 0, adopted, start)


def _gross_capital(run: SimpleNamespace, j: int) -> np.ndarray:
    """Return the gross capital in use at the end of quarter `j`; before the start, the opening value."""
    if j < 0:
        return run.opening_chips + run.opening_sites + run.opening_idle
    life = run.of("finance.economic_life")
    gross = (run.opening_chips + run.opening_idle) * opening_survival(run, j * H) + run.opening_sites
    for k in range(j + 1):
        gross = gross + run.chips[k] * np.clip(4 * life - (j - k), 0, 1) + run.sites[k]
    return gross
