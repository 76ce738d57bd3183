"""Linear models of normal draws with normal measurements: their posterior is known in closed form."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from simulator import Study


class Known(NamedTuple):
    """A study, measurements of its metrics, and the posterior's mean and covariance."""

    study: Study
    evidence: Mapping[str, tuple[float, float]]
    mean: np.ndarray
    covariance: np.ndarray


def study_of(design: np.ndarray) -> Study:
    """theta ~ N(0, I); metrics y[i] = (design theta)[i]."""

    def model(draws: dict[str, Any]) -> dict[str, Any]:
        theta = draws["theta"]
        return {"y": jnp.asarray(design, theta.dtype) @ theta}

    prior = {"family": "normal", "mean": 0, "sd": 1, "size": design.shape[1]}
    return Study.from_dict({"priors": {"theta": prior}}, model=model)


def known(dimensions: int, sd: float, seed: int = 0) -> Known:
    """As many measurements as dimensions, of random combinations, of one draw of the prior."""
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(dimensions, dimensions)) / np.sqrt(dimensions)
    values = design @ rng.normal(size=dimensions) + sd * rng.normal(size=dimensions)
    covariance = np.linalg.inv(np.eye(dimensions) + design.T @ design / sd**2)
    mean = covariance @ design.T @ values / sd**2
    evidence = {f"y[{i}]": (float(value), sd) for i, value in enumerate(values)}
    return Known(study_of(design), evidence, mean, covariance)
