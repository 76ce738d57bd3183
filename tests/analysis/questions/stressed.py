"""A linear Gaussian study whose stress is known in closed form."""

from functools import cache

import jax.numpy as jnp
import numpy as np

from simulator.analysis.run import Run, simulate
from simulator.study import Study

#: Standard errors that an estimate may lie from the truth.
SIGMAS = 5

STANDARD = {"family": "normal", "mean": 0.0, "sd": 1.0, "spare": True}


def model(draws):
    y = 3.0 * draws["x"] + 4.0 * jnp.log(draws["wide"])
    return {"y": y, "x": draws["x"], "gap": jnp.where(draws["x"] > 0, jnp.inf, draws["x"]), "none": 0.0 * y}


class Named:
    """The model, for kernels that are looked up by its structure."""

    structure = "linear"
    may_be_infinite = ("gap",)

    def __call__(self, draws):
        return model(draws)


@cache
def run_of(paths: int = 2**15, seed: int = 1) -> Run:
    """Return a run: y has mean 0 and standard deviation 5, x is a standard normal, inert enters nowhere."""
    priors = {
        "x": STANDARD,
        "wide": {"family": "lognormal", "median": 1.0, "sigma": 1.0},
        "inert": {"family": "uniform", "low": -1.0, "high": 1.0, "spare": True},
    }
    rules = {"bull": {"y": {"min": 10.0}}, "bear": {"y": {"max": -5.0}}}
    return simulate(
        Study.from_dict({"priors": priors, "verdict": rules}, model=Named()), paths=paths, seed=seed
    )


def agrees(number, truth: float, least: float = 0.0) -> bool:
    """Whether an estimate is the truth within its error, or within rounding."""
    return abs(number.value - truth) <= SIGMAS * number.error + least + 1e-6 * abs(truth)


def belief(found, name: str):
    return next(one for one in found.beliefs if one.name == name)


def change(found, name: str):
    return next(one for one in found.changes if str(one.statistic) == name)


def normals(*shape: int, seed: int = 0):
    return np.random.default_rng(seed).standard_normal(shape)
