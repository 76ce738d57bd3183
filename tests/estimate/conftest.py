"""Samples with known truth, drawn by SciPy: independent of the package's own sampling."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import norm, qmc

REPLICATES = 32


def _scores(seed: int, sampler: str, paths: int = 256, dimensions: int = 3) -> np.ndarray:
    """Return standard normal scores ``[replicate, path, dimension]``, of scrambled Sobol points or not."""
    if sampler == "mc":
        return np.random.default_rng(seed).standard_normal((REPLICATES, paths, dimensions))
    nets = [
        qmc.Sobol(dimensions, rng=np.random.default_rng([seed, replicate])).random(paths)
        for replicate in range(REPLICATES)
    ]
    # SciPy's points are multiples of 2^-30 and may be 0; half a step away no normal score is infinite.
    return norm.ppf(np.stack(nets) + 2.0**-31)


@pytest.fixture
def scores() -> Callable[..., np.ndarray]:
    return _scores


@pytest.fixture(params=["rqmc", "mc"])
def sampler(request: pytest.FixtureRequest) -> str:
    return request.param
