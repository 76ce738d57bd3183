"""A power queue drained with lead times near zero: no negative and no exploding stock in a million paths."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator import Study, simulate
from simulator.buildout.arrays import H
from simulator.buildout.pipeline import OrderBatch, move, opening
from simulator.buildout.power import Lateness

QUARTERS, STAGES = 24, 3


def drained(draws: dict[str, Any]) -> dict[str, Any]:
    """A GW ordered each quarter, all of it late, through the model's queue; and through `stock / lead`."""
    lead = jnp.where(draws["none"] < 0.01, 0.0, draws["lead"])[None]
    ones = jnp.ones_like(lead)
    mix, lateness = ones[None], Lateness(ones, lead)
    order = OrderBatch(ones, ones, ones, ones)

    def quarter(state: Any, _: None) -> tuple[Any, Any]:
        queue, explicit = state
        queue, energised = move(queue, order, mix, lateness, ones)
        explicit = explicit + H * (1 / H - explicit / jnp.maximum(lead, 0.01))
        return (queue, explicit), (queue.waiting.gw, energised.gw, explicit)

    start = opening(OrderBatch(*(0 * ones for _ in range(4))), mix, STAGES, lead.shape[-1]), 0 * ones
    _, (waiting, energised, explicit) = jax.lax.scan(quarter, start, None, QUARTERS)
    return {
        "least": jnp.minimum(waiting.min(axis=(0, 1)), energised.min(axis=(0, 1))),
        "most": waiting.max(axis=(0, 1)),
        "lost": jnp.abs(energised.sum(axis=(0, 1)) + waiting[-1, 0] - QUARTERS),
        "through_at_once": jnp.where(lead[0] == 0, waiting.max(axis=(0, 1)), 0.0),
        "explicit": jnp.abs(explicit).max(axis=(0, 1)),
        "rate": 1 / draws["lead"],
    }


@pytest.fixture(scope="module")
def run() -> Any:
    priors = {
        "lead": {"family": "lognormal", "median": 0.01, "sigma": 3.0},
        "none": {"family": "uniform", "low": 0.0, "high": 1.0},
    }
    return simulate(Study.from_dict({"priors": priors}, model=drained), paths=10**6, seed=7)


def test_no_stock_is_negative_or_explodes(run: Any) -> None:
    assert run.metric("least").min() >= 0
    assert run.metric("most").max() <= QUARTERS
    # A rounding of at most 24 GW in each of 24 quarters and 3 stages.
    assert run.metric("lost").max() <= QUARTERS * STAGES * QUARTERS * 2.0**-24
    assert run.metric("through_at_once").max() == 0
    assert np.median(run.metric("explicit")) > 1e6  # what the implicit rate is for


def test_a_mean_that_a_handful_of_paths_carry_is_flagged(run: Any) -> None:
    estimates = run.summary()["estimates"]
    assert estimates["rate"]["heavy_tail"]
    assert not estimates["most"]["heavy_tail"]
