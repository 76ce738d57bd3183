"""Metrics of value, scorecard and verdict from the histories of a run of the twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace

import numpy as np

from .horizon import terminal_value
from .opening import H

BULL, BASE, BEAR = 1, 0, -1

#: What a scorecard item must reach, and the rules of the verdict.
SCORECARD = {"noncircular_yield": 0.20, "gross_margin": 0.35, "energised_share": 0.80}
BULL_RULE = {"value_per_dollar": 0.05, "passes": 2}
BEAR_RULE = {"value_per_dollar": -0.05, "passes": 1}

Arrays = dict[str, np.ndarray]


def metrics_of(run: SimpleNamespace) -> Arrays:
    """Return all metrics, ``name.company`` and ``name.group``, as arrays ``[paths]``."""
    metrics: Arrays = {}
    for c, name in enumerate(run.companies):

        def one(history: np.ndarray, c: int = c) -> np.ndarray:
            return history[..., c, :]

        of_company = _metrics(run, one)
        of_company.update(_per_share(run, c))
        metrics.update({f"{metric}.{name}": value for metric, value in of_company.items()})
    whole = _metrics(run, lambda history: history.sum(axis=-2))
    metrics.update({f"{metric}.group": value for metric, value in whole.items()})
    return metrics


def third_year(horizon: int) -> range:
    """Return the quarters of the third year, or the last four of a shorter horizon."""
    return range(8, 12) if horizon >= 12 else range(horizon - 4, horizon)


def complete_years(horizon: int) -> list[range]:
    """Return the complete years of the horizon; a trailing part of a year is no year."""
    return [range(start, start + 4) for start in range(0, horizon - 3, 4)]


def _sum(history: np.ndarray, quarters: range) -> np.ndarray:
    total = np.zeros_like(history[0])
    for t in quarters:
        total = total + history[t]
    return total


def _metrics(run: SimpleNamespace, take: Callable[[np.ndarray], np.ndarray]) -> Arrays:
    """Return the metrics of one company or of the group: `take` picks or sums companies."""
    of, T = run.of, run.structure.horizon
    wacc = of("finance.wacc")
    year_3, last = third_year(T), range(T - 4, T)

    def total(history: np.ndarray, quarters: range) -> np.ndarray:
        return _sum(take(history), quarters)

    book_0 = take(run.opening_book)
    value, invested = take(_value(run)), book_0
    for t in range(T):
        invested = invested + take(run.ai_capex)[t] * (1 + wacc) ** (-(t + 0.5) * H)
    mean_book = total(run.net_book, range(T - 8, T)) / 8

    idle, bought = take(run.idle_value), take(run.opening_chips) + take(run.opening_idle)
    stranded_share, stranded_value = np.zeros(run.paths), np.zeros(run.paths)
    for t in range(T):
        bought = bought + take(run.chips)[t]
        stranded_share = np.maximum(stranded_share, idle[t] / bought)
        stranded_value = np.maximum(stranded_value, idle[t])

    ebitda = total(run.revenue, year_3) - total(run.energy_cost, year_3) - total(run.opex, year_3)
    two_years, second = range(8), range(4, 8)
    noncircular = take(run.noncircular_revenue)
    charges = total(run.energy_cost, second) + total(run.depreciation, second) + total(run.writedown, second)
    ordered = total(run.ordered_gw, two_years) + take(run.opening_idle_gw)
    revenue_2026 = run.by_company("finance.revenue_2025") * (1 + of("finance.revenue_growth"))
    capex_2026 = total(run.capex, range(4))
    saved = np.zeros(run.paths)
    for t in range(T):
        saved = saved + take(run.silicon_saved)[t] * (1 + wacc) ** (-(t + 0.5) * H)
    return {
        "value_created": value,
        "value_per_dollar": value / invested,
        "roic": total(run.nopat, last) / mean_book,
        "stranded_share": stranded_share,
        "stranded_value": stranded_value,
        "fcf_trough": np.min([total(run.fcf, year) for year in complete_years(T)], axis=0),
        "payback_years": (book_0 + total(run.ai_capex, two_years)) / ebitda,
        "noncircular_yield": 4 * (noncircular[7] - noncircular[0]) / total(run.ai_capex, range(6)),
        "gross_margin": 1 - charges / total(run.revenue, second),
        "energised_share": total(run.energised_gw, two_years) / ordered,
        "utilisation": total(run.revenue, year_3) / total(run.capacity, year_3),
        "capex_2026": capex_2026,
        "capex_intensity": capex_2026 / take(revenue_2026),
        "custom_silicon_value": saved,
    }


def _per_share(run: SimpleNamespace, c: int) -> Arrays:
    """Return the metrics per share of one company [USD]."""
    of, T, name = run.of, run.structure.horizon, run.companies[c]
    shares = of(f"finance.shares.{name}")
    if run.structure.policy == "delivery":
        drag = run.idle_value[:, c] / (4 * of(f"finance.server_life.{name}"))
    else:
        drag = run.writedown[:, c]
    worst = np.max([_sum(drag, year) for year in complete_years(T)], axis=0)
    increment = _sum(run.nopat[:, c], third_year(T)) - 4 * run.nopat[0, c]
    return {
        "eps_drag": worst * (1 - of("finance.tax")) / shares,
        "eps_incremental": increment / shares,
    }


def _value(run: SimpleNamespace) -> np.ndarray:
    """Return the net present value [USD bn], by company."""
    of, T = run.of, run.structure.horizon
    wacc = of("finance.wacc")
    value = terminal_value(run) * (1 + wacc) ** (-T * H) - run.opening_book
    for t in range(T):
        value = value + run.fcf[t] * (1 + wacc) ** (-(t + 0.5) * H)
    return value


def passes_of(metrics: Mapping[str, np.ndarray], owner: str, scorecard: Mapping[str, float]) -> np.ndarray:
    """Return how many items of the scorecard a company or the group passes."""
    return np.sum([metrics[f"{item}.{owner}"] >= least for item, least in scorecard.items()], axis=0)


def verdict_of(
    metrics: Mapping[str, np.ndarray],
    owner: str,
    scorecard: Mapping[str, float] = SCORECARD,
    bull: Mapping[str, float] = BULL_RULE,
    bear: Mapping[str, float] = BEAR_RULE,
) -> np.ndarray:
    """Return 1 for bull, -1 for bear, 0 for all else; bull is asked first."""
    value, passes = metrics[f"value_per_dollar.{owner}"], passes_of(metrics, owner, scorecard)
    is_bull = (value >= bull["value_per_dollar"]) & (passes >= bull["passes"])
    is_bear = (value <= bear["value_per_dollar"]) & (passes <= bear["passes"])
    return np.where(is_bull, BULL, np.where(is_bear, BEAR, BASE))
