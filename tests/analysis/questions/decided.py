"""Decisions whose value of information is known in closed form."""

import math
from functools import cache

import jax.numpy as jnp
from scipy.stats import norm

from simulator.analysis.run import Run, simulate
from simulator.study import Study

STANDARD = {"family": "normal", "mean": 0.0, "sd": 1.0}
STOP = {"title": "Stop", "set": {"go": 0.0}}
GO = {"title": "Go on"}
DECISION = {"title": "Build or not", "payoff": "net", "action": {"go_on": GO, "stop": STOP}}


def linear(draws):
    """Net benefit 1 + 2 X + Y of going on, and none of stopping."""
    return {"net": draws["go"] * (1 + 2 * draws["demand.x"] + draws["supply.y"])}


def curved(draws):
    """Neither additive nor Gaussian: the product of a lognormal and a normal, less a cost."""
    return {"net": draws["go"] * (jnp.exp(draws["demand.x"] / 2) * (1 + draws["supply.y"]) - 1)}


def half(draws):
    """A chance of yes, less a half."""
    return {"net": draws["go"] * (draws["demand.x"] - 0.5) + 0 * draws["supply.y"]}


def logarithm(draws):
    """As `linear`, of a belief whose logarithm is normal."""
    return {"net": draws["go"] * (1 + 2 * jnp.log(draws["demand.x"]) + draws["supply.y"])}


def tossed(draws):
    """As good to go on as to stop, by all that can be known."""
    return {"net": draws["go"] * draws["supply.y"] + 0 * draws["demand.x"]}


def product(draws):
    """The sign of a product of three beliefs, of which no two tell anything, and noise that is known too."""
    sign = jnp.sign(draws["demand.x"] * draws["demand.y"] * draws["demand.z"])
    return {"net": draws["go"] * (2 * sign + draws["supply.y"])}


def wave(draws):
    """A wave of one belief that no cubic spline of few knots follows."""
    return {"net": draws["go"] * (2 * jnp.sin(6 * draws["demand.x"]) + draws["supply.y"])}


MODELS = {
    "product": product,
    "wave": wave,
    "tossed": tossed,
    "linear": linear,
    "curved": curved,
    "half": half,
    "logarithm": logarithm,
}


def study(model: str = "linear", decision=DECISION, **priors) -> Study:
    return Study.from_dict(
        {
            "priors": {
                "demand.x": STANDARD,
                "supply.y": STANDARD,
                "inert": {**STANDARD, "spare": True},
                "go": {"value": 1.0},
                **priors,
            },
            "decision": {"build": decision},
        },
        model=MODELS[model],
    )


@cache
def run_of(model: str = "linear", paths: int = 2**16, seed: int = 1, sampler: str = "rqmc") -> Run:
    return simulate(study(model), paths=paths, seed=seed, sampler=sampler)


def gain(sd: float, mean: float = 1.0) -> float:
    """Value of knowing the expected net benefit, normal about its mean: the unit normal loss integral.

    E max(m, 0) - max(mean, 0) for m of this mean and sd, which is E max(-m, 0) of a mean above 0 (Raiffa,
    Schlaifer 1961, Applied Statistical Decision Theory, 5.3).
    """
    z = abs(mean) / sd
    return float(sd * (norm.pdf(z) - z * norm.sf(z)))


#: Of the linear problem: the sd of what is known of its net benefit.
EVERYTHING, X, Y = gain(math.sqrt(5)), gain(2.0), gain(1.0)
