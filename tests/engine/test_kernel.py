"""A batch is the same bits however it is cut, called and accompanied."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.beliefs import compile_beliefs
from simulator.engine import Kernel, MetricKernel, Plan
from simulator.errors import UsageError
from simulator.sampling import BATCH
from simulator.study import Dependence, Prior
from tests.engine.programs import Scores, make, margin


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lanes_change_no_bit(sampler: str, dtype: str) -> None:
    plans = [Plan(BATCH, 7, sampler, block_size, dtype) for block_size in (256, 128, 64)]
    whole, *cut = [MetricKernel(make(plan), plan)(5) for plan in plans]
    assert whole.shape == (3, BATCH)
    assert whole.dtype == np.dtype(dtype)
    for other in cut:
        assert other.tobytes() == whole.tobytes()


def test_threads_share_one_kernel() -> None:
    plan = Plan(16 * BATCH, 7)
    kernel = MetricKernel(make(plan), plan)
    alone = [kernel(batch).tobytes() for batch in range(plan.batches)]
    with ThreadPoolExecutor(4) as pool:
        assert [found.tobytes() for found in pool.map(kernel, range(plan.batches))] == alone
    assert len(set(alone)) == plan.batches


def test_a_prior_more_moves_no_draw() -> None:
    plan = Plan(BATCH, 7)
    fewer = Scores()
    more = replace(
        fewer,
        normal_coordinates=(("a", 0), *fewer.normal_coordinates, ("z", 0)),
        uniform_coordinates=(*fewer.uniform_coordinates, ("w", 0)),
    )
    found = [
        Kernel(make(plan, beliefs=beliefs), plan, lambda d: dict(d) | margin(d))(3)
        for beliefs in (fewer, more)
    ]
    for name, values in found[0].items():
        assert values.tobytes() == found[1][name].tobytes(), name


def test_draws_alone_are_those_that_the_model_saw() -> None:
    plan = Plan(BATCH, 7)
    seen = Kernel(make(plan), plan, lambda d: dict(d) | margin(d))(2)
    alone = Kernel(make(plan), plan, lambda d: {"load": d["load"], "v": d["v"]})(2)
    assert alone["v"].shape == (2, BATCH)
    for name, values in alone.items():
        assert values.tobytes() == seen[name].tobytes(), name


def test_a_draw_is_rounded_before_the_model_has_it() -> None:
    plan = Plan(BATCH, 7)
    priors = {
        "product": Prior("product", "normal", {"mean": 1.0, "sd": 3.0}),
        "u": Prior("u", "uniform", {"low": 0.0, "high": 1.0}),
    }
    beliefs = compile_beliefs(priors, Dependence())
    program = make(plan, beliefs=beliefs)
    observed = Kernel(program, plan, lambda d: dict(d) | {"sum": d["product"] + d["u"]})(0)
    # Fused, the product would go into the sum unrounded, and differ from what `draws` tells.
    assert observed["sum"].tobytes() == (observed["product"] + observed["u"]).tobytes()
    metric = MetricKernel(make(plan, lambda d: {"sum": d["product"] + d["u"]}, beliefs), plan)(0)
    assert metric[0].tobytes() == observed["sum"].tobytes()


def test_the_model_is_traced_once() -> None:
    traces = []

    def counted(draws: dict[str, Any]) -> dict[str, Any]:
        traces.append(None)
        return margin(draws)

    plan = Plan(4 * BATCH)
    kernel = MetricKernel(make(plan, counted), plan)
    for batch in range(plan.batches):
        kernel(batch)
    assert len(traces) == 1


def test_outputs_of_every_shape() -> None:
    def model(draws: dict[str, Any]) -> dict[str, Any]:
        return {"z": draws["load"], "fixed": draws["fixed"], "v": draws["v"], "two": 2, "a": draws["u"] > 0.5}

    plan = Plan(BATCH)
    kernel = MetricKernel(make(plan, model), plan)
    values = dict(zip(kernel.metrics, kernel(0), strict=True))
    assert kernel.metrics == ("z", "fixed", "v[0]", "v[1]", "two", "a")
    assert np.all(values["fixed"] == 3)
    assert np.all(values["two"] == 2)
    assert set(values["a"]) == {0, 1}


def no_such_draw(draws: dict[str, Any]) -> dict[str, Any]:
    return {"m": draws["lode"]}


def python_if(draws: dict[str, Any]) -> dict[str, Any]:
    return {"m": 1.0 if draws["load"].sum() > 0 else 0.0}


def numpy_function(draws: dict[str, Any]) -> dict[str, Any]:
    return {"m": np.sort(draws["load"])}


def no_name(draws: dict[str, Any]) -> Any:
    return draws["load"]


def summed_over_paths(draws: dict[str, Any]) -> dict[str, Any]:
    return {"m": jnp.zeros((3, 4))}


def too_deep(draws: dict[str, Any]) -> dict[str, Any]:
    return {"m": draws["v"][None]}


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (no_such_draw, "asks for the draw 'lode'"),
        (python_if, "jnp.where"),
        (numpy_function, "jax.numpy"),
        (no_name, "must return named metrics"),
        (summed_over_paths, "whose last axis is paths"),
        (too_deep, "metric m"),
    ],
)
def test_a_model_that_cannot_be_run_is_told_why(model: Any, message: str) -> None:
    plan = Plan(BATCH)
    with pytest.raises(UsageError, match=message):
        MetricKernel(make(plan, model), plan)


def test_an_error_of_the_models_own_stays_its_own() -> None:
    def model(draws: dict[str, Any]) -> dict[str, Any]:
        raise KeyError("load")  # a name that the study has: not a missing draw

    plan = Plan(BATCH)
    with pytest.raises(KeyError):
        MetricKernel(make(plan, model), plan)
