"""The value at the horizon, at mid-cycle."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from .layout import Array, H, Inputs


def terminal_value(run: SimpleNamespace) -> Array:
    """Value at the horizon of what stands then, discounted to the start: growing, or sold for its book."""
    x = run.x
    mid = stationary(run.years, x["cycle.boom_to_bust"], x["cycle.plateau_to_bust"])
    mid_markup = sum(w * m for w, m in zip(mid, run.markups, strict=True))
    capacity = run.capacity + run.spot * np.expm1(mid_markup - (run.markup - run.noise))
    revenue = np.minimum(run.organic * np.exp(-run.delta) + run.labs, capacity)
    chips = run.ends + run.chips_0 * run.alive
    replaced = chips / run.chips_life + run.sites_total / run.site_life
    profit = (revenue * (1 - x["economics.opex"]) - run.energy - replaced) * run.kept_tax
    value = np.maximum(profit * quarters_of_profit(x), x["finance.salvage"] * run.books)
    return value * np.exp(-np.log1p(x["finance.wacc"]) * (run.layout.horizon * H))


def quarters_of_profit(x: Inputs) -> Array:
    """Worth of a business that grows for ever, in profits of its last quarter.

    A geometric series of cash in mid-quarter, of which growth takes its share at the return on new capital;
    not a number where the cost of capital is too little above growth.
    """
    wacc, growth = x["finance.wacc"], x["finance.terminal_growth"]
    ronic = np.maximum(x["finance.ronic"], growth + x["finance.ronic_floor"])
    paid_out = 1 - np.expm1(H * np.log1p(growth)) / np.expm1(H * np.log1p(ronic))
    above = np.expm1(H * (np.log1p(wacc) - np.log1p(growth)))
    with np.errstate(divide="ignore", invalid="ignore"):
        quarters = paid_out * np.exp(H / 2 * np.log1p(wacc)) / above
    return np.where(wacc - growth >= x["finance.least_spread"], quarters, np.float32(np.nan))


def stationary(years: list[Any], boom_to_bust: Any, plateau_to_bust: Any) -> list[Any]:
    """Long-run shares of boom, plateau and bust of the continuous-time cycle."""
    out = [1 / v for v in years]
    # flows balance: boom is entered from the plateau only, bust from both, and bust is left for the plateau
    boom = out[1] * (1 - plateau_to_bust) / out[0]
    bust = (boom * out[0] * boom_to_bust + out[1] * plateau_to_bust) / out[2]
    total = boom + 1 + bust
    return [boom / total, 1 / total, bust / total]
