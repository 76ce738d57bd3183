"""Some draws made anew: those alone move, and their law given the others is the right one."""

import jax
import numpy as np
import pytest

from simulator.beliefs import Redrawn, Shock, compile_beliefs
from simulator.beliefs.redrawn import regression
from simulator.study import CopulaGroup, Dependence, Study
from tests.beliefs.cases import prior

NORMAL = {"mean": 0.0, "sd": 1.0}
PRIORS = {name: prior(name, "normal", NORMAL) for name in ("a", "b", "c", "d", "e")} | {
    "vector": prior("vector", "normal", NORMAL, size=3),
    "coin": prior("coin", "uniform", {"low": 0.0, "high": 1.0}),
}
SHOCKS = {"shock": Shock(4, "normal"), "event": Shock(2, "uniform")}
DIRECTIONS = {"b": (0.0, 3.0), "a": (1.0, 1.0), "vector[1]": (-2.0, 1.0), "shock[2]": (0.5, 0.0)}
PAIRS = CopulaGroup("g", spearman=(("a", "b", 0.6), ("b", "c", -0.5), ("a", "c", -0.2)))
#: Rounding of a sum of some ten terms about one.
ROUNDING = 64 * float(np.finfo(np.float32).eps)


def redrawn_beliefs(groups=()):
    return Redrawn(compile_beliefs(PRIORS, Dependence(tuple(groups)), SHOCKS, DIRECTIONS))


def rows_of(found):
    """Return every number drawn, a row each, with its name."""
    names, rows = [], []
    for name, values in found.items():
        for component, row in enumerate(np.atleast_2d(values)):
            names.append((name, component))
            rows.append(row)
    return names, np.stack(rows).astype(float)


def drawn(beliefs, redrawn, scores, uniforms):
    return rows_of(jax.jit(beliefs.draws)(beliefs.parameters_of(redrawn), scores, uniforms))


def sample(beliefs, paths=64):
    generator = np.random.default_rng(1)
    scores = generator.standard_normal((len(beliefs.normal_coordinates), paths)).astype(np.float32)
    return scores, generator.random((len(beliefs.uniform_coordinates), paths)).astype(np.float32)


@pytest.mark.parametrize("groups", [(), (PAIRS,)])
def test_nothing_redrawn_is_every_draw_as_it_was(groups):
    beliefs = redrawn_beliefs(groups)
    scores, uniforms = sample(beliefs)
    halves = scores[: len(scores) // 2], uniforms[: len(uniforms) // 2]
    names, plain = rows_of(jax.jit(beliefs.beliefs.draws)(beliefs.beliefs.parameters, *halves))
    found, same = drawn(beliefs, (), scores, uniforms)
    assert found == names
    np.testing.assert_array_equal(same, plain)


@pytest.mark.parametrize(
    "redrawn", [{("a", 0)}, {("vector", 1)}, {("shock", 2), ("shock", 0)}, {("coin", 0)}, {("event", 1)}]
)
def test_what_is_redrawn_moves_and_nothing_else_though_directions_mix_the_scores(redrawn):
    beliefs = redrawn_beliefs()
    scores, uniforms = sample(beliefs)
    names, before = drawn(beliefs, (), scores, uniforms)
    _, after = drawn(beliefs, redrawn, scores, uniforms)
    moved = {name for name, moves in zip(names, (before != after).any(axis=1), strict=True) if moves}
    assert moved == redrawn


def as_matrix(beliefs, redrawn):
    """Return the linear map from all scores, first and second, to the draws."""
    size = len(beliefs.normal_coordinates)
    uniforms = np.full((len(beliefs.uniform_coordinates), size), 0.5, np.float32)
    return drawn(beliefs, redrawn, np.eye(size, dtype=np.float32), uniforms)


@pytest.mark.parametrize("redrawn", [("a",), ("b",), ("a", "c"), ("a", "b", "c")])
def test_redrawn_members_of_a_copula_have_their_law_given_the_others(redrawn):
    """The law is linear: it is known without a sample."""
    beliefs = redrawn_beliefs((PAIRS,))
    names, before = as_matrix(beliefs, ())
    _, after = as_matrix(beliefs, {(name, 0) for name in redrawn})
    rows = [names.index((name, 0)) for name in ("a", "b", "c")]
    before, after = before[rows], after[rows]
    together = before @ before.T
    np.testing.assert_allclose(after @ after.T, together, atol=ROUNDING)
    anew = np.array([name in redrawn for name in ("a", "b", "c")])
    np.testing.assert_allclose(after[~anew], before[~anew], atol=ROUNDING)
    # Two draws that are independent given the known members covary by what those say of either.
    slopes = together[np.ix_(anew, ~anew)] @ np.linalg.pinv(together[np.ix_(~anew, ~anew)])
    said = slopes @ together[np.ix_(~anew, anew)]
    np.testing.assert_allclose(before[anew] @ after[anew].T, said, atol=ROUNDING)


def test_members_that_are_one_number_are_known_from_each_other():
    weights = np.array([[1.0, 0.0], [1.0, 0.0]])
    found = regression(weights, np.array([True, False]))
    np.testing.assert_allclose(weights @ found.of_first, 0, atol=1e-12)
    np.testing.assert_allclose(weights @ found.of_second, 0, atol=1e-6)


def test_of_a_t_copula_all_members_are_redrawn_or_none():
    group = CopulaGroup("g", "student_t", 4.0, (("a", "b", 0.5),))
    beliefs = redrawn_beliefs((group,))
    with pytest.raises(ValueError, match="t copula"):
        beliefs.parameters_of({("a", 0)})
    scores, uniforms = sample(beliefs)
    names, before = drawn(beliefs, (), scores, uniforms)
    _, after = drawn(beliefs, {("a", 0), ("b", 0)}, scores, uniforms)
    moved = {name for name, moves in zip(names, (before != after).any(axis=1), strict=True) if moves}
    assert moved == {("a", 0), ("b", 0)}


def test_a_prior_with_drawn_parameters_follows_its_parents_and_moves_none_of_them():
    study = Study.from_dict(
        {
            "priors": {
                "centre": {"family": "normal", **NORMAL},
                "one": {"family": "normal", "mean": "centre", "sd": 1.0, "spare": True},
                "two": {"family": "normal", "mean": "centre", "sd": 2.0, "spare": True},
            }
        },
        model=lambda d: {"f": d["one"] + d["two"]},
    )
    beliefs = Redrawn(compile_beliefs(study.priors, study.dependence))
    scores, uniforms = sample(beliefs)
    names, before = drawn(beliefs, (), scores, uniforms)
    for redrawn, moving in (("centre", {"centre", "one", "two"}), ("one", {"one"})):
        _, after = drawn(beliefs, {(redrawn, 0)}, scores, uniforms)
        moved = {name for (name, _), moves in zip(names, (before != after).any(axis=1), strict=True) if moves}
        assert moved == moving
