"""Programs with loops, branches and memory: three ways, one answer."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from simulator.portable.translate import NotPortableError
from tests.portable.points import fractions, points, whole


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
