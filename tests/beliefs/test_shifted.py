"""Scores moved by constants: those alone move, by as much, and correlated beliefs as the copula says."""

import jax
import numpy as np
import pytest
from scipy.special import ndtri

from simulator.beliefs import IndependentScores, Shifted, Shock, compile_beliefs
from simulator.study import CopulaGroup, Dependence
from tests.beliefs.cases import prior

NORMAL = {"mean": 0.0, "sd": 1.0}
PRIORS = {name: prior(name, "normal", NORMAL) for name in ("a", "b", "c")} | {
    "vector": prior("vector", "normal", NORMAL, size=3),
    "heavy": prior("heavy", "student_t", {"loc": 0.0, "scale": 1.0, "df": 4.0}),
    "coin": prior("coin", "uniform", {"low": 0.0, "high": 1.0}),
}
SHOCKS = {"shock": Shock(4, "normal"), "event": Shock(2, "uniform")}
DIRECTIONS = {"vector[1]": (-2.0,), "shock[2]": (0.5,)}
PAIRS = CopulaGroup("g", spearman=(("a", "b", 0.6),))
MIXED = CopulaGroup("t", copula="student_t", df=5.0, spearman=(("a", "b", 0.6),))
#: Rounding of a sum of some ten terms about one, and of a normal score of a uniform number in [0.02, 0.98].
ROUNDING, OF_UNIFORM = 64 * float(np.finfo(np.float32).eps), 1e-4


def shifted_beliefs(*groups):
    return Shifted.nowhere(compile_beliefs(PRIORS, Dependence(groups), SHOCKS, DIRECTIONS))


def sample(beliefs, paths=64):
    generator = np.random.default_rng(1)
    scores = generator.standard_normal((len(beliefs.normal_coordinates), paths)).astype(np.float32)
    return scores, generator.uniform(0.1, 0.9, (len(beliefs.uniform_coordinates), paths)).astype(np.float32)


def moved(beliefs, **by):
    """Return draws as they are, and with the coordinates of these names moved."""
    shift = np.array([by.get(name, 0.0) for name, _ in beliefs.movable])
    other = Shifted(beliefs.beliefs, shift)
    assert other.structure == beliefs.structure
    draw = jax.jit(beliefs.draws)
    return tuple(
        {name: np.asarray(values, float) for name, values in draw(one.parameters, *sample(beliefs)).items()}
        for one in (beliefs, other)
    )


def test_what_is_moved_by_nothing_draws_as_it_was():
    beliefs = shifted_beliefs(PAIRS)
    plain = jax.jit(beliefs.beliefs.draws)(beliefs.beliefs.parameters, *sample(beliefs))
    same, _ = moved(beliefs)
    for name, values in plain.items():
        np.testing.assert_allclose(same[name], values, atol=OF_UNIFORM if name == "coin" else 0)


def test_every_prior_can_be_moved_and_no_shock():
    names = {name for name, _ in shifted_beliefs(PAIRS).movable}
    assert names == set(PRIORS)
    assert len(shifted_beliefs(PAIRS).movable) == len(PRIORS) + 2
    mixed = {name for name, _ in shifted_beliefs(MIXED).movable}
    assert mixed == set(PRIORS)


@pytest.mark.parametrize(("name", "by"), [("c", 1.5), ("vector", -0.5), ("coin", 0.75)])
def test_a_belief_moves_by_its_shift_and_no_other_does(name, by):
    before, after = moved(shifted_beliefs(PAIRS), **{name: by})
    score = ndtri if name == "coin" else np.asarray
    tolerance = OF_UNIFORM if name == "coin" else ROUNDING
    np.testing.assert_allclose(score(after[name]) - score(before[name]), by, atol=tolerance)
    for other in before.keys() - {name}:
        np.testing.assert_array_equal(after[other], before[other])


def test_correlated_beliefs_move_as_their_own_rows_say():
    beliefs = shifted_beliefs(PAIRS)
    before, after = moved(beliefs, a=1.0, b=0.5)
    shift = np.array([{"a": 1.0, "b": 0.5}.get(name, 0.0) for name, _ in beliefs.movable])
    rho = 2 * np.sin(np.pi / 6 * 0.6)
    assert beliefs.own["b", 0] @ shift == pytest.approx(rho + 0.5 * np.sqrt(1 - rho**2))
    for name in ("a", "b"):
        np.testing.assert_allclose(after[name] - before[name], beliefs.own[name, 0] @ shift, atol=ROUNDING)


def test_scores_are_those_that_are_moved():
    beliefs = shifted_beliefs(PAIRS)
    drawn = jax.jit(IndependentScores(beliefs).draws)(beliefs.parameters, *sample(beliefs))
    scores = np.asarray(drawn[IndependentScores.NAME])
    before, _ = moved(beliefs)
    places = {one: row for row, one in enumerate(beliefs.movable)}
    np.testing.assert_allclose(scores[places["c", 0]], before["c"], atol=ROUNDING)
    np.testing.assert_allclose(scores[places["vector", 1]], before["vector"][1], atol=ROUNDING)
    np.testing.assert_allclose(scores[places["coin", 0]], ndtri(before["coin"]), atol=OF_UNIFORM)
