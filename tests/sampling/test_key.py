"""Runs of equal keys are pairs prior by prior; what makes a coordinate another one makes the key another."""

from typing import Any

import pytest

from simulator.sampling import DrawsKey, draws_key, earlier_draws_key
from simulator.study import Study

PRIORS = {name: {"family": "normal", "mean": 0.0, "sd": 1.0} for name in "abc"}


def study(dependence: Any = None, priors: Any = None, **of: Any) -> Study:
    return Study.from_dict({"priors": priors or PRIORS, "dependence": dependence or {}, "study": of})


BASE = study({"spearman": [["a", "b", 0.5]]}, order=["a", "b"], directions={"a": [1.0], "c": [0.5]})


@pytest.mark.parametrize(
    "other",
    [
        study({"spearman": [["b", "a", -0.2], ["b", "c", 0.1]]}, order=["a", "b"],
              directions={"c": [0.5], "a": [1.0]}),
        study(order=["a[0]", "b"], directions={"a[0]": [1.0], "c": [0.5]}),
        study(
            priors=PRIORS | {"b": {"value": 2.0}, "c": {"family": "uniform", "low": 0.0, "high": 1.0}},
            order=["a", "b"], directions={"a": [1.0], "c": [0.5]}, name="other",
        ),
    ],
)  # fmt: skip
def test_what_is_made_of_the_numbers_is_no_part_of_the_key(other: Study) -> None:
    assert draws_key(BASE, 3, "rqmc") == draws_key(other, 3, "rqmc")
    assert draws_key(BASE, 3, "rqmc").differences(draws_key(other, 3, "rqmc")) == []


@pytest.mark.parametrize(
    ("other", "seed", "sampler", "reason"),
    [
        (BASE, 4, "rqmc", "seed 3 against 4"),
        (BASE, 3, "mc", "sampler rqmc against mc"),
        (study(order=["b", "a"], directions={"a": [1.0], "c": [0.5]}), 3, "rqmc", "another study.order"),
        (study(order=["a", "b"], directions={"a": [1.0], "c": [0.6]}), 3, "rqmc", "other study.directions"),
        (study(order=["a", "b"]), 3, "rqmc", "other study.directions"),
    ],
)
def test_other_coordinates_are_told_by_their_reason(
    other: Study, seed: int, sampler: str, reason: str
) -> None:
    assert draws_key(BASE, 3, "rqmc").differences(draws_key(other, seed, sampler)) == [reason]


def test_the_order_is_nothing_to_plain_monte_carlo() -> None:
    """Its points have no leading dimensions."""
    assert draws_key(study(order=["a", "b"]), 3, "mc") == draws_key(study(order=["b"]), 3, "mc")


def test_a_run_without_a_key_has_its_own_where_members_were_not_mentioned_by_name() -> None:
    """Earlier versions drew correlated priors in the order in which the study mentions them."""
    by_name, not_by_name = (study({"spearman": [[*pair, 0.5]]}) for pair in ("ab", "ba"))
    assert earlier_draws_key(by_name, 3, "rqmc") == draws_key(by_name, 3, "rqmc")
    earlier, present = earlier_draws_key(not_by_name, 3, "rqmc"), draws_key(not_by_name, 3, "rqmc")
    assert "in another order" in earlier.differences(present)[0]


def test_a_key_comes_back_from_plain_values() -> None:
    key = draws_key(BASE, 3, "rqmc")
    assert DrawsKey(**key.to_dict()) == key
