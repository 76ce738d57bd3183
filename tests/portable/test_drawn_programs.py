"""Programs that nobody wrote: three ways, one answer."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jax import lax

from tests.portable.points import fractions, points, whole

#: A program takes long to make and to compile, and the machine that runs it is the same for all of them.
CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
#: Entries of every array of a generated program.
SIZE = 6


class Maker:
    """Makes a program of drawn choices: arrays of fractions, and of whole numbers that decide on places."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.steps = [self.step() for _ in range(draw(st.integers(1, 7)))]

    def __repr__(self) -> str:
        return f"Maker({self.steps})"

    def step(self, deep: int = 0) -> tuple[Any, ...]:
        kinds = list(OF_FRACTIONS) + list(OF_WHOLE) + (["scan", "cond", "while"] if deep < 2 else [])
        kind = self.draw(st.sampled_from(kinds))
        places = tuple(self.draw(st.integers(0, 30)) for _ in range(3))
        if kind in {"scan", "cond", "while"}:
            inner = [self.step(deep + 1) for _ in range(self.draw(st.integers(1, 3)))]
            return kind, places, inner, self.draw(st.sampled_from([1, 3, 30]))
        return kind, places

    def __call__(self, given: jax.Array) -> list[jax.Array]:
        state = [fractions(given)[:SIZE, 0], fractions(given)[SIZE : 2 * SIZE, 0]]
        found, counts = run(self.steps, state, [whole(given)[2 * SIZE :, 0]])
        return [*found, *counts]


def bounded(x: jax.Array) -> jax.Array:
    """Keep numbers small, so that roundings stay small, and let what is not finite be."""
    return jnp.where(jnp.abs(x) < 8.0, x, jnp.where(jnp.isfinite(x), jnp.sign(x) * 4.0, x))


OF_FRACTIONS: dict[str, Callable[..., jax.Array]] = {
    "add": lambda x, y, n: x + y,
    "mul": lambda x, y, n: x * y,
    "div": lambda x, y, n: x / y,
    "tanh": lambda x, y, n: jnp.tanh(x),
    "exp": lambda x, y, n: jnp.exp(jnp.minimum(x, 2.0)),
    "log1p": lambda x, y, n: jnp.log1p(jnp.abs(x)),
    "sqrt": lambda x, y, n: jnp.sqrt(x),
    "where": lambda x, y, n: jnp.where(n > 0, x, y),
    "gather": lambda x, y, n: x[n % SIZE] + y,
    "get or nan": lambda x, y, n: x.at[n].get(mode="fill", fill_value=jnp.nan),
    "set": lambda x, y, n: x.at[n[0] % SIZE].set(y[1]),
    "add at": lambda x, y, n: x.at[n % SIZE].add(y * 0.5),
    "slice": lambda x, y, n: lax.dynamic_slice(jnp.concatenate([x, y]), [n[0]], [SIZE]),
    "update": lambda x, y, n: lax.dynamic_update_slice(x, y[:2], [n[2]]),
    "sum": lambda x, y, n: jnp.full(SIZE, jnp.sum(x * y) * 0.2),
    "cumsum": lambda x, y, n: jnp.cumsum(x) * 0.3,
    "roll": lambda x, y, n: jnp.roll(x, 2) - y[::-1],
    "matrix": lambda x, y, n: (x.reshape(2, 3) @ y.reshape(3, 2)).ravel()[np.array([0, 1, 2, 3, 0, 1])] * 0.2,
    "infinite": lambda x, y, n: jnp.where(n > 5, jnp.inf, x),
    "from whole": lambda x, y, n: x + n.astype(jnp.float32) * 0.25,
}  # fmt: skip
OF_WHOLE: dict[str, Callable[..., jax.Array]] = {
    "wraps": lambda n, m: n * 1_000_003 + m * m * 77_773,
    "shift": lambda n, m: (n << (m & 7)) ^ (m >> 2),
    "divide": lambda n, m: lax.div(n, m | 1),  # 0 / 0 is -1, but XLA takes what is divided by itself for 1
    "rest": lambda n, m: n % 7 - 3,
    "sort": lambda n, m: jnp.sort(n),
    "order": lambda n, m: jnp.argsort(n, stable=True).astype(jnp.int32),
    "largest": lambda n, m: jnp.maximum(n, jnp.argmax(m).astype(jnp.int32)),
    "running": lambda n, m: jnp.cumsum(n % 5),
}


