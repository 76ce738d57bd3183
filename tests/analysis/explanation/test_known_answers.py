"""Variance shares whose values are known, by either sampler."""

import numpy as np
import pytest
from analysis.explanation.known_studies import SIGMAS, agrees, explained, groups, shares

SAMPLERS = ("rqmc", "mc")


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_ishigami(sampler):
    target = explained("ishigami", sampler=sampler).targets["f"]
    found = shares(target)
    assert agrees(found["x"], 0.313905)
    assert agrees(found["y"], 0.442411)
    assert agrees(target.explained, 0.756316)
    # What is left is the interaction of the first and the third.
    assert agrees(target.unexplained, 0.243684)
    assert not found["z"].distinguishable
    assert target.indistinguishable == 1
    assert agrees(target.mean, 3.5)
    assert agrees(target.sd, 13.844588**0.5)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_linear_model_on_independent_inputs(sampler):
    target = explained("linear", sampler=sampler).targets["f"]
    found = shares(target)
    assert list(found)[:3] == ["b", "a", "c"]
    for name, truth in (("a", 4 / 14), ("b", 9 / 14), ("c", 1 / 14), ("inert", 0.0)):
        assert agrees(found[name], truth), name
    assert agrees(target.explained, 1.0)
    # Where inputs are independent a group is the sum of its members, and nothing is counted twice.
    for group in target.groups["mechanism"]:
        assert group.share == group.unique
        assert group.share.value == pytest.approx(found[group.name].value, abs=1e-12)


def test_an_input_that_enters_nowhere_is_said_to_be_so():
    target = explained("linear").targets["f"]
    inert = next(driver for driver in target.drivers if driver.prior == "inert")
    assert inert.share.value >= 0
    assert inert.share.distinguishable is False
    assert inert.direction.sign == 0
    assert target.indistinguishable == 1


def test_size_and_direction():
    target = explained("linear").targets["f"]
    found = {driver.prior: driver for driver in target.drivers}
    assert {name: driver.direction.sign for name, driver in found.items()} == {
        "a": 1,
        "b": -1,
        "c": 1,
        "inert": 0,
    }
    # A tenth of a standard normal has its mean 1.754983 and its median 1.644854 away from the middle.
    assert found["b"].low.at == pytest.approx(100 - 3 * 1.644854, abs=0.01)
    assert agrees(found["b"].low.mean, -100 + 3 * 1.754983)
    assert agrees(found["b"].high.mean, -100 - 3 * 1.754983)
    assert agrees(found["a"].swing, 2 * 2 * 1.754983)
    # Of two normals with Pearson correlation r Spearman's is 6/pi asin(r/2); here they all are, nearly: c is
    # uniform and small. The truth is known for a alone, whose rest is b and c, to the third digit.
    assert found["a"].direction.value == pytest.approx(6 / np.pi * np.arcsin((4 / 14) ** 0.5 / 2), abs=4e-3)


def test_correlated_inputs_share_what_they_explain():
    """x + 2y + z with correlation 1/2 of x and y: an index holds what the other explains too."""
    explanation = explained("correlated")
    assert explanation.priors["left.a"].correlated_with == ["right.b"]
    assert explanation.priors["right.c"].correlated_with == []
    target = explanation.targets["along"]
    found, sides = shares(target), groups(target, "mechanism")
    variance = 1 + 4 + 2 * 2 * 0.5 + 1
    assert agrees(found["left.a"], (1 + 2 * 0.5) ** 2 / variance)
    assert agrees(found["right.b"], (2 + 0.5) ** 2 / variance)
    assert agrees(target.explained, 1.0)
    # They are more than all there is: no sum may be made of them.
    assert found["left.a"].value + found["right.b"].value > 1.2
    assert agrees(sides["left"].share, 4 / variance)
    assert agrees(sides["left"].unique, 0.75 / variance)
    assert agrees(sides["right"].share, (2.5**2 + 1) / variance)
    assert agrees(sides["right"].unique, (4 * 0.75 + 1) / variance)


def test_correlated_inputs_can_hide_what_they_do():
    """x - y with correlation 1/2: either explains a quarter, and the other adds three quarters to it."""
    target = explained("correlated").targets["against"]
    left = groups(target, "mechanism")["left"]
    assert agrees(left.share, 0.25)
    assert agrees(left.unique, 0.75)
    assert agrees(target.explained, 1.0)


def test_unsourced_variance():
    explanation = explained("bases")
    assert explanation.fixed == {"judgement": 1}
    target = explanation.targets["f"]
    basis = groups(target, "basis")
    assert agrees(basis["judgement"].share, 9 / 15)
    assert agrees(basis["published"].share, 4 / 15)
    assert agrees(basis["unstated"].share, 1 / 15)
    # Two reported priors act on each other alone: no first-order share rests on either.
    assert not basis["reported"].share.distinguishable
    assert agrees(target.unexplained, 1 / 15)
    # What nobody stands behind: judgement, and what states no basis.
    assert agrees(target.unsourced.share, 10 / 15)
    assert agrees(target.unsourced.of_explained, 10 / 14)
    mechanism = groups(target, "mechanism")
    assert agrees(mechanism["one"].share, 13 / 15)
    assert agrees(mechanism["two"].share, 1 / 15)


def test_a_prior_of_two_values():
    explanation = explained("coin")
    target = explanation.targets["f"]
    found = {driver.prior: driver for driver in target.drivers}
    between = 4 * 0.3 * 0.7
    assert agrees(found["coin"].share, between / (between + 1))
    assert (found["coin"].low.at, found["coin"].high.at) == (0, 1)
    assert agrees(found["coin"].swing, 2.0)


def test_a_verdict_explained():
    """Bull is a metric of 2 or more: half of the paths with heads, and 2.275 % of those with tails."""
    target = explained("coin").targets["bull.model"]
    tails = 0.02275013
    bull = 0.3 * 0.5 + 0.7 * tails
    assert agrees(target.mean, bull)
    assert agrees(shares(target)["coin"], 0.3 * 0.7 * (0.5 - tails) ** 2 / (bull * (1 - bull)))
    shift = {one.prior: one for one in target.shifts or ()}["coin"]
    given, rest = 0.15 / bull, (0.3 - 0.15) / (1 - bull)
    assert agrees(shift.given, given)
    assert agrees(shift.rest, rest)
    assert agrees(shift.shift, (given - rest) / (0.3 * 0.7) ** 0.5)
    assert shift.shift.distinguishable


def test_few_paths_are_enough_to_be_honest():
    """One batch has few points in a replicate: errors grow, and the answer stays within them."""
    target = explained("ishigami", paths=8192).targets["f"]
    found = shares(target)
    assert agrees(found["x"], 0.313905)
    assert agrees(found["y"], 0.442411)
    assert found["x"].error > shares(explained("ishigami").targets["f"])["x"].error
    assert SIGMAS * found["x"].error < 0.1
