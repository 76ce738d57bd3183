"""Simulation-based calibration: over repeated draws of the truth, its rank among the posterior's is uniform.

Talts et al. (2018). The model is not linear, so that nothing here is known in closed form.
"""

import numpy as np
import pytest
from scipy.stats import chisquare

from simulator import Study, engine
from simulator.analysis.learning.adaptation import informed
from simulator.analysis.learning.matching import measured
from simulator.analysis.learning.moves import Moves
from simulator.analysis.learning.problem import InferenceProblem, pose
from simulator.analysis.learning.reweighting import prior_sample, resample, weigh
from simulator.analysis.learning.tempering import Batch, begin

REPLICATIONS = 400
#: Draws among which a truth is ranked: 64 ranks, in 16 bins.
DRAWS, BINS = 63, 16
ERROR = 0.4
#: What uniform ranks fall below once in a thousand tests; there are four, with seeds that are fixed.
LEAST = 1e-3


def bent(theta):
    """What is measured of two numbers: neither is seen alone, and one curve bends."""
    return theta[0] + 0.5 * theta[1] * theta[1], theta[1] - 0.3 * theta[0]


def problem() -> InferenceProblem:
    study = Study.from_dict(
        {"priors": {"theta": {"family": "normal", "mean": 0, "sd": 1, "size": 2}}},
        model=lambda d: dict(zip(("a", "b"), bent(d["theta"]), strict=True)),
    )
    assert study.model is not None
    return pose(
        study, study.model, measured({"a": (0.0, ERROR), "b": (0.0, ERROR)}), engine.Plan(2**15, seed=3)
    )


def uniform(ranks: list[np.ndarray]) -> None:
    counts = np.array([np.histogram(row, BINS, (0, DRAWS + 1))[0] for row in np.array(ranks).T])
    assert counts.shape == (2, BINS)
    assert chisquare(counts, axis=1).pvalue.min() > LEAST, counts


def truths(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A draw of the prior, and what is measured of it."""
    theta = rng.normal(size=2)
    return theta, np.array(bent(theta)) + ERROR * rng.normal(size=2)


@pytest.mark.slow
def test_ranks_are_uniform_by_reweighting() -> None:
    asked, rng = problem(), np.random.default_rng(1)
    prior = prior_sample(asked)
    ranks = []
    for seed in range(REPLICATIONS):
        theta, values = truths(rng)
        log = asked.likelihood.of_sample(prior.middle, prior.scale, values).sum(axis=0)
        found = resample(prior, weigh(log), seed).draws["theta"].reshape(2, -1)
        chosen = found[:, rng.integers(found.shape[1], size=DRAWS)]
        ranks.append((chosen < theta[:, None]).sum(axis=1))
    uniform(ranks)


@pytest.mark.slow
def test_ranks_are_uniform_by_tempering() -> None:
    asked, rng = problem(), np.random.default_rng(2)
    moves = Moves(asked, 256)
    ranks = []
    for replication in range(REPLICATIONS):
        theta, values = truths(rng)
        starts = [begin(moves, 2 * replication + half) for half in range(2)]
        directions = informed(starts[0].scores, starts[0].features)
        outputs, _ = Batch(moves, starts, values, directions).run([[0, 1]])
        found = outputs[-1]["draw theta"]
        chosen = found[:, rng.choice(found.shape[1], size=DRAWS, replace=False)]
        ranks.append((chosen < theta[:, None]).sum(axis=1))
    uniform(ranks)
