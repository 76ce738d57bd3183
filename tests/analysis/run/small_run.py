"""A small study with a model of its own, that tests run in many ways."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from simulator.analysis.run import Run
from simulator.sampling import BATCH
from simulator.study import Study

PRIORS: dict[str, Any] = {
    "load": {"family": "normal", "mean": 2.0, "sd": 1.0},
    "strength": {"family": "lognormal", "median": 4.0, "sigma": 0.25, "unit": "USD bn"},
    "shares": {"family": "dirichlet", "alpha": [2.0, 3.0, 5.0]},
    "wait": {"family": "gamma", "shape": 2.0, "scale": 0.5},
    "rate": {"family": "fixed", "value": 0.5},
}
BATCHES = 4
PATHS = BATCHES * BATCH


def margin(draws: dict[str, Any]) -> dict[str, Any]:
    margin = draws["strength"] - draws["load"] * jnp.exp(-draws["rate"] * draws["wait"])
    return {"margin": margin, "first_share": draws["shares"][0], "fails": margin < 0}


def study(model: Callable[..., Any] | None = margin, **more: Any) -> Study:
    dependence = {"spearman": [["load", "strength", 0.5]]}
    spare = {name: prior | {"spare": True} for name, prior in (PRIORS | more).items()}
    return Study.from_dict({"priors": spare, "dependence": dependence}, model=model)


def content(run: Run) -> dict[str, bytes]:
    return {name: run.metric(name).tobytes() for name in run.names}


def stop_after(batches: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        assert total == PATHS
        if done == batches * BATCH:
            raise KeyboardInterrupt

    return progress
