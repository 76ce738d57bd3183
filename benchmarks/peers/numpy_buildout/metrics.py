"""Metrics, from sums and extremes that are kept quarter by quarter."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from .layout import Array, H
from .opening import by_company
from .valuation import terminal_value

#: Sums over quarters, and the quarters that each takes.
SUMS = {
    "capex": range(4),
    "ai_capex_2y": range(8),
    "ai_capex_6q": range(6),
    "energised": range(8),
    "ordered": range(8),
    "revenue_2": range(4, 8),
    "charges_2": range(4, 8),
    "revenue_3": range(8, 12),
    "ebitda_3": range(8, 12),
    "capacity_3": range(8, 12),
    "nopat_3": range(8, 12),
}


class NonFiniteCounts:
    """Sums and extremes of a run so far, by company and, where they do not follow, of the group."""

    def __init__(self, run: SimpleNamespace) -> None:
        C, n = run.C, run.paths

        def zeros(rows: int) -> Array:
            return np.zeros((rows, n), np.float32)

        self._company = slice(None, C)
        self._sums = {name: zeros(C) for name in SUMS}
        rate = np.log1p(run.x["finance.wacc"])
        self._discount, self._step = np.exp(-rate * (H / 2)), np.exp(-rate * H)
        self._value, self._invested = -run.books, run.books.copy()
        self._nopat_last, self._book_last = zeros(C), zeros(C)
        self._noncircular, self._nopat_0 = {}, zeros(C)
        self._peak_share, self._peak_value = zeros(C + 1), zeros(C + 1)
        self._bought, self._idle = zeros(C + 1), zeros(C + 1)
        self._bought[self._company] = run.chips_0 + run.idle_0
        self._fcf_year, self._trough = zeros(C + 1), np.full((C + 1, n), np.inf, np.float32)
        self._drag_year, self._drag = zeros(C), zeros(C)

    def add(self, run: SimpleNamespace, t: int) -> None:
        """Count one quarter more."""
        self._value += run.fcf * self._discount
        self._invested += run.ai * self._discount
        self._discount = self._discount * self._step
        self._add_flows(run, t)
        self._mark_idle(run)
        if t < run.layout.horizon // 4 * 4:
            self._mark_year(run, t)

    def _add_flows(self, run: SimpleNamespace, t: int) -> None:
        flows = {
            "capex": run.capex,
            "ai_capex_2y": run.ai,
            "ai_capex_6q": run.ai,
            "energised": run.energised[0],
            "ordered": run.inflow[0],
            "revenue_2": run.revenue,
            "revenue_3": run.revenue,
            "ebitda_3": run.ebitda,
            "capacity_3": run.capacity,
            "nopat_3": run.nopat,
        }
        for name, values in flows.items():
            if t in SUMS[name]:
                self._sums[name] += values
        if t in SUMS["charges_2"]:
            self._sums["charges_2"] += run.energy + run.depreciation + run.writedown
        if t >= run.layout.horizon - 4:
            self._nopat_last += run.nopat
        if t >= run.layout.horizon - 8:
            self._book_last += run.books
        if t in (0, 7):
            self._noncircular[t] = run.noncircular
        if t == 0:
            self._nopat_0 = run.nopat

    def _mark_idle(self, run: SimpleNamespace) -> None:
        """Note the most that idle chips were worth, and of all that were bought."""
        self._bought[self._company] += run.inflow[2]
        self._idle[self._company] = run.waiting[2]
        np.add.reduce(self._bought[self._company], axis=0, out=self._bought[run.C])
        np.add.reduce(self._idle[self._company], axis=0, out=self._idle[run.C])
        np.maximum(self._peak_value, self._idle, out=self._peak_value)
        self._idle /= self._bought
        np.maximum(self._peak_share, self._idle, out=self._peak_share)

    def _mark_year(self, run: SimpleNamespace, t: int) -> None:
        """Note the worst year of cash and of write-downs."""
        self._fcf_year[self._company] += run.fcf
        self._drag_year += run.writedown
        if t % 4 == 3:
            np.add.reduce(self._fcf_year[self._company], axis=0, out=self._fcf_year[run.C])
            np.minimum(self._trough, self._fcf_year, out=self._trough)
            np.maximum(self._drag, self._drag_year, out=self._drag)
            self._fcf_year[:], self._drag_year[:] = 0, 0

    def metrics(self, run: SimpleNamespace) -> dict[str, Array]:
        """All metrics by name, after the last quarter."""
        names = (*run.layout.companies, "group")
        found = self._ratios(run) | self._per_share(run)
        return {
            f"{name}.{entity}": values[i]
            for name, values in found.items()
            for i, entity in enumerate(names[: len(values)])
        }

    def _ratios(self, run: SimpleNamespace) -> dict[str, Array]:
        g = {name: _whole(values) for name, values in self._sums.items()}
        value, invested = _whole(self._value + terminal_value(run)), _whole(self._invested)
        outlay = _whole(run.book_0) + g["ai_capex_2y"]
        revenue = by_company(run, "finance.revenue_2025") * (1 + run.x["finance.revenue_growth"])
        return {
            "value_created": value,
            "value_per_dollar": value / invested,
            "roic": _whole(self._nopat_last) / (_whole(self._book_last) / 8),
            "stranded_share": self._peak_share,
            "stranded_value": self._peak_value,
            "fcf_trough": self._trough,
            "payback_years": np.where(g["ebitda_3"] > 0, outlay / g["ebitda_3"], np.float32(np.inf)),
            "noncircular_yield": 4 * _whole(self._noncircular[7] - self._noncircular[0]) / g["ai_capex_6q"],
            "gross_margin": 1 - g["charges_2"] / g["revenue_2"],
            "energised_share": g["energised"] / (g["ordered"] + _whole(run.idle_gw_0)),
            "utilisation": g["revenue_3"] / g["capacity_3"],
            "capex_2026": g["capex"],
            "capex_intensity": g["capex"] / _whole(revenue),
        }

    def _per_share(self, run: SimpleNamespace) -> dict[str, Array]:
        shares = by_company(run, "finance.shares")
        return {
            "eps_drag": self._drag * run.kept_tax / shares,
            "eps_incremental": (self._sums["nopat_3"] - 4 * self._nopat_0) / shares,
        }


def _whole(values: Any) -> Array:
    """Rows of the companies, and the group's: their sum."""
    return np.concatenate([values, values.sum(axis=0, keepdims=True)])
