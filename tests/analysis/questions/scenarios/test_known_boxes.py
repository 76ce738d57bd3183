"""Boxes whose limits, probability, purity and coverage are known."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from analysis.questions.scenarios.planted import SIGMAS, cover, event_in, limit_error, uniforms

from simulator.analysis.questions.scenarios.covering import outside_each_other, trajectory, without_leader
from simulator.analysis.questions.scenarios.peeling import peel
from simulator.estimate import Number

WITHIN, WITHOUT = 0.9, 0.05
#: Points of a replicate: of 32, half of which are searched.
POINTS = 1024
SEARCHED = 16 * POINTS


def found_in(values, event, boxes=1, **about):
    """The boxes that are better than chance, and the one that is not."""
    base = Number(float(event.mean()), 0.0)
    found, refused = outside_each_other(cover(values, event, **about), boxes, base)
    return [one.scenario for one in found], refused


def by_belief(scenario) -> dict[str, Any]:
    return {one.belief: one for one in scenario.conditions}


def near(estimate, truth):
    """Whether an estimate is the truth within its error, and the error says something."""
    assert 0 < estimate.error < 0.05
    return abs(estimate.value - truth) <= SIGMAS * estimate.error


@cache
def corner():
    """x above .7 and y between .2 and .6, of six beliefs."""
    draws = uniforms(POINTS, 6)
    values = dict(zip("xyabcd", draws, strict=True))
    inside = (values["x"] > 0.7) & (values["y"] > 0.2) & (values["y"] < 0.6)
    return values, event_in(inside, WITHIN, WITHOUT)


def test_limits_of_a_planted_box_are_found_within_the_density_of_paths():
    values, event = corner()
    [found], _ = found_in(values, event)
    assert set(by_belief(found)) == {"x", "y"}
    x, y = by_belief(found)["x"], by_belief(found)["y"]
    assert x.high is None
    assert x.quantiles[1] == 1
    for limit, quantile, planted, own, others in (
        (x.low, x.quantiles[0], 0.7, values["x"], 0.4),
        (y.low, y.quantiles[0], 0.2, values["y"], 0.3),
        (y.high, y.quantiles[1], 0.6, values["y"], 0.3),
    ):
        error = limit_error(SEARCHED, others, 0.12, WITHIN, WITHOUT)
        assert error < 0.05
        assert abs(quantile - np.mean(own < planted)) < error
        # A limit is a value of a path that is inside, so that it stands beside its quantile.
        assert abs(np.mean(own < limit) - quantile) <= 1 / own.size


def test_a_found_box_holds_what_it_says():
    values, event = corner()
    [found], _ = found_in(values, event)
    x, y = by_belief(found)["x"], by_belief(found)["y"]
    planted = (1 - max(x.low, 0.7)) * (min(y.high, 0.6) - max(y.low, 0.2))
    mass = (1 - x.low) * (y.high - y.low)
    purity = (WITHIN * planted + WITHOUT * (mass - planted)) / mass
    base = WITHIN * 0.12 + WITHOUT * 0.88
    covariance = mass * (purity - base)
    assert near(found.share.mass, mass)
    assert near(found.share.purity, purity)
    assert near(found.share.coverage, mass * purity / base)
    assert found.share.lift.value == pytest.approx(purity / base, abs=SIGMAS * found.share.lift.error)
    assert near(found.share.explained, covariance**2 / (mass * (1 - mass) * base * (1 - base)))


def test_a_purity_has_the_error_of_independent_paths():
    values, event = corner()
    [found], _ = found_in(values, event)
    purity, paths = found.share.purity.value, found.share.mass.value * SEARCHED
    # Of 16 replicates: the relative error of a standard error is 1 / sqrt(2 * 15), and this is four of them.
    assert found.share.purity.error == pytest.approx(np.sqrt(purity * (1 - purity) / paths), rel=0.73)


def test_nested_boxes_have_one_condition_more_each_and_are_purer():
    values, event = corner()
    [found], _ = found_in(values, event)
    assert [len(step.conditions) for step in found.nested] == [1, 2]
    assert found.nested[0].conditions == found.conditions[:1]
    assert found.nested[-1].conditions == found.conditions
    assert found.nested[-1].share == found.share
    masses = [step.share.mass.value for step in found.nested]
    assert masses == sorted(masses, reverse=True)
    assert all(step.added.sign > 0 for step in found.nested)
    rise = found.nested[1].share.purity.value - found.nested[0].share.purity.value
    assert found.nested[1].added.value == pytest.approx(rise, abs=1e-12)


def test_a_trajectory_goes_from_all_paths_to_the_least_share():
    values, event = corner()
    found = trajectory(cover(values, event, share=0.1), [0, 1])
    masses = [step.share.mass.value for step in found]
    assert masses == sorted(masses, reverse=True)
    # The least share is of the paths searched; those counted are others, independent of them.
    error = SIGMAS * np.sqrt(0.1 * 0.9 / SEARCHED)
    assert 0.1 - error < masses[-1] < masses[0] < 1
    assert found[-1].share.purity.value > 5 * event.mean()


@pytest.mark.parametrize("seed", range(5))
def test_an_event_that_no_belief_moves_has_no_box(seed):
    draws = uniforms(512, 8, seed)
    event = np.random.default_rng(100 + seed).random(draws.shape[1:]) < 0.3
    found, refused = found_in(dict(zip("abcdefgh", draws, strict=True)), event, boxes=3)
    assert found == []
    assert refused is None or refused.outside == 0


def test_a_search_by_lot_finds_the_share_of_all_paths():
    values, event = corner()
    [found], _ = found_in(values, event)
    chance = found.chance
    assert chance.purity.value == pytest.approx(event.mean(), abs=SIGMAS * chance.purity.error)
    # Nineteen counts of so many paths: none is five standard errors above the share of all.
    spread = np.sqrt(event.mean() * (1 - event.mean()) / (found.share.mass.value * SEARCHED))
    assert chance.purity.value < chance.greatest < event.mean() + 5 * spread


def test_two_boxes_are_two_scenarios_that_do_not_overlap():
    values, _ = corner()
    first = (values["x"] > 0.7) & (values["y"] < 0.5)
    second = (values["a"] < 0.3) & (values["b"] < 0.3)
    event = event_in(first | second, WITHIN, WITHOUT)
    found, refused = found_in(values, event, boxes=3)
    assert [set(by_belief(one)) for one in found] == [{"x", "y"}, {"a", "b"}]
    assert [one.outside for one in found] == [0, 1]
    together = sum(one.share.coverage.value for one in found)
    covered = event[first | second].sum() / event.sum()
    assert together == pytest.approx(covered, abs=0.05)
    assert refused is None or refused.outside == 2


def test_without_its_leading_belief_another_box_explains_the_event():
    values, _ = corner()
    inside = (values["x"] > 0.6) | ((values["a"] > 0.5) & (values["b"] > 0.5))
    event = event_in(inside, WITHIN, WITHOUT)
    paths, base = cover(values, event), Number(float(event.mean()), 0.0)
    [first], _ = outside_each_other(paths, 1, base)
    assert first.scenario.conditions[0].belief == "x"
    other = without_leader(paths, first, base)
    assert other is not None
    assert set(by_belief(other)) == {"a", "b"}
    assert other.barred == ("x",)
    # What it shares with the first box is independent of it: x above .6.
    assert near(other.in_first, first.scenario.share.mass.value)


def test_a_belief_given_twice_has_one_condition():
    values, event = corner()
    [found], _ = found_in(values | {"again": values["x"]}, event)
    assert len(found.conditions) == 2
    assert len({"x", "again"} & set(by_belief(found))) == 1


def test_correlated_beliefs_move_along_and_have_no_condition():
    normal = np.random.default_rng(5).standard_normal((3, 32, POINTS))
    x, noise, z = normal
    values = {"x": x, "y": 0.9 * x + np.sqrt(1 - 0.81) * noise, "z": z}
    event = event_in(x > 1, WITHIN, WITHOUT)
    [found], _ = found_in(values, event)
    assert set(by_belief(found)) == {"x"}
    assert [one.belief for one in found.along] == ["y"]
    low = by_belief(found)["x"].low
    inside = np.argsort(np.argsort(values["y"], axis=None)).reshape(x.shape)[x >= low] / x.size
    # The middle of a bin stands for its paths; all paths for those that count.
    assert found.along[0].shift.value == pytest.approx(
        inside.mean() - 0.5, abs=0.01 + SIGMAS * found.along[0].shift.error
    )


def test_values_in_no_order_are_in_the_box_or_out():
    draws = uniforms(POINTS, 3)
    kind = np.floor(5 * draws[0])
    values = {"kind": kind, "x": draws[1], "a": draws[2]}
    inside = np.isin(kind, (1, 3)) & (draws[1] < 0.4)
    [found], _ = found_in(values, event_in(inside, WITHIN, WITHOUT), families={"kind": "categorical"})
    conditions = by_belief(found)
    assert set(conditions) == {"kind", "x"}
    kinds = conditions["kind"]
    assert (kinds.values, kinds.low, kinds.high) == ((1.0, 3.0), None, None)
    assert kinds.share == np.isin(kind, (1, 3)).mean()


def test_numbers_of_few_values_have_a_limit_at_one_of_them():
    draws = uniforms(POINTS, 3)
    plants = np.floor(7 * draws[0])
    values = {"plants": plants, "x": draws[1], "a": draws[2]}
    [found], _ = found_in(values, event_in(plants >= 5, WITHIN, WITHOUT))
    [condition] = found.conditions
    assert (condition.belief, condition.low, condition.high) == ("plants", 5.0, None)
    assert condition.quantiles == (np.mean(plants < 5), 1.0)


def test_a_box_does_not_depend_on_the_scale_of_a_belief():
    values, event = corner()
    [one], _ = found_in(values, event)
    [other], _ = found_in({name: np.exp(5 * own) for name, own in values.items()}, event)
    assert [c.quantiles for c in one.conditions] == [c.quantiles for c in other.conditions]
    assert one.share == other.share
    low, exponential = by_belief(one)["x"].low, by_belief(other)["x"].low
    assert exponential == pytest.approx(np.exp(5 * low), rel=1e-12)


def test_no_box_has_more_conditions_than_are_asked_for():
    draws = uniforms(POINTS, 5)
    event = event_in((draws[:4] > 0.3).all(axis=0), WITHIN, WITHOUT)
    values = dict(zip("wxyza", draws, strict=True))
    for most in range(1, 5):
        [found], _ = found_in(values, event, most=most)
        assert len(found.conditions) == most
        assert set(by_belief(found)) <= set("wxyz")


def test_a_condition_is_exchanged_for_one_that_explains_more():
    """A safe tail of one belief is peeled first; the halves of another explain more of the event."""
    draws = uniforms(POINTS, 4)
    safe, broad = draws[0] < 0.08, draws[1] > 0.5
    event = np.random.default_rng(9).random(safe.shape) < np.where(safe, 0.0, np.where(broad, 0.6, 0.2))
    values = dict(zip(("safe", "broad", "a", "b"), draws, strict=True))
    explained = {
        name: np.corrcoef(where.ravel(), event.ravel())[0, 1] ** 2
        for name, where in (("safe", safe), ("broad", broad))
    }
    assert explained["broad"] > 2 * explained["safe"]
    paths = cover(values, event, most=1)
    assert set(peel(paths.search)[0].box) == {0}
    [found], _ = found_in(values, event, most=1)
    assert set(by_belief(found)) == {"broad"}
    assert by_belief(found)["broad"].low == pytest.approx(0.5, abs=0.02)
