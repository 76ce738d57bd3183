"""Copula groups against theory: rank correlations, factors, and tails that come together."""

import re
import warnings

import jax
import numpy as np
import pytest
from scipy import integrate, special, stats

from simulator.beliefs import StrandlineWarning, compile_beliefs
from simulator.beliefs.correlation import correlation_from_spearman
from simulator.beliefs.dependence import correlate, correlation_matrix, dependence_faults
from simulator.study import CopulaGroup, Dependence, Prior
from tests.beliefs.cases import prior

PATHS = 400_000


def standard(*names: str) -> dict[str, Prior]:
    return {name: prior(name, "normal", {"mean": 0.0, "sd": 1.0}) for name in names}


def draws(priors: dict[str, Prior], group: CopulaGroup, seed: int = 3) -> dict[str, np.ndarray]:
    beliefs = compile_beliefs(priors, Dependence((group,)))
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(len(beliefs.normal_coordinates), PATHS)).astype(np.float32)
    uniforms = np.empty((0, PATHS), dtype=np.float32)
    return {k: np.asarray(v) for k, v in jax.jit(beliefs.draws)(beliefs.parameters, scores, uniforms).items()}


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(stats.rankdata(a), stats.rankdata(b))[0, 1])


@pytest.mark.parametrize("group", [CopulaGroup("g"), CopulaGroup("g", "student_t", 3.0)])
def test_two_lognormals_have_the_spearman_correlation_asked_for(group: CopulaGroup) -> None:
    priors = {
        "a": prior("a", "lognormal", {"median": 1.0, "sigma": 1.0}),
        "b": prior("b", "lognormal", {"median": 5.0, "sigma": 0.3}),
    }
    asked = CopulaGroup(group.name, group.copula, group.df, (("a", "b", 0.7),))
    drawn = draws(priors, asked)
    # The standard error is below 1 / sqrt(n); who skips the conversion gets 0.683.
    assert abs(spearman(drawn["a"], drawn["b"]) - 0.7) < 3 / np.sqrt(PATHS)


def test_common_factors_correlate_by_the_product_of_their_loadings() -> None:
    group = CopulaGroup("g", factors={"f": {"a": 0.8, "b": -0.5}, "h": {"b": 0.3, "c": 0.9}})
    drawn = draws(standard("a", "b", "c"), group)
    found = np.corrcoef([drawn[name] for name in "abc"])
    expected = np.array([[1, -0.4, 0], [-0.4, 1, 0.27], [0, 0.27, 1]])
    np.testing.assert_allclose(found, expected, atol=5 / np.sqrt(PATHS))
    np.testing.assert_allclose([drawn[name].std() for name in "abc"], 1, atol=5 / np.sqrt(2 * PATHS))


def test_a_pair_overrules_the_factors_between_its_members() -> None:
    group = CopulaGroup("g", spearman=(("a", "b", 0.2),), factors={"f": {"a": 0.6, "b": 0.5, "c": 0.4}})
    matrix = correlation_matrix(group)
    a, b, c = 1, 2, 3
    assert matrix[a, b] == matrix[b, a] == correlation_from_spearman(0.2)
    assert matrix[a, c] == pytest.approx(0.24)
    assert matrix[0, [a, b, c]].tolist() == [0.6, 0.5, 0.4]


def test_coordinates_are_factors_members_and_mixing() -> None:
    group = CopulaGroup("risk", "student_t", 4.0, (("a", "b", 0.5),), {"boom": {"c": 0.5}})
    beliefs = compile_beliefs(standard("a", "b", "c", "other"), Dependence((group,)))
    assert beliefs.normal_coordinates == (
        ("other", 0),
        ("factor.boom", 0),
        ("a", 0),
        ("b", 0),
        ("c", 0),
        ("dependence.risk.mixing", 0),
    )


def student_joint_tail(df: float, r: float, q: float) -> float:
    """P(both of a pair of t variables beyond their quantile 1 - q), by an integral over the first."""
    t = stats.t.isf(q, df)

    def beyond(x: float) -> float:
        spread = np.sqrt((df + x * x) * (1 - r * r) / (df + 1))
        return float(stats.t.pdf(x, df) * stats.t.sf((t - r * x) / spread, df + 1))

    return integrate.quad(beyond, t, np.inf, epsabs=1e-12)[0]


@pytest.mark.parametrize(("df", "rho"), [(2.0, 0.5), (4.0, 0.0), (4.0, -0.3)])
def test_the_tails_of_a_t_copula_come_together_as_theory_says(df: float, rho: float) -> None:
    drawn = draws(standard("a", "b"), CopulaGroup("g", "student_t", df, (("a", "b", rho),)))
    r = correlation_from_spearman(rho, df)
    for q in (0.05, 0.005):
        expected = student_joint_tail(df, r, q)
        z = special.ndtri(1 - q)
        for sign in (1, -1):
            found = np.mean((sign * drawn["a"] > z) & (sign * drawn["b"] > z))
            assert abs(found - expected) < 5 * np.sqrt(expected / PATHS)
            # A Gaussian copula of the same rank correlation does not have it.
            if q == 0.005:
                plain = student_joint_tail(1e6, correlation_from_spearman(rho), q)
                assert found > 1.5 * plain


