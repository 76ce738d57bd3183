"""Studies whose explanation is known, and what it takes to compare with it."""

import math
from functools import cache

import jax.numpy as jnp
import numpy as np

from simulator.analysis.explanation import Explanation, explain
from simulator.analysis.run import Run, simulate
from simulator.study import Study

#: Standard errors that an estimate may lie from the truth.
SIGMAS = 5

STANDARD = {"family": "normal", "mean": 0.0, "sd": 1.0, "spare": True}
#: A Spearman correlation that a Gaussian copula has where its scores correlate by a half.
HALF = 6 / math.pi * math.asin(0.25)
PI = {"family": "uniform", "low": -math.pi, "high": math.pi}

NOTE = {"note": "For a test."}
BASES = {
    "judged": {"basis": "judgement", **NOTE},
    "published": {"basis": "published", "sources": ["book"], **NOTE},
    "reported": {"basis": "reported", "sources": ["book"], **NOTE},
    "silent": {},
}


def ishigami(draws):
    x, y, z = draws["x"], draws["y"], draws["z"]
    return {"f": jnp.sin(x) + 7 * jnp.sin(y) ** 2 + 0.1 * z**4 * jnp.sin(x)}


STUDIES = {
    "ishigami": ({"priors": {"x": PI, "y": PI, "z": PI}}, ishigami),
    # Of independent inputs: 4, 9 and 1 of 14; "inert" enters nowhere.
    "linear": (
        {
            "priors": {
                "a": STANDARD,
                "b": {"family": "normal", "mean": 100.0, "sd": 3.0},
                "c": {"family": "uniform", "low": -math.sqrt(3), "high": math.sqrt(3)},
                "inert": STANDARD,
            }
        },
        lambda d: {"f": 2 * d["a"] - d["b"] + d["c"], "sure": 0 * d["a"] + 0.1},
    ),
    "correlated": (
        {
            "priors": {"left.a": STANDARD, "right.b": STANDARD, "right.c": STANDARD},
            "dependence": {"spearman": [["left.a", "right.b", HALF]]},
        },
        lambda d: {
            "along": d["left.a"] + 2 * d["right.b"] + d["right.c"],
            "against": d["left.a"] - d["right.b"],
        },
    ),
    # 9 of 16 by judgement, 4 published, 1 without a basis, 1 in an interaction of two reported ones, 1 held.
    "bases": (
        {
            "sources": {"book": {"title": "A book", "date": "2025-01-01"}},
            "priors": {
                "one.judged": {**STANDARD, **BASES["judged"]},
                "one.published": {**STANDARD, **BASES["published"]},
                "two.silent": {**STANDARD, **BASES["silent"]},
                "two.reported": {**STANDARD, **BASES["reported"]},
                "two.reported_too": {**STANDARD, **BASES["reported"]},
                "two.held": {"value": 1.0, **BASES["judged"]},
            },
        },
        lambda d: {
            "f": 3 * d["one.judged"]
            + 2 * d["one.published"]
            + d["two.silent"]
            + d["two.reported"] * d["two.reported_too"]
            + d["two.held"]
        },
    ),
    # A coin, with a verdict on its metric.
    "coin": (
        {
            "priors": {"coin": {"family": "bernoulli", "p": 0.3}, "noise": STANDARD},
            "verdict": {"bull": {"f": {"min": 2.0}}, "bear": {"f": {"max": 0.0}}},
        },
        lambda d: {"f": 2 * d["coin"] + d["noise"]},
    ),
}


@cache
def run_of(name: str, paths: int = 2**16, sampler: str = "rqmc", seed: int = 1) -> Run:
    data, model = STUDIES[name]
    return simulate(Study.from_dict(data, model=model), paths=paths, sampler=sampler, seed=seed)


@cache
def explained(name: str, paths: int = 2**16, sampler: str = "rqmc") -> Explanation:
    return explain(run_of(name, paths, sampler))


def agrees(estimate, truth):
    """Whether an estimate is the truth within its error, and the error says something."""
    assert estimate.error < 0.05
    return abs(estimate.value - truth) <= SIGMAS * estimate.error + np.finfo(np.float32).eps


def shares(target):
    return {driver.prior: driver.share for driver in target.drivers}


def groups(target, kind):
    return {group.name: group for group in target.groups[kind]}
