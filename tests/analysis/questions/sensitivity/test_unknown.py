"""What cannot be told: steps to what is not finite, events that no path has, beliefs that no way knows."""

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.analysis.questions.sensitivity import Derivative, Sensitivity, sensitivity
from simulator.analysis.questions.sensitivity.choice import believed
from simulator.analysis.questions.sensitivity.derivatives import _by_size
from simulator.analysis.run import Run, simulate
from simulator.estimate import to_json
from simulator.estimate.effect import Effect
from simulator.estimate.observed import RESOLUTION
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.sections.sensitivity import sensitivity as section
from simulator.study import Study

STANDARD = {"family": "normal", "mean": 0.0, "sd": 1.0}
PATHS = 2**13


def run_of(model, names="xy", **parts) -> Run:
    data = {"priors": dict.fromkeys(names, STANDARD), **parts}
    return simulate(Study.from_dict(data, model=model), paths=PATHS, seed=3)


def test_a_step_to_what_is_not_finite_leaves_the_derivative_to_the_pass_and_the_slope():
    most = float(run_of(lambda d: {"f": d["x"]}, "x").metric("f").max())
    # A step of 0.2 up takes the greatest path beyond the end.
    edge = most + 0.1
    run = run_of(lambda d: {"f": d["x"] + d["y"] + 0.0 * jnp.sqrt(edge - d["x"])})
    result = sensitivity(run, "mean(f)")
    one = result.of("x")
    assert one.location.paired is None
    assert one.agrees is None
    assert not one.checked
    assert one.location.way in ("pathwise", "slope")
    assert abs(one.location.value.value - 1) <= 5 * one.location.value.error + 1e-5
    assert result.of("y").checked
    assert section(AnswerContext.of_run(run, "en"), result).blocks


def test_the_difference_of_a_chance_has_the_error_that_paths_resolve_and_the_pass_stands():
    run = run_of(lambda d: {"f": d["x"] + 0.01 * d["y"]})
    result = sensitivity(run, "prob_above(f, 5)", paths=PATHS)
    assert result.value.value == 0
    one = result.of("y").location
    assert one.paired is not None
    assert one.slope is not None
    # The pass agrees at once, so that a whole step is all that was made.
    assert one.paired.error == pytest.approx(RESOLUTION / PATHS / 0.4)
    assert one.slope.error == pytest.approx(RESOLUTION / PATHS)
    assert one.way == "pathwise"


def test_a_belief_that_moves_nothing_is_known_to_do_so():
    run = run_of(lambda d: {"f": d["x"] + 0.0 * d["y"]})
    one = sensitivity(run, "prob_above(f, 1)").of("y").location
    assert (one.value.value, one.value.error) == (0.0, 0.0)


def test_a_belief_that_neither_pass_nor_slopes_know_is_checked_first():
    """Of a t copula there are no slopes, and of a jump no pass."""
    group = {"name": "pair", "copula": "student_t", "df": 4, "factors": {"f": {"x": 0.7, "y": 0.7}}}
    run = run_of(
        lambda d: {"f": jnp.where(d["x"] + d["y"] > 0, 1.0, 0.0) + 5.0 * d["z"]},
        "zxy",
        dependence={"groups": [group]},
    )
    result = sensitivity(run, "mean(f)", top=2)
    assert {one.belief for one in result.checked} >= {"x", "y"}
    for name in "xy":
        one = result.of(name).location
        assert one.way == "paired"
        assert one.value.value > 5 * one.value.error


def test_what_is_not_known_is_no_slope_and_stands_last():
    way, number = believed(None, None, None)
    assert way is None
    assert np.isnan(number.value)

    def one(value):
        derivative = Derivative(Effect(value, 0.1), None, None, None, None)
        return Sensitivity(str(value), "1", derivative, derivative, None, None)

    listed = _by_size([one(0.5), one(np.nan), one(-2.0)])
    assert [found.belief for found in listed] == ["-2.0", "0.5", "nan"]
    assert listed[-1].to_json()["location"]["way"] is None
    assert '"by_tenth": null' in to_json(listed[-1].to_json())
