"""Least squares by sweeping: inverses, variables that depend on others, many at once."""

import numpy as np
import pytest

from simulator.estimate.least_squares import inverse, products, solved


def normals(*shape: int):
    return np.random.default_rng(4).standard_normal(shape)


def test_products_and_inverses_are_those_of_matrices():
    x = normals(3, 20, 200)
    gram = products(x, x)
    assert gram == pytest.approx(x @ x.swapaxes(1, 2))
    assert inverse(gram) == pytest.approx(np.linalg.inv(gram))


def test_what_depends_on_others_has_no_coefficient_and_changes_no_fit():
    free = normals(6, 300)
    x = np.concatenate([free, [free[0] - 2 * free[1]], np.zeros((1, 300))])
    y = normals(2, 300)
    found = solved(products(x, x), products(x, y))
    assert not found[6:].any()
    assert found[:6] == pytest.approx(np.linalg.lstsq(free.T, y.T)[0])


def test_a_variable_almost_explained_by_others_is_solved_for_to_what_rounding_leaves():
    x = normals(2, 400)
    x[1] = x[0] + 1e-3 * x[1]
    truth = np.array([[2.0], [-3.0]])
    found = solved(products(x, x), products(x, truth.T @ x))
    # The condition of the products is some 4e6: rounding of 1e-16 becomes 1e-9, of which there are few.
    assert found == pytest.approx(truth, abs=1e-7)
