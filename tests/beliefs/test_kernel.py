"""The kernels themselves, where a study of ordinary priors would not lead them."""

import jax.numpy as jnp
import numpy as np

from simulator.beliefs.kernel import bank, correlated, in_closed_form, lines, shares, tabulated
from simulator.beliefs.table import STEPS, Table
from simulator.families import FAMILIES
from simulator.families.marginal import REACH


def staircase(pieces: int, first: float) -> Table:
    """A table of one value a piece, `first` and up."""
    knots = np.linspace(-REACH, REACH, pieces, endpoint=False).astype(np.float32).astype(np.float64)
    values = first + np.arange(pieces)
    coefficients = np.stack([values, *np.zeros((3, pieces))], axis=1)
    return Table(knots, coefficients, (first, first + pieces - 1), 1.0, 0.0)


def test_a_search_never_leaves_its_table() -> None:
    # One knot less than a power of two: the search looks past the last one, and the next table's come after.
    tables = [staircase(127, 0.0), staircase(100, 1000.0), staircase(127, 2000.0)]
    z = np.linspace(-7.5, 7.5, 1001).astype(np.float32)
    expected = np.stack([table(z.astype(float)) for table in tables])
    for steps in STEPS:
        if steps >= max(table.steps for table in tables):
            bench = bank(tables, steps)
            leaves = [jnp.asarray(leaf, jnp.float32 if leaf.dtype == float else None) for leaf in bench]
            found = tabulated(type(bench)(*leaves), jnp.asarray(np.tile(z, (3, 1))), steps=steps)
            assert (np.asarray(found) == expected).all()


def test_one_table_serves_many_rows() -> None:
    bench = bank([staircase(50, 0.0)], 3)
    leaves = [jnp.asarray(leaf, jnp.float32 if leaf.dtype == float else None) for leaf in bench]
    z = np.linspace(-7, 7, 300, dtype=np.float32).reshape(3, 100)
    found = tabulated(type(bench)(*leaves), jnp.asarray(z), steps=3)
    assert (np.asarray(found) == staircase(50, 0.0)(z.astype(float))).all()


def test_small_shares_keep_their_digits() -> None:
    line = type(lines([(1.0, 1.0)]))(jnp.ones((1, 1)), jnp.full((1, 1), 3.0))
    z = jnp.asarray([[-5.0, 5.0]])
    expected = 1 / (1 + np.exp([15.0, -15.0]))
    np.testing.assert_allclose(
        in_closed_form(line, z, family=FAMILIES["logitnormal"])[0],
        expected,
        rtol=4 * np.finfo(np.float32).eps,
    )


def test_shares_of_nearly_nothing_are_finite() -> None:
    logs = jnp.asarray([[-900.0, -900.0, 90.0], [-900.0, -905.0, -900.0]])
    found = np.asarray(shares(logs))
    np.testing.assert_allclose(
        found, [[0.5, 1 / (1 + np.exp(-5)), 1.0], [0.5, 1 / (1 + np.exp(5)), 0.0]], rtol=1e-5
    )


def test_sums_of_columns_ignore_columns_of_zeros() -> None:
    rng = np.random.default_rng(1)
    weights, scores = rng.normal(size=(3, 5)).astype(np.float32), rng.normal(size=(5, 64)).astype(np.float32)
    alone = correlated(jnp.asarray(weights), jnp.asarray(scores))
    np.testing.assert_allclose(alone, weights @ scores, atol=1e-5)
    for place in range(6):
        wider = np.insert(weights, place, 0.0, axis=1)
        more = np.insert(scores, place, 7.0, axis=0)
        assert (np.asarray(correlated(jnp.asarray(wider), jnp.asarray(more))) == np.asarray(alone)).all()
