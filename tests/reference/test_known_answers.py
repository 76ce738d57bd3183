"""Published and exact answers, reached through the public API within five standard errors of the run."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import pytest

from simulator import Run, Study, simulate
from simulator.estimate import Number, expected_shortfall, mean, pool, quantile

PATHS = 2**17
#: Standard errors that an answer may be off.
K = 5


class Case(NamedTuple):
    """A study, and what each statistic of its metric is, to the digits that are published."""

    priors: dict[str, Any]
    model: Callable[[dict[str, Any]], dict[str, Any]]
    answers: dict[str, tuple[float, float]]  # value, and half a unit of its last digit


def ishigami(draws: dict[str, Any]) -> dict[str, Any]:
    x1, x2, x3 = draws["x"]
    return {"y": jnp.sin(x1) + 7 * jnp.sin(x2) ** 2 + 0.1 * x3**4 * jnp.sin(x1)}


def geometric_asian_call(draws: dict[str, Any]) -> dict[str, Any]:
    spot, strike, dividend, rate, volatility, fixings = 100.0, 100.0, 0.03, 0.06, 0.2, 10
    step = 1.0 / fixings
    drift = (rate - dividend - volatility**2 / 2) * step
    logs = jnp.log(spot) + jnp.cumsum(drift + volatility * math.sqrt(step) * draws["z"], axis=0)
    average = jnp.exp(logs.mean(axis=0))
    return {"y": math.exp(-rate) * jnp.maximum(average - strike, 0.0)}


CASES = {
    "ishigami": Case(
        {"x": {"family": "uniform", "low": -math.pi, "high": math.pi, "size": 3}},
        ishigami,
        {"mean": (3.5, 0.0), "sd": (math.sqrt(13.844588), 1e-6 / 7)},
    ),
    "axial stressed beam": Case(
        {
            "strength": {"family": "lognormal", "mean": 3e6, "sd": 3e5},
            "load": {"family": "normal", "mean": 750, "sd": 50},
        },
        lambda d: {"y": d["strength"] - d["load"] / (math.pi * 0.01**2)},
        {"prob_below_zero": (0.0291981946248305, 0.0)},
    ),
    "r - s": Case(
        {
            "r": {"family": "normal", "mean": 4, "sd": 1},
            "s": {"family": "normal", "mean": 2, "sd": 1},
        },
        lambda d: {"y": d["r"] - d["s"]},
        {"prob_below_zero": (0.0786496035, 5e-11), "mean": (2.0, 0.0), "sd": (math.sqrt(2), 0.0)},
    ),
    "geometric asian call": Case(
        {"z": {"family": "normal", "mean": 0, "sd": 1, "size": 10}},
        geometric_asian_call,
        {"mean": (5.3425606635, 5e-11)},
    ),
    "apartments": Case(
        {
            "units": {"family": "categorical", "values": list(range(30, 41))},
            "cost": {"family": "normal", "mean": 17_000, "sd": 1_500},
        },
        lambda d: {"y": 600 * d["units"] - d["cost"]},
        {"mean": (4000.0, 0.0), "prob_below_zero": (1 - 0.953208, 5e-7)},
    ),
}


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_within_its_error(name: str, sampler: str) -> None:
    case = CASES[name]
    study = Study.from_dict({"priors": case.priors}, model=case.model)
    summary = simulate(study, paths=PATHS, seed=7, sampler=sampler).summary()
    found = summary["estimates"]["y"]
    for statistic, (answer, digit) in case.answers.items():
        value, error = found[statistic]["value"], found[statistic]["mcse"]
        assert abs(value - answer) <= K * error + digit, (statistic, value, error)
    # An error that is large enough agrees with anything: none is above twice that of independent paths.
    spread = {"mean": found["sd"]["value"], "prob_below_zero": 0.5, "sd": 2 * found["sd"]["value"]}
    for statistic in case.answers:
        assert found[statistic]["mcse"] < 2 * spread[statistic] / math.sqrt(PATHS)


def upper_tail(run: Run) -> tuple[Number, Number]:
    sample = pool(run.metric("loss"), "rqmc" if run.plan.sampler == "rqmc" else "mc")
    return quantile(sample, 0.95), expected_shortfall(sample, 0.05, "upper")


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize(
    ("prior", "value_at_risk", "shortfall"),
    [
        ({"family": "normal", "mean": 0, "sd": 1}, 1.644854, 2.062713),
        ({"family": "lognormal", "median": 1, "sigma": 0.5}, 2.276017, 2.858591),
    ],
)
def test_the_shortfall_at_95(
    prior: dict[str, Any], value_at_risk: float, shortfall: float, sampler: str
) -> None:
    study = Study.from_dict({"priors": {"loss": prior}}, model=lambda d: {"loss": d["loss"]})
    run = simulate(study, paths=PATHS, seed=7, sampler=sampler)
    for found, answer in zip(upper_tail(run), (value_at_risk, shortfall), strict=True):
        assert abs(found.value - answer) <= K * found.error + 5e-7
        assert 0 < found.error < 0.02


def test_points_in_a_net_beat_independent_ones() -> None:
    case = CASES["geometric asian call"]
    study = Study.from_dict({"priors": case.priors}, model=case.model)
    errors = {}
    for sampler in ("rqmc", "mc"):
        metric = simulate(study, paths=PATHS, seed=7, sampler=sampler).metric("y")
        errors[sampler] = mean(pool(metric, sampler)).error  # type: ignore[arg-type]
    assert errors["rqmc"] < errors["mc"] / 3
