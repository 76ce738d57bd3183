"""Posteriors that are known, by both methods: a conjugate normal, linear models in 1, 5 and 50 dimensions."""

import math

import numpy as np
import pytest

import simulator
from simulator.analysis.learning import NotConvergedError, Posterior
from simulator.estimate import Number, mean, pool, standard_deviation
from tests.analysis.learning.linear import known

#: Standard errors that an answer may be off.
K = 5
PATHS = 2**17


def moments(posterior: Posterior, name: str) -> tuple[list[Number], list[Number]]:
    """Means and standard deviations of the components of a draw, with errors from independent chains."""
    draws = posterior.to_datatree()["posterior"][name].to_numpy()
    rows = draws[..., None] if draws.ndim == 2 else draws
    pools = [pool(rows[..., i], "rqmc") for i in range(rows.shape[-1])]
    return [mean(p) for p in pools], [standard_deviation(p) for p in pools]


def within(found: list[Number], known: np.ndarray) -> None:
    off = [(one.value - true) / one.error for one, true in zip(found, known, strict=True)]
    assert np.abs(off).max() < K, off


@pytest.mark.parametrize("method", ["reweighting", "tempering"])
def test_a_conjugate_normal(method) -> None:
    """theta ~ N(0, 1), y = 1 with sd 0.5: N(0.8, 0.447214). One metric is the draw itself."""
    study = simulator.Study.from_dict(
        {"priors": {"theta": {"family": "normal", "mean": 0, "sd": 1}}}, model=lambda d: {"y": d["theta"]}
    )
    posterior = simulator.update(study, {"y": (1.0, 0.5)}, paths=PATHS, method=method)
    assert posterior.method == method
    means, sds = moments(posterior, "theta")
    within(means, np.array([0.8]))
    within(sds, np.array([math.sqrt(0.2)]))
    found = posterior.summary().posterior.estimates["y"]["mean"]
    assert abs(found.value - 0.8) < K * found.error


@pytest.mark.parametrize("method", ["reweighting", "tempering"])
def test_draws_handed_over_are_draws_of_their_distribution(method) -> None:
    """The prior N(0, 1) and, after y = 0 with sd 0.5, N(0, 0.2): the whole tree, and every fourth draw of it.

    The standard deviation of n independent normal draws has a standard error of sd / sqrt(2 n).
    """
    study = simulator.Study.from_dict(
        {"priors": {"u": {"family": "normal", "mean": 0, "sd": 1}}}, model=lambda d: {"y": d["u"]}
    )
    tree = simulator.update(study, {"y": (0.0, 0.5)}, paths=2**16, method=method).to_datatree()
    for group, sd in (("prior", 1.0), ("posterior", math.sqrt(0.2))):
        draws = tree[group]["u"].to_numpy()
        for part in (draws, draws[:, ::4], draws[:, : draws.shape[1] // 4]):
            assert abs(part.std() - sd) < K * sd / math.sqrt(2 * part.size)
            assert abs(part.mean()) < K * sd / math.sqrt(part.size)


@pytest.mark.parametrize("dimensions", [1, 5, pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("method", "sd"), [("reweighting", 3.0), ("tempering", 0.5)])
def test_linear_models(dimensions, method, sd) -> None:
    """In 50 dimensions sharp measurements are beyond reweighting: it is tested on blunt ones."""
    case = known(dimensions, sd)
    posterior = simulator.update(case.study, case.evidence, paths=PATHS, method=method)
    means, sds = moments(posterior, "theta")
    within(means, case.mean)
    within(sds, np.sqrt(np.diag(case.covariance)))


def test_what_is_beyond_reweighting_is_tempered() -> None:
    case = known(5, 0.02)
    posterior = simulator.update(case.study, case.evidence, paths=8192)
    assert posterior.method == "tempering"
    assert posterior.passed
    tried = posterior.summary().method.tried
    assert not all(one.passed for one in tried["reweighting"])


def test_a_diagnostic_that_fails_is_an_error_with_what_was_computed() -> None:
    case = known(5, 0.02)
    with pytest.raises(NotConvergedError) as raised:
        simulator.update(case.study, case.evidence, paths=8192, method="reweighting")
    assert raised.value.exit_code == 4
    assert not raised.value.posterior.passed
