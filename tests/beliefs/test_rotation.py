"""Directions change which draws are made: not their law, nor a draw of a name that they leave out."""

import jax
import numpy as np
import pytest

from simulator import Study, simulate
from simulator.beliefs import Shock, compile_beliefs
from simulator.errors import StudyError
from simulator.study import Dependence
from tests.beliefs.cases import prior
from tests.beliefs.test_compiled import draws_of

PRIORS = {name: prior(name, "normal", {"mean": 0.0, "sd": 1.0}) for name in ("a", "b", "c", "d")} | {
    "vector": prior("vector", "normal", {"mean": 0.0, "sd": 1.0}, size=3)
}
SHOCKS = {"shock": Shock(4, "normal"), "event": Shock(2, "uniform")}
DIRECTIONS = {"b": (0.0, 3.0), "a": (1.0, 1.0), "vector[1]": (-2.0, 1.0), "shock[2]": (0.5, 0.0)}
#: Rounding of a sum of some ten terms about one.
ROUNDING = 32 * float(np.finfo(np.float32).eps)


def drawn(beliefs, scores: np.ndarray) -> dict[str, np.ndarray]:
    uniforms = np.full((len(beliefs.uniform_coordinates), scores.shape[1]), 0.5, np.float32)
    return jax.jit(beliefs.draws)(beliefs.parameters, scores.astype(np.float32), uniforms)


def as_matrix(directions=DIRECTIONS) -> tuple[np.ndarray, list[tuple[str, int]]]:
    """The linear map from independent scores to draws, a row for each number drawn, and the scores' names."""
    beliefs = compile_beliefs(PRIORS, Dependence(), SHOCKS, directions)
    found = drawn(beliefs, np.eye(len(beliefs.normal_coordinates)))
    rows = [np.atleast_2d(found[name]) for name in (*PRIORS, "shock")]
    return np.concatenate(rows).astype(float), list(beliefs.normal_coordinates)


def test_draws_are_standard_normal_and_independent_as_without_directions() -> None:
    matrix, coordinates = as_matrix()
    # A linear map of independent normal scores with this covariance: the law, without a sample.
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(len(matrix)), atol=ROUNDING)
    assert coordinates[-2:] == [("direction.0", 0), ("direction.1", 0)]


def test_what_lies_along_a_direction_is_the_directions_own_score_alone() -> None:
    matrix, coordinates = as_matrix()
    names = ["a", "b", "c", "d", *("vector[0]", "vector[1]", "vector[2]"), *(f"shock[{k}]" for k in range(4))]
    first = np.array([DIRECTIONS.get(name, (0.0,))[0] for name in names])
    along = first / np.linalg.norm(first) @ matrix
    own = np.eye(len(coordinates))[coordinates.index(("direction.0", 0))]
    np.testing.assert_allclose(along, own, atol=ROUNDING)


def test_a_direction_moves_no_draw_of_a_name_that_it_leaves_out() -> None:
    plain, turned = draws_of(PRIORS, shocks=SHOCKS), draws_of(PRIORS, shocks=SHOCKS, directions=DIRECTIONS)
    for name in ("c", "d", "event"):
        np.testing.assert_array_equal(turned[name], plain[name])
    np.testing.assert_array_equal(turned["vector"][[0, 2]], plain["vector"][[0, 2]])
    np.testing.assert_array_equal(turned["shock"][[0, 1, 3]], plain["shock"][[0, 1, 3]])
    assert (turned["a"] != plain["a"]).mean() > 0.99


@pytest.mark.parametrize("fixed", ["a", "b", "vector"])
def test_a_prior_held_at_a_number_or_added_moves_no_other_draw(fixed: str) -> None:
    before = draws_of(PRIORS, shocks=SHOCKS, directions=DIRECTIONS)
    changed = PRIORS | {
        fixed: prior(fixed, "fixed", {"value": 1.0}),
        "first": prior("first", "gamma", {"shape": 2.0, "scale": 1.0}),
        "last": prior("last", "uniform", {"low": 0.0, "high": 1.0}),
    }
    after = draws_of(changed, shocks=SHOCKS, directions=DIRECTIONS)
    for name in before.keys() - {fixed}:
        np.testing.assert_array_equal(after[name], before[name])


def test_a_prior_of_another_family_is_drawn_from_the_same_turned_score() -> None:
    flat = PRIORS | {"a": prior("a", "uniform", {"low": 0.0, "high": 1.0})}
    before, after = (draws_of(p, shocks=SHOCKS, directions=DIRECTIONS) for p in (PRIORS, flat))
    np.testing.assert_array_equal(np.argsort(after["a"]), np.argsort(before["a"]))


@pytest.mark.parametrize(
    ("directions", "found"),
    [
        ({"a": (1.0, 2.0, 0.0), "b": (1.0, 3.0, 1.0), "c": (0.0, 1.0, 1.0)}, "direction 2"),
        ({"a": (0.0,), "b": (0.0,)}, "direction 0"),
        ({"a": (1.0, 2.0)}, "2 of 1"),
        ({"a": (1.0,), "event[1]": (1.0,)}, "event"),
    ],
)
def test_directions_that_cannot_be_are_told(directions, found: str) -> None:
    with pytest.raises(StudyError) as caught:
        compile_beliefs(PRIORS, Dependence(), SHOCKS, directions)
    (fault,) = caught.value.faults
    assert fault.key == "study.directions"
    assert found in fault.found


def ridge(directions: dict[str, list[float]]) -> Study:
    names = [f"x{k:02}" for k in range(40)]
    return Study.from_dict(
        {
            "priors": {name: {"family": "normal", "mean": 0.0, "sd": 1.0} for name in names},
            "study": {"directions": directions, "order": ["direction.0", *names] if directions else names},
        },
        model=lambda draws: {"sum": sum(draws[name] for name in names) / 40**0.5},
    )


def test_a_probability_along_a_direction_is_as_exact_as_in_one_dimension() -> None:
    turned = ridge({f"x{k:02}": [1.0] for k in range(40)})
    sums = [simulate(study, paths=8192).summary()["estimates"]["sum"] for study in (turned, ridge({}))]
    along, plain = (one["prob_below_zero"] for one in sums)
    # 256 points a replicate, one in each interval of 1/256: at most one point may be on the wrong side.
    assert abs(along["value"] - 0.5) <= 1 / 256
    assert along["mcse"] < plain["mcse"] / 4
