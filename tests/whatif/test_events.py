"""The page's chance of a metric at any threshold is that of the command line, on the same paths."""

import math
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator import Run, Study, simulate
from simulator.estimate.grammar import parse_statistic
from simulator.estimate.targets import THRESHOLDS

#: By relation of the page, what the command line calls it and numbers that float32 has not.
ASKED: dict[str, tuple[str, list[float]]] = {
    "below": ("prob_below", [0.1]),
    "above": ("prob_above", [1.7]),
    "between": ("between", [-0.3, 0.7]),
}


def _model(draws: Any) -> dict[str, Any]:
    return {
        "x": jnp.exp(draws["a"] / 2) + draws["b"] - 1,
        "y": jnp.where(draws["b"] > 2, jnp.inf, draws["a"]),
    }


_model.may_be_infinite = ("y",)  # pyright: ignore[reportFunctionMemberAccess]


@pytest.fixture(scope="module", params=["rqmc", "mc"])
def run(request: pytest.FixtureRequest) -> Run:
    normal = {"family": "normal", "mean": 0.0, "sd": 1.0}
    study = Study.from_dict({"study": {"name": "one"}, "priors": {"a": normal, "b": normal}}, model=_model)
    return simulate(study, paths=8192, seed=3, sampler=request.param)


def _numbers(run: Run, metric: str, relation: str) -> list[float]:
    """Return numbers that some paths have exactly: whether these count is what relations differ in."""
    ordered = np.sort(run.metric(metric).ravel())
    places = [1000, 6000][: len(ASKED[relation][1])]
    return [float(ordered[place]) for place in places]


@pytest.mark.parametrize("metric", ["x", "y"])
@pytest.mark.parametrize("relation", ASKED)
def test_a_chance_is_that_of_the_command_line(in_javascript, run: Run, metric: str, relation: str) -> None:
    statistic, rounded = ASKED[relation]
    for numbers in (rounded, _numbers(run, metric, relation), [0.0] * len(rounded), [-1e30] * len(rounded)):
        found = in_javascript(
            "statistics events",
            "[chanceOf(new Values(values, sampler), where), statisticText(where, metric)]",
            values=run.metric(metric),
            sampler=run.plan.sampler,
            where={"relation": relation, "numbers": numbers},
            metric=metric,
        )
        expected = run.estimate(found[1])
        assert found[1].startswith(f"{statistic}({metric}, ")
        # A count over a power of two is exact; an error is a length of 32 such, added up in two ways.
        assert found[0]["value"] == expected.value
        assert found[0]["error"] == pytest.approx(expected.error, rel=64 * np.finfo(np.float64).eps)


@pytest.mark.parametrize(
    "numbers", [[0.1], [-500.0], [1e-7], [1.5e22], [-2.5e-9, 3e30], [-0.1, 1 / 3], [0, 0]], ids=str
)
def test_the_text_of_a_chance_is_read_back_as_the_same(in_javascript, numbers: list[float]) -> None:
    for relation, (statistic, own) in ASKED.items():
        if len(own) != len(numbers):
            continue
        text = in_javascript(
            "statistics events",
            "statisticText(where, 'value_created.group')",
            where={"relation": relation, "numbers": numbers},
        )
        found = parse_statistic(text, ["value_created.group"], [], [])
        assert (found.statistic, found.name) == (statistic, "value_created.group")
        assert found.levels == tuple(numbers)


def test_the_page_has_every_relation_of_the_command_line(in_javascript) -> None:
    found = in_javascript("statistics events", "Object.values(RELATIONS).map((one) => one.statistic)")
    assert sorted(found) == sorted(THRESHOLDS)


def test_a_path_has_a_flag_by_where_it_is_and_none_where_there_is_no_number(in_javascript) -> None:
    values = np.array([-1, 0.1, 0.5, math.inf, -math.inf, math.nan], np.float32)
    expected = {"below": [1, 0, 0, 0, 1], "above": [0, 0, 0, 1, 0], "between": [0, 1, 1, 0, 0]}
    for relation, numbers in (("below", [0.1]), ("above", [1.7]), ("between", [0.1, 0.7])):
        flags = in_javascript(
            "statistics events",
            "flagsOf(values, where)",
            values=values,
            where={"relation": relation, "numbers": numbers},
        )
        assert flags[:-1] == expected[relation]
        assert np.isnan(flags[-1])


@pytest.mark.parametrize(
    ("relation", "numbers", "can"),
    [
        *(("below", [0], True), ("below", [0, 1], False), ("above", [], False), ("above", [1e39], False)),
        *(("between", [1, 1], True), ("between", [1, 0.9], False), ("between", [-1e39, 0], False)),
        *(("between", [1], False), ("below", [math.nan], False), ("below", [-math.inf], False)),
    ],
)
def test_numbers_that_a_relation_does_not_take_cannot_be(
    in_javascript, relation: str, numbers: list[float], can: bool
) -> None:
    where = {"relation": relation, "numbers": numbers}
    assert in_javascript("statistics events", "canBe(where)", where=where) is can