@pytest.mark.parametrize("df", [0.7, 3.0, 30.0])
def test_members_of_a_t_group_keep_their_marginals(df: float) -> None:
    drawn = draws(standard("a", "b"), CopulaGroup("g", "student_t", df, (("a", "b", 0.6),)))
    for values in drawn.values():
        assert np.isfinite(values).all()
        # The Kolmogorov-Smirnov distance exceeds 2.2 / sqrt(n) once in 10,000 times.
        assert stats.kstest(values[::4], "norm").statistic < 2.2 / np.sqrt(PATHS / 4)


@pytest.mark.parametrize("df", [0.7, 3.0, 30.0])
def test_a_score_is_moved_to_the_t_copula_as_scipy_says(df: float) -> None:
    group = CopulaGroup("g", "student_t", df, factors={"none": {"a": 0.0}})
    beliefs = compile_beliefs(standard("a"), Dependence((group,)))
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(3, 20_000)).astype(np.float32)
    none = np.empty((0, scores.shape[1]), dtype=np.float32)
    found = np.asarray(jax.jit(beliefs.draws)(beliefs.parameters, scores, none)["a"])
    _, a, mixing = scores.astype(float)
    t = a * np.sqrt(df / stats.chi2.isf(stats.norm.cdf(mixing), df))
    expected = np.where(t < 0, stats.norm.ppf(stats.t.cdf(t, df)), stats.norm.isf(stats.t.sf(t, df)))
    np.testing.assert_allclose(found, expected, atol=2e-5)


@pytest.mark.parametrize("copula", [("gaussian", None), ("student_t", 3.0)])
def test_impossible_correlations_are_mended_and_told_in_the_numbers_asked_for(copula) -> None:
    """The warning speaks of rank correlations, and those told are the ones drawn."""
    asked = (("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
    kind, df = copula
    group = CopulaGroup("g", kind, df, asked)
    pattern = r"dependence\.g: .* rank correlation of (\w) and (\w), from (\S+) to (\S+); in all (\S+) "
    with pytest.warns(StrandlineWarning, match=pattern) as caught:
        drawn = draws(standard("a", "b", "c"), group)
    one, other, before, after, whole = re.search(pattern, str(caught[0].message)).groups()  # type: ignore[union-attr]
    # The standard error is below 1 / sqrt(n); three digits are told.
    error = 5 / np.sqrt(PATHS) + 5e-4
    assert float(before) in (0.9, -0.9)
    assert abs(spearman(drawn[one], drawn[other]) - float(after)) < error
    moved = np.array([spearman(drawn[a], drawn[b]) - rho for a, b, rho in asked])
    assert abs(np.linalg.norm(moved) - float(whole)) < 2 * error
    assert abs(float(after) - float(before)) == pytest.approx(np.abs(moved).max(), abs=2 * error)


def test_impossible_loadings_are_told_as_loadings() -> None:
    group = CopulaGroup("g", factors={"f": {"a": 0.9, "b": 0.1}, "h": {"a": 0.9}})
    with pytest.warns(StrandlineWarning, match=r"the loading of a on [fh], from 0\.900 to 0\.7\d+;"):
        correlate(group)


def test_possible_correlations_are_left_alone_in_silence() -> None:
    group = CopulaGroup("g", spearman=(("a", "b", 1.0), ("b", "c", 0.5), ("a", "c", 0.5)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = correlate(group).weights
    np.testing.assert_allclose(found @ found.T, correlation_matrix(group), atol=1e-9)


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ([CopulaGroup("g", spearman=(("a", "b", 1.5),))], "1.5 for a and b"),
        ([CopulaGroup("g", spearman=(("a", "b", np.nan),))], "nan for a and b"),
        ([CopulaGroup("g", spearman=(("a", "a", 0.5),))], "a with itself"),
        ([CopulaGroup("g", factors={"f": {"a": 1.5}})], "1.5 for a"),
        ([CopulaGroup("g", factors={"f": {"x": 0.5}})], "x, which is no prior"),
        ([CopulaGroup("g", factors={"f": {"v": 0.5}})], "v, which has several components"),
        ([CopulaGroup("g", "student_t", None, (("a", "b", 0.5),))], "None"),
        ([CopulaGroup("g", "student_t", 0.1, (("a", "b", 0.5),))], "0.1"),
        (
            [CopulaGroup("g", spearman=(("a", "b", 0.5),)), CopulaGroup("h", spearman=(("b", "c", 0.5),))],
            "b, which is in dependence.g too",
        ),
    ],
)
def test_what_is_no_dependence_is_a_fault(groups: list[CopulaGroup], found: str) -> None:
    priors = standard("a", "b", "c") | {"v": prior("v", "normal", {"mean": 0.0, "sd": 1.0}, size=2)}
    faults = dependence_faults(tuple(groups), priors)
    assert [fault.found for fault in faults] == [found]
