"""Correlation matrices against published cases, closed forms and sampling."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.beliefs.correlation import (
    cholesky_rows,
    correlation_from_spearman,
    is_correlation,
    nearest_correlation,
)


def random_correlation(size: int, seed: int) -> np.ndarray:
    factor = np.random.default_rng(seed).normal(size=(size, size + 2))
    covariance = factor @ factor.T
    scale = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(scale, scale)
    np.fill_diagonal(matrix, 1.0)
    return (matrix + matrix.T) / 2


def test_nearest_is_highams() -> None:
    # Higham (2002), section 4: distance .5278 to four digits.
    asked = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])
    nearest = nearest_correlation(asked)
    assert np.linalg.norm(nearest - asked) == pytest.approx(0.5278, abs=5e-5)
    expected = [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]
    np.testing.assert_allclose(nearest, expected, atol=5e-5)
    assert is_correlation(nearest)
    assert not is_correlation(asked)


def test_nearest_of_equal_correlations_is_the_least_possible_one() -> None:
    # By symmetry the nearest is of the same form, and -1/(n-1) is the least that n variables can share.
    asked = np.full((4, 4), -0.6)
    np.fill_diagonal(asked, 1.0)
    nearest = nearest_correlation(asked)
    np.testing.assert_allclose(nearest[np.triu_indices(4, 1)], -1 / 3, atol=1e-9)


@given(size=st.integers(2, 8), seed=st.integers(0, 1000))
def test_nearest_is_a_correlation_matrix_and_leaves_one_alone(size: int, seed: int) -> None:
    good = random_correlation(size, seed)
    np.testing.assert_allclose(nearest_correlation(good), good, atol=1e-9)
    bad = np.clip(1.7 * (good - np.eye(size)), -1, 1) + np.eye(size)
    nearest = nearest_correlation(bad)
    np.testing.assert_allclose(np.diag(nearest), 1, atol=1e-14)
    assert is_correlation(nearest)
    # It is no farther than another correlation matrix that we know of.
    assert np.linalg.norm(nearest - bad) <= np.linalg.norm(good - bad) + 1e-9


@given(size=st.integers(1, 9), seed=st.integers(0, 1000))
def test_rows_factor_the_matrix_and_do_not_depend_on_later_ones(size: int, seed: int) -> None:
    matrix = random_correlation(size, seed)
    factor = cholesky_rows(matrix)
    np.testing.assert_allclose(factor @ factor.T, matrix, atol=1e-12)
    assert (np.triu(factor, 1) == 0).all()
    for fewer in range(1, size):
        assert (cholesky_rows(matrix[:fewer, :fewer]) == factor[:fewer, :fewer]).all()


@given(size=st.integers(2, 6), place=st.integers(0, 5), seed=st.integers(0, 1000))
def test_an_independent_row_inserted_changes_no_other(size: int, place: int, seed: int) -> None:
    matrix = random_correlation(size, seed)
    place = min(place, size)
    wider = np.insert(np.insert(matrix, place, 0.0, axis=0), place, 0.0, axis=1)
    wider[place, place] = 1.0
    factor = cholesky_rows(wider)
    others = np.delete(np.arange(size + 1), place)
    assert (factor[np.ix_(others, others)] == cholesky_rows(matrix)).all()
    assert (factor[place, others] == 0).all()


def test_perfect_correlation_is_factored() -> None:
    matrix = np.array([[1.0, 1.0, 0.3], [1.0, 1.0, 0.3], [0.3, 0.3, 1.0]])
    factor = cholesky_rows(matrix)
    np.testing.assert_allclose(factor @ factor.T, matrix, atol=1e-14)


def test_gaussian_conversion_is_the_inverse_of_spearmans_of_a_normal_pair() -> None:
    assert correlation_from_spearman(0.7) == pytest.approx(2 * np.sin(np.pi * 0.7 / 6), rel=1e-15)
    assert correlation_from_spearman(1.0) == pytest.approx(1, rel=1e-15)
    assert correlation_from_spearman(-1.0) == pytest.approx(-1, rel=1e-15)


@settings(max_examples=8)
@example(rho=1 - 2**-53, df=3.0)
@given(rho=st.floats(-1, 1), df=st.sampled_from([1.0, 3.0, 8.0]))
def test_student_conversion_is_odd_and_keeps_the_ends(rho: float, df: float) -> None:
    assert correlation_from_spearman(-rho, df) == pytest.approx(-correlation_from_spearman(rho, df), abs=1e-9)
    assert abs(correlation_from_spearman(rho, df)) <= 1 + 1e-12


def test_student_conversion_becomes_gaussian_with_many_degrees_of_freedom() -> None:
    # The difference falls as 1 / df: at 1e6 it is below 1e-6.
    assert correlation_from_spearman(0.5, 1e6) == pytest.approx(correlation_from_spearman(0.5), abs=1e-6)


@pytest.mark.parametrize("df", [1.0, 3.0])
def test_student_pairs_have_the_spearman_correlation_asked_for(df: float) -> None:
    rng, paths = np.random.default_rng(11), 400_000
    r = correlation_from_spearman(0.7, df)
    z = np.linalg.cholesky([[1, r], [r, 1]]) @ rng.normal(size=(2, paths))
    t = z / np.sqrt(rng.chisquare(df, paths) / df)
    found = np.corrcoef(stats.rankdata(t, axis=1))[0, 1]
    # The Gaussian relation misses by .0055 at df = 3: many times the error of at most 1 / sqrt(paths).
    assert abs(found - 0.7) < 2 / np.sqrt(paths)
