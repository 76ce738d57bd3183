"""Beliefs moved in place: nothing moved is every bit as it was, and a move is that of one belief alone."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from scipy.stats import beta, norm

from simulator.analysis.run import simulate
from simulator.beliefs import Beliefs
from simulator.beliefs.moved import SCORES, Move, Moved, OwnScores, rows_of
from simulator.engine import Kernel, MetricKernel
from simulator.study import Study

PRIORS = {
    "x": {"family": "normal", "mean": 1.0, "sd": 2.0},
    "y": {"family": "lognormal", "median": 3.0, "sigma": 0.5},
    "u": {"family": "uniform", "low": 0.0, "high": 2.0},
    "b": {"family": "beta", "alpha": 2.0, "beta": 3.0},
    "pair": {"family": "normal", "mean": 0.0, "sd": 1.0, "size": 2},
}


@pytest.fixture(scope="module")
def made():
    def model(d):
        return {name: d[name] for name in PRIORS}

    data = {"priors": PRIORS, "dependence": {"spearman": [["x", "y", 0.6]]}}
    run = simulate(Study.from_dict(data, model=model), paths=8192, seed=9)
    moved = Moved(cast(Beliefs, run.program.beliefs))
    kernel = MetricKernel(replace(run.program, beliefs=moved), run.plan)
    drawn = Kernel(replace(run.program, beliefs=OwnScores(moved.beliefs)), run.plan, lambda draws: draws)
    scores = drawn(0)[SCORES]
    return run, moved, kernel, dict(zip(rows_of(moved.beliefs), scores, strict=True))


def metrics(kernel, parameters):
    return dict(zip(kernel.metrics, kernel.with_parameters(parameters)(0), strict=True))


def test_nothing_moved_is_every_bit_as_it_was(made):
    run, moved, kernel, _ = made
    found = metrics(kernel, moved.parameters)
    for name in kernel.metrics:
        assert found[name].tobytes() == run.metric(name).tobytes()


@pytest.mark.parametrize("name", ["x", "y", "u", "b", "pair"])
def test_a_move_is_that_of_the_quantile_function_and_leaves_all_others(made, name):
    run, moved, kernel, scores = made
    component = 1 if name == "pair" else 0
    z = scores[name, component].astype(np.float64)
    found = metrics(kernel, moved.parameters_of({(name, component): Move(0.3, 1.1)}))
    own = f"{name}[1]" if name == "pair" else name
    there = 0.3 + 1.1 * z
    expected = {
        "x": 1.0 + 2.0 * there,
        "y": 3.0 * np.exp(0.5 * there),
        "u": 2.0 * norm.cdf(there),
        "b": beta(2, 3).ppf(norm.cdf(there)),
        "pair": there,
    }[name]
    # The inverse normal of float32 has 4e-7 of a score, and a table 1e-6 of the range between quartiles.
    assert np.abs(found[own] - expected).max() <= 2e-5 * max(1.0, np.abs(expected).max())
    for other in kernel.metrics:
        if other != own:
            assert found[other].tobytes() == run.metric(other).tobytes()


def test_scores_are_standard_normal_and_correlated_as_the_priors_are(made):
    *_, scores = made
    x, y = scores["x", 0], scores["y", 0]
    # A mean of 8,192 independent scores has an error of 1/90; under this sampler less.
    assert abs(x.mean()) < 5 / 90
    assert abs(np.corrcoef(x, y)[0, 1] - 2 * np.sin(0.6 * np.pi / 6)) < 5 / 90
