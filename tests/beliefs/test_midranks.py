"""Rank correlations of priors whose draws tie: what was asked for is drawn, and what cannot be is refused."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.beliefs import StrandlineWarning, compile_beliefs
from simulator.beliefs.correlation import correlation_from_spearman
from simulator.beliefs.dependence import correlation_matrix
from simulator.beliefs.midranks import Pair, mid_ranks
from simulator.beliefs.resolve import resolve
from simulator.errors import StudyError
from simulator.study import CopulaGroup, Dependence, Prior
from tests.beliefs.cases import component, prior
from tests.beliefs.test_dependence import PATHS, draws, spearman

RARE = prior("a", "bernoulli", {"p": 0.1})
EVEN = prior("a", "bernoulli", {"p": 0.5})
THREE = prior("a", "categorical", {"values": [1.0, 2.0, 3.0], "probabilities": [0.5, 0.3, 0.2]})
SPIKE = prior(
    "a",
    "mixture",
    {"components": [{"weight": 0.6, "value": 0.0}, component(0.4, "lognormal", median=1, sigma=0.5)]},
)
COUNT = prior("a", "scipy", {"distribution": "poisson", "args": {"mu": 4.5}}, bounds=(2.0, math.inf))
PLAIN = prior("a", "normal", {"mean": 0.0, "sd": 1.0})
MANY = prior("a", "scipy", {"distribution": "poisson", "args": {"mu": 4000.0}})


def named(one: Prior, name: str) -> Prior:
    return prior(name, one.family, dict(one.parameters), bounds=one.bounds)


def pair(one: Prior, other: Prior) -> Pair:
    first, second = (mid_ranks(resolve(prior).marginals[0]) for prior in (one, other))
    return Pair(first, second)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("share", [0.5, 0.95])
@pytest.mark.parametrize(
    ("one", "other"),
    [(RARE, PLAIN), (THREE, PLAIN), (SPIKE, PLAIN), (COUNT, PLAIN), (RARE, THREE), (SPIKE, COUNT)],
)
def test_ties_have_the_spearman_correlation_asked_for(
    one: Prior, other: Prior, share: float, sign: int
) -> None:
    low, high = pair(one, other).limits
    rho = share * (high if sign > 0 else low)
    priors = {"a": named(one, "a"), "b": named(other, "b")}
    drawn = draws(priors, CopulaGroup("g", spearman=(("a", "b", rho),)))
    # The standard error of a rank correlation is below 1 / sqrt(n); steps of 1/128 move it by their square.
    assert abs(spearman(drawn["a"], drawn["b"]) - rho) < 4 / np.sqrt(PATHS)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.7])
def test_a_bernoulli_and_a_normal_can_go_together_as_far_as_ranks_allow(p: float) -> None:
    # Var of the mid-rank is p (1 - p) / 4, against 1/12.
    most = math.sqrt(3 * p * (1 - p))
    low, high = pair(prior("a", "bernoulli", {"p": p}), PLAIN).limits
    assert (low, high) == pytest.approx((-most, most), rel=1e-12)


def test_two_bernoullis_of_one_half_follow_the_arcsine_law() -> None:
    # Sheppard (1899): the correlation of signs is 2/pi asin(r).
    both = pair(EVEN, EVEN)
    for r in (-0.9, -0.3, 0.0, 0.5, 0.99):
        assert both.spearman(r) == pytest.approx(2 / math.pi * math.asin(r), abs=1e-10)
        assert both.correlation(both.spearman(r)) == pytest.approx(r, abs=1e-10)
    assert both.limits == pytest.approx((-1, 1), abs=1e-12)


def test_perfect_agreement_and_its_reverse_are_possible_between_equal_priors() -> None:
    for one in (EVEN, THREE, SPIKE):
        same = pair(one, one)
        assert same.limits[1] == pytest.approx(1, abs=1e-12)
        assert same.correlation(1.0) == 1.0


@pytest.mark.parametrize("one", [PLAIN, MANY, prior("a", "fixed", {"value": 3.0})])
@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.7, 1.0])
def test_without_ties_the_correlation_is_the_closed_form_to_the_last_bit(one: Prior, rho: float) -> None:
    """So that draws do not move."""
    marginals = {"a": resolve(one).marginals[0], "b": resolve(PLAIN).marginals[0]}
    group = CopulaGroup("g", spearman=(("a", "b", rho),))
    assert correlation_matrix(group, marginals)[0, 1] == correlation_from_spearman(rho)


@pytest.mark.parametrize("rho", [0.6, -0.6])
def test_a_correlation_that_ties_rule_out_is_refused_with_what_is_possible(rho: float) -> None:
    priors = {"a": RARE, "b": named(PLAIN, "b")}
    asked: Any = Dependence((CopulaGroup("g", spearman=(("a", "b", rho),)),))
    with pytest.raises(StudyError, match=rf"{rho:g} for a and b; allowed: from -0\.5196 to 0\.5196"):
        compile_beliefs(priors, asked)


def test_ties_under_a_t_copula_are_warned_of() -> None:
    priors = {"a": RARE, "b": named(PLAIN, "b")}
    with pytest.warns(StrandlineWarning, match="a or b .* under a t copula is weaker"):
        drawn = draws(priors, CopulaGroup("g", "student_t", 4.0, (("a", "b", 0.4),)))
    assert stats.spearmanr(drawn["a"][:50_000], drawn["b"][:50_000]).statistic < 0.3
