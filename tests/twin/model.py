"""The build-out model in NumPy float64, written from its equations for checking the kernel.

Slow and plain on purpose: one pass over the quarters, every vintage sum a loop over vintages,
every quantity an array ``[quarter, company, path]`` kept whole. Section numbers are those of the
model's written equations. Money in USD bn, flows per quarter unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from .accounts import charge_costs
from .buildout import move_queue, price_silicon, spend
from .debt import SERIES as OF_DEBT
from .debt import borrow, borrowers, metrics_of_debt, open_debt
from .fleet import sum_fleet
from .market import meet_demand, move_cycle, set_price
from .metrics import metrics_of
from .opening import Arrays, Inputs, open_books
from .structure import Structure


def simulate(inputs: Inputs, shocks: Mapping[str, np.ndarray], structure: Structure) -> tuple[Arrays, Arrays]:
    """Return the metrics ``[paths]`` and the series ``[T, C, paths]`` or ``[T, paths]`` of all paths.

    Parameters
    ----------
    inputs
        Numbers or arrays ``[paths]`` by the name of their prior, in the prior's unit.
    shocks
        Arrays ``[T, paths]``: uniforms ``shock.cycle``, ``shock.break``, ``shock.contagion`` and
        standard normals, all others.
    structure
        Companies, power sources, horizon, depreciation policy, stages of the queue.
    """
    run = histories(inputs, shocks, structure)
    return metrics_of(run) | metrics_of_debt(run), _series_of(run)


def histories(inputs: Inputs, shocks: Mapping[str, np.ndarray], structure: Structure) -> SimpleNamespace:
    """Return everything that the model knows by quarter, by attribute: the series and what leads to them."""
    run = open_books(inputs, shocks, structure)
    open_debt(run)
    for t in range(structure.horizon):
        move_cycle(run, t)
        set_price(run, t)
        price_silicon(run, t)
        sum_fleet(run, t)
        spend(run, t)
        move_queue(run, t)
        meet_demand(run, t)
        charge_costs(run, t)
        borrow(run, t)
    return run


def _series_of(run: SimpleNamespace) -> Arrays:
    names = (
        "capex ai_capex merchant_capex silicon_saved ordered_gw energised_gw idle_gw live_gw idle_value "
        "demand capacity revenue noncircular_revenue energy_cost opex depreciation writedown core ebit nopat "
        "fcf"
    )
    series = {name: getattr(run, name) for name in names.split()}
    series["regime"], series["financing_broken"] = run.regime, run.broken
    series["late_share"], series["mean_wait"] = run.late_share, run.mean_wait
    if borrowers(run):
        series |= {name: getattr(run, name) for name in OF_DEBT}
    return series
