"""One uniform a regime and one for the break give the law that fresh ones in every quarter have."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout.arrays import H
from simulator.buildout.clock import foresee
from simulator.buildout.cycle import CycleTerms, breaking, move, opening
from simulator.buildout.shocks import Events
from simulator.errors import StudyError

QUARTERS, PATHS = 24, 2**18
#: Chances of a quarter: leaving boom, plateau, bust; to bust from boom, plateau; a break in each; contagion.
LEAVE, TO_BUST, BREAK, CONTAGION = (0.12, 0.2, 0.3), (0.4, 0.55), (0.02, 0.05, 0.15), 0.35
#: Standard errors allowed: some 300 comparisons, one in ten thousand.
K = 5.2


def terms() -> CycleTerms:
    def number(x: float) -> jax.Array:
        return jnp.full((1, 1), x)

    return CycleTerms(
        tuple(map(number, LEAVE)),  # pyright: ignore[reportArgumentType]
        tuple(map(number, TO_BUST)),  # pyright: ignore[reportArgumentType]
        tuple(number(-np.log1p(-x) / H) for x in BREAK),  # pyright: ignore[reportArgumentType]
        number(CONTAGION),
    )


def transition() -> np.ndarray:
    """Chances from (broken, regime) to (broken, regime) in a quarter, written down from the rules."""
    plain = np.array(
        [
            [1 - LEAVE[0], LEAVE[0] * (1 - TO_BUST[0]), LEAVE[0] * TO_BUST[0]],
            [LEAVE[1] * (1 - TO_BUST[1]), 1 - LEAVE[1], LEAVE[1] * TO_BUST[1]],
            [0, LEAVE[2], 1 - LEAVE[2]],
        ]
    )
    found = np.zeros((6, 6))
    for regime in range(3):
        after_break = (1 - CONTAGION) * plain[regime] + CONTAGION * np.eye(3)[2]
        found[regime, :3] = (1 - BREAK[regime]) * plain[regime]
        found[regime, 3:] = BREAK[regime] * after_break
        found[3 + regime, 3:] = plain[regime]
    return found


def states(uniforms: Events) -> np.ndarray:
    """The state of every quarter, 3 broken + regime, [quarter, path]."""

    def quarter(cycle, at):
        t, now = at
        cycle = move(cycle, terms(), breaking(terms(), cycle), now, t > 0)
        return cycle, jnp.where(cycle.broken, 3, 0)[0] + cycle.regime[0]

    start = opening(PATHS, jnp.dtype("float32"))
    return np.asarray(jax.lax.scan(quarter, start, (jnp.arange(QUARTERS), uniforms))[1])


def uniforms(seed: int, *shape: int) -> jax.Array:
    return jax.random.uniform(jax.random.key(seed), shape)


@pytest.fixture(scope="module")
def found() -> np.ndarray:
    draws = {
        "shock.sojourn": uniforms(1, QUARTERS, PATHS),
        "shock.break_time": uniforms(2, 1, PATHS),
        "shock.contagion": uniforms(3, 1, PATHS),
    }
    return states(foresee(terms(), draws, QUARTERS, PATHS))


def close(counts: np.ndarray, expected: np.ndarray, paths: float) -> None:
    error = np.sqrt(expected * (1 - expected) / paths)
    assert (np.abs(counts / paths - expected) <= K * error).all()


def test_every_quarter_has_the_states_of_the_chain(found: np.ndarray) -> None:
    law = np.eye(6)[0]
    for t in range(QUARTERS):
        close(np.bincount(found[t], minlength=6), law, PATHS)
        law = law @ transition()


@pytest.mark.parametrize("lag", [1, 7])
def test_what_follows_depends_on_the_present_as_in_the_chain(found: np.ndarray, lag: int) -> None:
    # What is left of a uniform must hold no memory: given the state, and the state before it, all is as new.
    expected = np.linalg.matrix_power(transition(), lag)
    for t in (3, 12):
        for before in range(6):
            for now in range(6):
                there = (found[t - 1] == before) & (found[t] == now)
                if there.sum() > 1000:
                    close(np.bincount(found[t + lag][there], minlength=6), expected[now], there.sum())


def test_the_first_boom_ends_when_its_one_uniform_says(found: np.ndarray) -> None:
    first = np.asarray(uniforms(1, QUARTERS, PATHS)[0])
    calm = np.cumsum(found >= 3, axis=0)[-1] == 0
    lasts = np.argmax(found > 0, axis=0)
    order = np.argsort(first[calm & (lasts > 0)])
    assert (np.diff(lasts[calm & (lasts > 0)][order]) >= 0).all()


def test_uniforms_given_quarter_by_quarter_are_taken_as_they_are() -> None:
    given = {
        name: uniforms(seed, QUARTERS, 64)
        for seed, name in enumerate(("shock.cycle", "shock.break", "shock.contagion"))
    }
    taken = foresee(terms(), given, QUARTERS, 64)
    for name, found in zip(given, taken, strict=True):
        np.testing.assert_array_equal(found[:, 0], given[name])


def test_a_series_that_is_not_one_number_a_quarter_is_told() -> None:
    given = {name: uniforms(1, 5, 64) for name in ("shock.cycle", "shock.break", "shock.contagion")}
    with pytest.raises(StudyError, match=r"shock\.cycle\.size.*5.*24, one a quarter"):
        foresee(terms(), given, QUARTERS, 64)


def test_a_cycle_given_by_quarter_leaves_the_break_its_own_uniform() -> None:
    draws = {
        "shock.cycle": uniforms(1, QUARTERS, PATHS),
        "shock.sojourn": uniforms(4, QUARTERS, PATHS),
        "shock.break_time": uniforms(2, 1, PATHS),
        "shock.contagion": uniforms(3, 1, PATHS),
    }
    taken = foresee(terms(), draws, QUARTERS, PATHS)
    np.testing.assert_array_equal(taken.cycle[:, 0], draws["shock.cycle"])
    law = np.eye(6)[0] @ np.linalg.matrix_power(transition(), QUARTERS - 1)
    close(np.bincount(states(taken)[-1], minlength=6), law, PATHS)
