"""A run in which there are two ways to a loss."""

from functools import cache

import jax.numpy as jnp
from analysis.questions.small_runs import STANDARD

from simulator.analysis.run import Run, simulate
from simulator.study import Study


@cache
def run() -> Run:
    """A loss where demand is low and the plant late, or the coin falls; bear where it is a loss."""
    study = Study.from_dict(
        {
            "priors": {
                "demand": STANDARD,
                "delay": {"family": "lognormal", "mean": 24.0, "sd": 12.0, "unit": "month"},
                "coin": {"family": "bernoulli", "p": 0.08},
                "noise": {**STANDARD, "size": 2},
            },
            "verdict": {"bull": {"value": {"min": 1.0}}, "bear": {"value": {"max": 0.0}}},
        },
        model=lambda d: {
            "value": 1.5
            - jnp.where((d["demand"] < -0.5) & (d["delay"] > 24.0), 2.0, 0.0)
            - 4.0 * d["coin"]
            + 0.2 * jnp.sum(d["noise"], axis=0)
        },
    )
    return simulate(study, paths=16_384, seed=4)
