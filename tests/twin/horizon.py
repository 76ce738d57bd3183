"""Section 10: what a business at mid-cycle is worth at the horizon, run on, run out, or sold."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .accounts import depreciation, full_load, load
from .buildout import pass_stages
from .fleet import fleet_at, opening_survival
from .market import adopted_share, price_at
from .opening import H
from .structure import REGIMES

#: Quarters after the horizon until the last chip is taken to have retired.
HARVEST = 48
#: Midpoints at which the years between the horizon and steady growth are summed.
POINTS = 8


def terminal_value(run: SimpleNamespace) -> np.ndarray:
    """Return the largest of going concern, what is left to harvest, and salvage [USD bn], by company."""
    of, end = run.of, run.structure.horizon - 1
    sold = of("finance.salvage") * run.net_book[end]
    return np.maximum(going_concern(run), np.maximum(of("finance.harvest") * harvest(run), sold))


def normal_markup(run: SimpleNamespace) -> np.ndarray:
    """Return the log markup in the long run of the cycle, at which nothing is scarce."""
    markups = (
        share * run.of(f"economics.markup_{s}") for share, s in zip(stationary(run), REGIMES, strict=True)
    )
    return sum(markups, np.zeros(run.paths))


def demand_after(run: SimpleNamespace, k: np.ndarray | float) -> np.ndarray:
    """Return demand `k` quarters after the last one, by company: shocks fade and adoption goes on."""
    of, end = run.of, run.structure.horizon - 1
    inelastic = 1 - of("adoption.price_elasticity")
    answer = inelastic * (normal_markup(run) - run.log_markup[end]) + inelastic**2 * run.price_spread / 2
    loading, vol, keep = of("dependence.firm_loading"), of("adoption.vol"), of("dependence.persistence")
    state = loading * run.demand_common + np.sqrt(1 - loading**2) * run.demand_own
    spread = 1 - keep ** (2 * end)
    fade = vol * state * (keep**k - 1) - vol**2 * spread * (keep ** (2 * k) - 1) / 2
    grown = adopted_share(run, end * H + k * H) / adopted_share(run, end * H)
    return run.organic[end] * np.exp(answer + fade - run.demand_shift[end]) * grown + run.labs[end]


def going_concern(run: SimpleNamespace) -> np.ndarray:
    """Return what the business is worth if it goes on for ever, by company."""
    of, end = run.of, run.structure.horizon - 1
    life, y, markup = of("finance.economic_life"), end * H, normal_markup(run)
    counted = of("finance.queue_value")
    to_come = counted * (run.energised_gw[end] + run.idle_gw[end])
    compute = run.energised_compute[end] + run.queue["compute"].sum(axis=(1, 2))
    capacity = run.capacity[end] + run.spot[end] * (np.exp(markup - run.markup[end]) - 1)
    price = price_at(run, markup, y)
    capacity = capacity + counted * price * compute

    chips, sites = run.opening_chips * opening_survival(run, y), run.opening_sites
    for k in range(end + 1):
        chips = chips + run.energised_cost[k] * np.clip(4 * life - (end - k), 0, 1)
        sites = sites + run.sites[k]
    chips = chips + counted * run.idle_value[end]
    # What a chip earns falls with the price until it retires; a dollar a quarter takes this much a year.
    fall = of("economics.passthrough") * of("silicon.perf_growth")
    falls = np.where(fall != 0, fall, 1)
    yearly = np.where(fall != 0, falls / (1 - np.exp(-falls * life)), 1 / life)
    to_stay = run.chip_cost[end] / (run.relative[end] * price) * yearly
    by_value = of("finance.economic_replacement")

    idle, now = of("economics.idle_load"), np.minimum(demand_after(run, 0), capacity)
    # A fleet that is all retired, with nothing to come, has nothing to sell and no power to pay for.
    divisor = np.where(capacity > 0, capacity, 1)

    def profit(k: np.ndarray | float) -> np.ndarray:
        """Return the profit a quarter after tax at the demand `k` quarters after the last."""
        revenue = np.minimum(demand_after(run, k), capacity)
        more = (1 - idle) * ((revenue - now) / divisor * run.live_gw[end] + revenue / divisor * to_come)
        energy = run.energy_cost[end] + full_load(run) * (more + idle * to_come)
        replaced = (1 - by_value) * chips / life + by_value * to_stay * revenue
        replaced = replaced + sites / of("finance.building_life")
        earned = 4 * (revenue * (1 - of("economics.opex")) - energy)
        return (earned - replaced) * (1 - of("finance.tax")) / 4

    wacc = of("finance.wacc")
    years = np.maximum(0, of("finance.maturity_years") - run.structure.horizon * H)
    value = profit(4 * years) * quarters_of_profit(run) * (1 + wacc) ** -years
    for i in range(POINTS):
        after = years * (i + 0.5) / POINTS
        value = value + 4 * years / POINTS * profit(4 * after) * (1 + wacc) ** -after
    return value


def quarters_of_profit(run: SimpleNamespace) -> np.ndarray:
    """Return how many quarters' profit a business that grows for ever is worth; NaN where rates are close."""
    of = run.of
    wacc, growth = of("finance.wacc"), of("finance.terminal_growth")
    ronic = np.maximum(of("finance.ronic"), growth + of("finance.ronic_floor"))
    # A geometric series of quarterly cash that comes in mid-quarter; yearly rates as they are quoted.
    grows, earns = (1 + growth) ** H - 1, (1 + ronic) ** H - 1
    first = (1 + grows) * (1 - grows / earns) / (1 + wacc) ** (H / 2)
    quarters = first / (1 - ((1 + growth) / (1 + wacc)) ** H)
    return np.where(wacc - growth < of("finance.least_spread"), np.nan, quarters)


