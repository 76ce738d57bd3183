"""Programs with loops, branches and memory, and programs that nobody wrote: three ways, one answer."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jax import lax

from simulator.portable.translate import NotPortableError

PATHS = 9
#: A program takes long to make and to compile, and the machine that runs it is the same for all of them.
CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
#: Entries of every array of a generated program.
SIZE = 6


def fractions(points: jax.Array) -> jax.Array:
    """Return points as fractions from -2 to 2, exact in single precision."""
    return (points >> 20).astype(jnp.float32) * 2.0**-10 - 2.0


def whole(points: jax.Array) -> jax.Array:
    return (points >> 28).astype(jnp.int32) - 8


def points(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**32, (rows, PATHS), dtype=np.uint32)


def in_place(x: jax.Array) -> jax.Array:
    """Write to a place that the turn and the path decide, and read another one."""

    def turn(carry: jax.Array, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        place = (t + (carry[0] > 0).astype(jnp.int32)) % 12
        carry = lax.dynamic_update_index_in_dim(carry, carry[t % 12] * 0.5 + 1.0, place, 0)
        return carry, carry[(t * 5) % 12] - carry[place]

    after, lines = lax.scan(turn, jnp.tile(x, 2), jnp.arange(40))
    return jnp.concatenate([after, lines])


def read_after_writing(x: jax.Array) -> jax.Array:
    """Read an array as it was before it was written to."""

    def turn(carry: jax.Array, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        new = lax.dynamic_update_index_in_dim(carry, carry[t % 6] + 1.0, (t * 3) % 6, 0)
        return new, new - carry

    after, lines = lax.scan(turn, x, jnp.arange(90))
    return jnp.concatenate([after, lines.ravel()])


def shifting(x: jax.Array) -> jax.Array:
    """Move every entry of what is carried one place on."""

    def turn(carry: jax.Array, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        return jnp.roll(carry, 1).at[0].add(0.25 * t.astype(jnp.float32)), carry[2]

    after, lines = lax.scan(turn, x, jnp.arange(100))
    return jnp.concatenate([after, lines])


def changing_places(x: jax.Array) -> jax.Array:
    def turn(carry: tuple[jax.Array, jax.Array], _: None) -> tuple[tuple[jax.Array, jax.Array], jax.Array]:
        one, other = carry
        return (other, one * 0.9 + other[::-1]), one

    (one, other), lines = lax.scan(turn, (x, x + 1.0), None, length=80)
    return jnp.concatenate([one, other, lines[::7].ravel()])


def two_in_place_change_places(x: jax.Array) -> jax.Array:
    def turn(carry: tuple[jax.Array, jax.Array], t: jax.Array) -> Any:
        one, other = carry
        one = lax.dynamic_update_index_in_dim(one, other[0] * 0.5, t % 6, 0)
        other = lax.dynamic_update_index_in_dim(other, one[1] + 1.0, (t * 5) % 6, 0)
        return (other, one), None

    (one, other), _ = lax.scan(turn, (x, x * 2.0), jnp.arange(70))
    return jnp.concatenate([one, other])


def backwards(x: jax.Array) -> jax.Array:
    def turn(carry: jax.Array, line: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        row, t = line
        return carry * 0.5 + row.sum(), carry + row[0] * t.astype(jnp.float32)

    rows = jnp.outer(jnp.linspace(0.0, 1.0, 80), x)
    after, lines = lax.scan(turn, x[0], (rows, jnp.arange(80)), reverse=True)
    return jnp.append(lines, after)


def nested(x: jax.Array) -> jax.Array:
    """A loop within a loop, which reads lines of the outer one and writes to an array of its own."""

    def inner(carry: jax.Array, line: jax.Array) -> tuple[jax.Array, jax.Array]:
        place = jnp.clip((line * 2).astype(jnp.int32), 0, 5)
        return lax.dynamic_update_index_in_dim(carry, line + carry[place] * 0.5, place, 0), carry[0]

    def outer(carry: jax.Array, rows: jax.Array) -> tuple[jax.Array, jax.Array]:
        after, lines = lax.scan(inner, carry * 0.5, rows)
        return carry * 0.25 + after, lines[::11]

    rows = jnp.outer(jnp.linspace(-1.0, 2.0, 21 * 90), x[:1]).reshape(21, 90)
    after, lines = lax.scan(outer, x, rows)
    return jnp.concatenate([after, lines.ravel()])


def counting(x: jax.Array) -> jax.Array:
    """A loop that counts by itself, as fori_loop does."""

    def turn(i: jax.Array, carry: jax.Array) -> jax.Array:
        return carry.at[i % 6].add(carry[(i + 1) % 6] * 0.125)

    return lax.fori_loop(3, 120, turn, x)


def until(x: jax.Array) -> jax.Array:
    """A loop that ends at another turn for each path."""

    def goes_on(state: tuple[jax.Array, jax.Array]) -> jax.Array:
        return (state[0] < 1000.0) & (state[1] < 50)

    def turn(state: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        return state[0] * 1.5 + 1.0, state[1] + 1

    size, turns = lax.while_loop(goes_on, turn, (jnp.abs(x[0]), jnp.int32(0)))
    return jnp.stack([size, turns.astype(jnp.float32)])


def until_in_a_loop(x: jax.Array) -> jax.Array:
    def outer(carry: jax.Array, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        found = lax.while_loop(lambda y: y < 9.0, lambda y: y * 2.0 + 1.0, jnp.abs(carry) + 0.5)
        return found * 0.125 - t.astype(jnp.float32) * 0.01, found

    after, lines = lax.scan(outer, x[0], jnp.arange(60))
    return jnp.append(lines, after)


def wanted_by_some(x: jax.Array) -> jax.Array:
    """A loop in a branch: on paths that do not take it, it would not end."""

    def ends(y: jax.Array) -> jax.Array:
        return lax.while_loop(lambda z: z != 0.0, lambda z: jnp.where(z > 0, jnp.floor(z * 0.5), z), y)

    return lax.cond(x[0] > 0, ends, lambda y: y - 1.0, jnp.floor(x[0] * 100))[None]


def branches(x: jax.Array) -> jax.Array:
    index = (x[0] * 3).astype(jnp.int32)
    one = lax.switch(index, [lambda y: y + 1.0, lambda y: y * 2.0, lambda y: -y], x)
    return jnp.concatenate([one, lax.cond(x[1] > 0, jnp.sort, jnp.flip, x)])


def lines_written_over(x: jax.Array) -> jax.Array:
    """Write over the lines of a loop, which were read before in another order."""
    _, lines = lax.scan(lambda c, t: (c * 0.99 + 0.01 * t, c), x[0], jnp.arange(300.0))
    before = lines[::-1] * 2.0
    after = lines.at[(jnp.abs(x[1]) * 40).astype(jnp.int32)].set(7.0)
    return jnp.concatenate([before, after])


def lines_carried_on(x: jax.Array) -> jax.Array:
    """Carry the lines of one loop through another, which reads before it writes."""
    _, lines = lax.scan(lambda c, t: (c * 0.99 + 0.01 * t, c), x[0], jnp.arange(300.0))

    def turn(carry: jax.Array, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        there = carry[t % 300]
        place = (t * 7 + (x[1] > 0).astype(jnp.int32)) % 300
        return lax.dynamic_update_index_in_dim(carry, x[2] + 1.0, place, 0), there * 2.0

    after, found = lax.scan(turn, lines, jnp.arange(120))
    return jnp.concatenate([after, found])


def carried_as_it_was(x: jax.Array) -> jax.Array:
    """Write to what is carried, and carry on what it was before."""

    def turn(carry: jax.Array, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        before = jnp.flip(jnp.flip(carry))
        new = lax.dynamic_update_index_in_dim(carry, 3.0 * x[1], t % 6, 0)
        return before, new[0] * 2.0

    after, lines = lax.scan(turn, x, jnp.arange(90))
    return jnp.concatenate([after, lines])


def lines_of_lines(x: jax.Array) -> jax.Array:
    """A loop within a loop over the lines of an earlier one, and over constants."""
    _, table = lax.scan(lambda c, t: (c * 0.9, c + t), x, jnp.arange(120.0))
    known = jnp.linspace(-1.0, 1.0, 6 * 120).reshape(6, 120)

    def inner(carry: jax.Array, line: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
        mine, other = line
        return jnp.tanh(carry * 0.9 + mine * 0.1) + other * 0.1 - jnp.exp(-carry * carry), None

    def outer(carry: jax.Array, rows: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        after = lax.scan(inner, carry, rows)[0]
        return after, after * 2.0

    after, lines = lax.scan(outer, x[0], (table.T, known))
    return jnp.append(lines, after)


def ends_of_whole_numbers(x: jax.Array) -> jax.Array:
    """A loop over whole numbers that are further apart than any of them is from 0."""

    def turn(carry: jax.Array, t: jax.Array) -> tuple[jax.Array, jax.Array]:
        after = carry * 0.5 + (t >> 28).astype(jnp.float32)
        return after, after[:2]

    after, lines = lax.scan(turn, jnp.tile(x, 80), jnp.array([-(2**31), 2**31 - 1]))
    return jnp.append(after[:5], lines)


PROGRAMS: dict[str, Callable[[jax.Array], jax.Array]] = {
    one.__name__: one
    for one in (
        in_place, read_after_writing, shifting, changing_places, two_in_place_change_places, backwards,
        nested, lines_written_over, lines_carried_on, carried_as_it_was,
        lines_of_lines, ends_of_whole_numbers, counting, until, until_in_a_loop, wanted_by_some, branches,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_loop_is_that_of_jax(name: str, three: Any) -> None:
    found = three(lambda given: [PROGRAMS[name](fractions(given)[:, 0])], points(6))
    found.same_bits()
    # A hundred turns of sums and products that shrink: each rounds once, and fused or not.
    found.near_jax(rtol=1e-5, atol=1e-5)


def test_inputs_are_the_same_for_every_path(three: Any) -> None:
    table = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    places = np.array([2, 0, 1], np.int32)

    def function(given: jax.Array, table: jax.Array, places: jax.Array) -> list[jax.Array]:
        x = fractions(given)[:, 0]
        chosen = table[places] * jnp.stack([x[:4]] * 3)
        running = lax.scan(lambda c, r: (c + r, c), x[0] * table[0], jnp.tile(table, (40, 1)))[1]
        return [chosen, table[jnp.clip(whole(given)[:3, 0], 0, 2), 1], running[::9]]

    found = three(function, points(6), table, places)
    found.same_bits()
    found.near_jax(rtol=1e-5, atol=1e-5)


def test_a_loop_over_a_row_of_an_input_moves_with_both(three: Any) -> None:
    table = np.linspace(-1, 1, 21 * 120, dtype=np.float32).reshape(21, 120)

    def function(given: jax.Array, table: jax.Array) -> list[jax.Array]:
        def inner(carry: jax.Array, one: jax.Array) -> tuple[jax.Array, None]:
            return jnp.tanh(carry * 0.9 + one) - jnp.exp(-carry * carry) * 0.1, None

        x = fractions(given)[0, 0]
        return [lax.scan(lambda c, row: (lax.scan(inner, c, row)[0], c), x, table)[1]]

    found = three(function, points(1), table)
    found.same_bits()
    found.near_jax(rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (lambda x: jnp.linalg.cholesky(jnp.eye(3) + x[0] * x[0]), "cholesky"),
        (lambda x: jnp.fft.rfft(x).real, "complex64"),
        (lambda x: x.astype(jnp.float16), "float16"),
        (lambda x: jax.random.normal(jax.random.key(0), (3,)) + x[0], "random"),
        (lambda x: jax.pure_callback(np.sin, jax.ShapeDtypeStruct((6,), np.float32), x), "callback"),
        (lambda x: jnp.sort(jnp.tile(x, 100)), "sorts 600"),
    ],
)
def test_what_has_no_portable_form_is_refused_by_name(function: Any, named: str, three: Any) -> None:
    with pytest.raises(NotPortableError, match=named) as caught:
        three(lambda given: [function(fractions(given)[:, 0])], points(6))
    assert "strandline serve" in str(caught.value)


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
