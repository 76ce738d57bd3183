"""Section 6: the vintages in service, what they can earn, and how they retire."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from .opening import H

#: One array ``[company, path]`` a quarter.
type History = np.ndarray | Sequence[np.ndarray]


def opening_survival(run: SimpleNamespace, y: float) -> np.ndarray:
    """Return the share of the opening fleet still younger than its economic life."""
    growth, life = run.of("finance.past_growth"), run.of("finance.economic_life")
    young = np.maximum(0, 1 - np.exp(-growth * np.maximum(0, life - y)))
    return young / (1 - np.exp(-growth * life))


def sum_fleet(run: SimpleNamespace, t: int) -> None:
    """Sum the fleet's vintages into live power and capacity at its prices."""
    live, spot, locked = fleet_at(run, t, run.price, run.energised_gw, run.energised_compute)
    run.live_gw[t], run.spot[t], run.capacity[t] = live, spot, spot + locked


def fleet_at(
    run: SimpleNamespace, t: int, price: History, energised_gw: History, energised_compute: History
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return live power [GW] and what it can sell at today's price and under contract [USD bn a quarter]."""
    of, y = run.of, t * H
    share, term, life = (
        of("economics.contract_share"),
        of("economics.contract_years"),
        of("finance.economic_life"),
    )
    alive = run.opening_gw * opening_survival(run, y)
    lock = share * np.clip(1 - y / term, 0, 1)
    live = alive.copy()
    spot = alive * (1 - lock) * price[t]
    locked = alive * lock * price[0]
    for k in range(t):
        age = t - 1 - k
        survives = np.clip(4 * life - age, 0, 1)
        lock = share * np.clip(4 * term - age, 0, 1)
        live = live + energised_gw[k] * survives
        spot = spot + energised_compute[k] * survives * (1 - lock) * price[t]
        locked = locked + energised_compute[k] * survives * lock * price[k]
    return live, spot, locked