def harvest(run: SimpleNamespace) -> np.ndarray:
    """Return what comes in after the horizon if nothing is bought any more, by company."""
    of, T, policy = run.of, run.structure.horizon, run.structure.policy
    markup, tax, wacc = normal_markup(run), of("finance.tax"), of("finance.wacc")
    loss = 1 - np.exp(-of("finance.obsolescence") * H)
    waiting = {kind: stock.copy() for kind, stock in run.queue.items()}
    later = SimpleNamespace(structure=run.structure, queue=waiting, pass_on=run.pass_on)
    price, books = list(run.price), list(run.energised_book)
    gigawatts, compute = list(run.energised_gw), list(run.energised_compute)
    value = np.zeros_like(run.opening_gw)
    for j in range(HARVEST):
        t = T + j
        price.append(price_at(run, markup, t * H))
        live, spot, locked = fleet_at(run, t, price, gigawatts, compute)
        capacity = spot + locked
        written_down = (waiting["book"] * loss).sum(axis=(1, 2)) if policy == "in_service" else 0.0
        waiting["book"] = waiting["book"] * (1 - loss)
        for kind, history in (("gw", gigawatts), ("compute", compute), ("book", books)):
            history.append(sum(pass_stages(later, kind, r, 0.0) for r in range(len(run.sources))))
        revenue = np.minimum(demand_after(run, j + 1), capacity)
        energy = live * load(run, revenue / np.where(capacity > 0, capacity, 1)) * full_load(run)
        charge = depreciation(run, t, run.chips if policy == "delivery" else books)
        flow = (revenue * (1 - of("economics.opex")) - energy) * (1 - tax) + tax * (charge + written_down)
        value = value + flow * (1 + wacc) ** (-(j + 0.5) * H)
    return value


def stationary(run: SimpleNamespace) -> list[np.ndarray]:
    """Return the long-run shares of boom, plateau and bust of the continuous-time cycle.

    Solved as a linear system per path: flows into and out of each regime balance, shares sum to 1.
    """
    of = run.of
    leave = [1 / of(f"cycle.{s}_years") for s in REGIMES]
    from_boom, from_plateau = of("cycle.boom_to_bust"), of("cycle.plateau_to_bust")
    rates = np.zeros((run.paths, 3, 3))
    rates[:, 0, 1], rates[:, 0, 2] = leave[0] * (1 - from_boom), leave[0] * from_boom
    rates[:, 1, 0], rates[:, 1, 2] = leave[1] * (1 - from_plateau), leave[1] * from_plateau
    rates[:, 2, 1] = leave[2]
    balance = np.swapaxes(rates, 1, 2).copy()
    for s in range(3):
        balance[:, s, s] -= rates[:, s].sum(axis=1)
    balance[:, 2, :] = 1
    target = np.zeros((run.paths, 3, 1))
    target[:, 2] = 1
    return list(np.linalg.solve(balance, target)[:, :, 0].T)
