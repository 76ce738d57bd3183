"""The fleet in use: what it can earn, and the capital in it."""

from types import SimpleNamespace

import numpy as np

from .layout import H


def use_fleet(run: SimpleNamespace, t: int) -> None:
    """Set live power and capacity at its prices, and let in what was energised."""
    x, y = run.x, t * H
    young = np.maximum(0, 1 - np.exp(-x["finance.past_growth"] * np.maximum(0, run.life - y)))
    run.alive = young * run.alive_scale
    contract = x["economics.contract_share"]
    old = run.gw_0 * run.alive
    old_lock = contract * np.clip(1 - y / x["economics.contract_years"], 0, 1)
    live, made = run.fleet.total
    run.live = live + old
    spot = made + old
    spot -= contract * run.lock.total[0]
    spot -= old * old_lock
    spot *= run.price
    run.capacity = run.lock.total[1] * contract
    run.capacity += old * (old_lock * run.price_0)
    run.capacity += spot
    run.spot = spot
    run.fleet.entry()[:] = run.energised[:2]
    run.fleet.add()
    entry = run.lock.entry()
    entry[0] = run.energised[1]
    np.multiply(run.energised[1], run.price, out=entry[1])
    run.lock.add()


def count_capital(run: SimpleNamespace, t: int) -> None:
    """Count what is in use at cost, now and at the horizon, and the shortfall of its yield."""
    run.gross.entry()[0] = run.inflow[2]
    old = (run.chips_0 + run.idle_0) * run.alive
    run.grosses.append(run.gross.add()[0] + old + run.sites_total + run.sites)
    run.sites_total += run.sites
    before = run.grosses[t - 4] if t >= 4 else run.chips_0 + run.sites_0 + run.idle_0
    run.short = run.noncircular * (-4 / run.x["spend.hurdle"])
    run.short /= before
    run.short += 1
    np.clip(run.short, 0, 1, out=run.short)
    run.ends += run.energised[2] * np.clip(run.chips_life - (run.layout.horizon - 1 - t), 0, 1)