def run(steps: list[Any], state: list[jax.Array], counts: list[jax.Array]) -> Any:
    """Return arrays after steps, each of which adds one."""
    state, counts = list(state), list(counts)
    for step in steps:
        kind, (a, b, c) = step[:2]
        x, y, n, m = (
            state[a % len(state)],
            state[b % len(state)],
            counts[c % len(counts)],
            counts[a % len(counts)],
        )
        if kind in OF_FRACTIONS:
            state.append(bounded(OF_FRACTIONS[kind](x, y, n)))
        elif kind in OF_WHOLE:
            counts.append(OF_WHOLE[kind](n, m))
        else:
            x, n = INNER[kind](step[2], step[3], x, y, n)
            state.append(x)
            counts.append(n)
    return state, counts


def last_of(steps: list[Any], x: jax.Array, y: jax.Array, n: jax.Array) -> tuple[jax.Array, jax.Array]:
    state, counts = run(steps, [x, y], [n])
    return state[-1], counts[-1]


def scanned(steps: list[Any], turns: int, x: jax.Array, y: jax.Array, n: jax.Array) -> Any:
    def turn(carry: Any, t: jax.Array) -> Any:
        x, n = last_of(steps, carry[0], y, carry[1])
        return (bounded(x * 0.5 + 0.01 * t.astype(jnp.float32)), n + t), x[0]

    (x, n), lines = lax.scan(turn, (x, n), jnp.arange(turns, dtype=jnp.int32))
    return x.at[0].set(lines[-1]), n


def chosen(steps: list[Any], _: int, x: jax.Array, y: jax.Array, n: jax.Array) -> Any:
    return lax.cond(n[0] > 0, lambda: last_of(steps, x, y, n), lambda: (y, n + 1))


def repeated(steps: list[Any], turns: int, x: jax.Array, y: jax.Array, n: jax.Array) -> Any:
    def turn(state: Any) -> Any:
        t, x, n = state
        x, n = last_of(steps, x, y, n)
        return t + 1, x, n

    _, x, n = lax.while_loop(lambda state: state[0] < (n[1] & 7) % (turns + 1), turn, (jnp.int32(0), x, n))
    return x, n


INNER = {"scan": scanned, "cond": chosen, "while": repeated}


@st.composite
def programs(draw: Callable[[Any], Any]) -> Maker:
    return Maker(draw)


def one_answer(program: Maker, seed: int, three: Any) -> None:
    found = three(program, points(3 * SIZE, seed))
    found.same_bits()
    close(found)


@settings(max_examples=12, deadline=None, suppress_health_check=CALM)
@given(program=programs(), seed=st.integers(0, 1000))
def test_any_program_is_that_of_jax(program: Maker, seed: int, three: Any) -> None:
    one_answer(program, seed, three)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=200, deadline=None, suppress_health_check=CALM)
@given(program=programs(), seed=st.integers(0, 1000))
def test_any_of_many_programs_is_that_of_jax(program: Maker, seed: int, three: Any) -> None:
    one_answer(program, seed, three)


def close(found: Any) -> None:
    """Check that the twin is near JAX: a few steps, each of which rounds once, of numbers that stay small."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(found.twin - found.jax)
        near = (apart <= 1e-4 * (1 + np.abs(found.jax))) | (found.twin == found.jax)
    near |= np.isnan(found.twin) & np.isnan(found.jax)
    assert near.all(), (found.twin[~near], found.jax[~near])
