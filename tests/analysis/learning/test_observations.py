"""Every figure is a number to learn from, or is refused by name; an update always ends."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import simulator
from simulator import Study, engine
from simulator.analysis.learning.matching import match, measured
from simulator.analysis.learning.problem import pose
from simulator.analysis.learning.reweighting import weigh
from simulator.analysis.learning.tempering import MOST_POWERS, temper
from simulator.analysis.run.program import model_of
from simulator.errors import EvidenceError, GateError, UsageError
from simulator.evidence import load_evidence
from tests.analysis.learning.shop import evidence, sales, study

K = 5
NORMAL = {"family": "normal", "mean": 0, "sd": 1}


def one_prior(prior: Mapping[str, Any]) -> Study:
    return Study.from_dict({"priors": {"u": dict(prior)}}, model=lambda d: {"y": d["u"]})


@pytest.mark.parametrize(
    "pair",
    [
        (1.0, 0.0),
        (1.0, -0.5),
        (math.nan, 1.0),
        (math.inf, 1.0),
        (1.0, math.nan),
        (1.0, math.inf),
        (10**400, 1.0),
        ("1", "1"),
        (True, 1.0),
        (1.0,),
        1.0,
        "12",
        None,
    ],
)
def test_a_measurement_that_is_none_is_refused_and_all_are_named(pair) -> None:
    with pytest.raises(UsageError, match=r"(?s)measurement y: .*measurement z: ") as raised:
        measured({"y": pair, "fine": (1.0, 0.1), "z": (0.0, 0.0)})
    assert "a standard deviation above 0" in str(raised.value)
    assert "fine" not in str(raised.value)


def test_a_measurement_that_is_none_is_refused_before_the_model_is_called() -> None:
    def untouched(draws):
        raise AssertionError

    asked = Study.from_dict({"priors": {"u": NORMAL}}, model=untouched)
    with pytest.raises(UsageError, match="measurement y: found"):
        simulator.update(asked, {"y": (1.0, 0.0)})


def test_numbers_of_numpy_are_measurements() -> None:
    found = measured({"y": np.array([1.0, 0.5]), "z": (np.float32(2), 1)}).used
    assert [(one.value, one.error) for one in found] == [(1.0, 0.5), (2.0, 1.0)]


def test_an_exact_figure_is_refused_where_nothing_else_blurs_it(tmp_path: Path) -> None:
    file = evidence(tmp_path, {"2026Q1": 1.5, "2026Q2": 1.6}, error=0)
    with pytest.raises(EvidenceError, match="2 faults") as raised:
        match(load_evidence(file), study(), sales, None)
    for fault in raised.value.faults:
        assert (fault.file, fault.key) == (str(file), "series.sales.error")


def test_an_exact_figure_enters_where_a_prior_says_how_far_figures_lie() -> None:
    asked = simulator.load_study("hyperscalers-2026-01")
    model = model_of(asked, None)
    used = match(load_evidence(), asked, model, None).used
    assert any(one.error == 0 for one in used)
    none = Study.from_dict({"priors": {"observed.capex": {"value": 0.0}}}).priors
    exact = replace(asked, priors={**asked.priors, **none})
    with pytest.raises(EvidenceError, match=r"series\.capex\.[a-z]+\.cash\.error: found 0 for capex"):
        match(load_evidence(), exact, model, None)


@pytest.mark.parametrize(("value", "sd"), [(1e6, 0.5), (-1e6, 0.5), (1e39, 1.0), (400.0, 1.0)])
@pytest.mark.parametrize("method", ["auto", "reweighting", "tempering"])
def test_a_figure_that_no_path_comes_near_is_refused_by_name(value, sd, method) -> None:
    with pytest.raises(EvidenceError, match=r"y: found .*near -?\d"):
        simulator.update(one_prior(NORMAL), {"y": (value, sd)}, paths=8192, method=method)


def test_a_figure_that_the_model_can_never_give_is_refused_by_name(tmp_path: Path) -> None:
    """The logarithm of what is negative on every path is no number."""
    asked = Study.from_dict(
        {"study": {"as_of": "2026-01-15"}, "priors": {"u": {"family": "normal", "mean": -3, "sd": 0.1}}},
        model=lambda d: {"sales": d["u"]},
    )
    with pytest.raises(EvidenceError, match=r"sales\.toml: sales\.2026Q1: found 1\.5.*no path"):
        simulator.update(asked, evidence(tmp_path, {"2026Q1": 1.5}), paths=8192)


def test_a_far_figure_within_reach_is_learned_from() -> None:
    """N(0, 1) and y = 40 with sd 0.5: N(32, 0.2), 32 standard deviations from where particles begin."""
    posterior = simulator.update(one_prior(NORMAL), {"y": (40.0, 0.5)}, paths=8192)
    after = posterior.summary().moved[0].posterior
    assert abs(after.mean.value - 32) < K * after.mean.error
    assert abs(after.sd.value - math.sqrt(0.2)) < K * after.sd.error


def test_tempering_ends_where_no_end_is_in_sight() -> None:
    asked = one_prior(NORMAL)
    assert asked.model is not None
    problem = pose(asked, asked.model, measured({"y": (1e6, 0.5)}), engine.Plan(8192))
    with pytest.raises(GateError, match=rf"after {MOST_POWERS} steps .* is y, 1e\+06"):
        temper(problem, [[0]])


def test_tempering_ends_where_no_particle_has_a_chance(tmp_path: Path) -> None:
    asked = Study.from_dict({"priors": {"u": NORMAL}}, model=lambda d: {"sales": d["u"] - 100})
    assert asked.model is not None
    matched = match(load_evidence(evidence(tmp_path, {"2026Q1": 1.5})), asked, asked.model, None)
    with pytest.raises(GateError, match=r"after 0 steps .* sales\.2026Q1"):
        temper(pose(asked, asked.model, matched, engine.Plan(8192)), [[0]])


@pytest.mark.parametrize("method", ["auto", "reweighting", "tempering"])
def test_of_two_hypotheses_the_posterior_is_bayes_theorem(method) -> None:
    """u = 0 or 1, each by half, and u = 1 with sd 0.3: 1 / (1 + exp(-1 / (2 0.3^2))) = 0.99615.

    The standard error of n independent draws is sqrt(p (1 - p) / n).
    """
    truth = 1 / (1 + math.exp(-1 / (2 * 0.3**2)))
    asked = one_prior({"family": "bernoulli", "p": 0.5})
    posterior = simulator.update(asked, {"y": (1.0, 0.3)}, paths=2**16, method=method)
    found = posterior.summary().moved[0].posterior.mean.value
    draws = posterior.to_datatree()["posterior"]["u"].to_numpy().astype(float)
    count = posterior.summary().method.draws
    assert abs(found - truth) < K * math.sqrt(truth * (1 - truth) / count)
    assert abs(draws.mean() - truth) < K * math.sqrt(truth * (1 - truth) / draws.size)


@pytest.mark.parametrize("method", ["auto", "reweighting", "tempering"])
@pytest.mark.parametrize(
    ("metric", "measurement"),
    [
        (lambda u: u, (1.0, 1e6)),
        (lambda u: 0 * u + 3, (3.1, 0.5)),
        (lambda u: jnp.ones(()), (1.0, 0.5)),
    ],
    ids=["a wide error", "a metric that does not vary", "a constant"],
)
def test_a_figure_without_information_leaves_the_prior(metric, measurement, method) -> None:
    asked = Study.from_dict({"priors": {"u": NORMAL}}, model=lambda d: {"y": metric(d["u"])})
    posterior = simulator.update(asked, {"y": measurement}, paths=2**16, method=method)
    draws = posterior.to_datatree()["posterior"]["u"].to_numpy().astype(float)
    assert abs(draws.mean()) < K / math.sqrt(draws.size)
    assert abs(draws.std() - 1) < K / math.sqrt(2 * draws.size)


def test_a_figure_without_information_leaves_a_prior_of_many_dimensions() -> None:
    """More dimensions than are looked after one by one, and no direction that the figure informs."""
    asked = Study.from_dict(
        {"priors": {"u": NORMAL | {"size": 80}}}, model=lambda d: {"y": 0 * d["u"][0] + 3}
    )
    posterior = simulator.update(asked, {"y": (3.1, 0.5)}, paths=8192, method="tempering")
    draws = posterior.to_datatree()["posterior"]["u"].to_numpy().astype(float)
    assert np.abs(draws.mean(axis=(0, 1))).max() < K / math.sqrt(draws[..., 0].size)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.02])
def test_weights_of_few_values_are_those_of_their_paths(share) -> None:
    """Weights whose largest are many and equal are bounded: no tail to smooth, and a shape of 0."""
    log = np.where(np.arange(2**16).reshape(8, -1) % 100 < 100 * share, -1.0, -6.0)
    weights = weigh(log)
    np.testing.assert_allclose(weights.values, np.exp(log) / np.exp(log).sum(), rtol=1e-12)
    assert weights.khat == 0
    assert weights.passed
