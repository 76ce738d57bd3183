"""Values at which an answer changes, of models where they are known."""

import math
import re
from dataclasses import replace
from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest
from analysis.questions.small_runs import STANDARD, linear_run
from scipy import optimize, special, stats

from simulator.analysis.questions.changed import Changed
from simulator.analysis.questions.flip import flip
from simulator.analysis.questions.flip.belief import Belief
from simulator.analysis.questions.flip.margin import Lead, Side
from simulator.analysis.questions.flip.search import Point, Search
from simulator.analysis.run import Run, simulate
from simulator.engine import runtime
from simulator.errors import GateError, UsageError
from simulator.estimate.effect import Effect
from simulator.estimate.replicated import Replicated
from simulator.study import Study

#: Standard errors that an estimate may lie from the truth.
SIGMAS = 5
UNIFORM = {"family": "uniform", "low": 0.0, "high": 1.0}


def run_of(model, priors, judged=True, paths=16_384, seed=1, sampler="rqmc", **more) -> Run:
    rules = {"study": {"verdicts": ["yes", "no"]}, "verdict": {"yes": {"f": {"min": 0.0}}}} if judged else {}
    data = {"priors": priors, **rules, **more}
    return simulate(Study.from_dict(data, model=model), paths=paths, seed=seed, sampler=sampler)


def plane(draws):
    return {"f": 2 * draws["x"] + draws["y"] - 0.5}


@cache
def plane_run(seed: int = 1, sampler: str = "rqmc", spearman: float = 0.0) -> Run:
    tied = {"spearman": [["x", "y", spearman]]}
    priors = {"x": {**STANDARD, "unit": "yr"}, "y": STANDARD, "sure": {"value": 2.0, "spare": True}}
    return run_of(plane, priors, seed=seed, sampler=sampler, dependence=tied)


def only(found, name):
    (belief,) = (one for one in found.beliefs if one.name == name)
    return belief


def value_of(found, name):
    (value,) = only(found, name).values
    return value


def off(number, truth):
    """Return by how many of its errors a number is off, of an error that says something."""
    assert 0 < number.error < 0.1
    return (number.value - truth) / number.error


def test_of_a_linear_model_the_values_are_where_it_is_zero_and_their_errors_are_theirs():
    # Of f = 2 x + y - 1/2 either belief at a number leaves a normal, whose sign is even where its mean is 0.
    truth = {"x": 0.25, "y": 0.5}
    found = [flip(plane_run(seed, "mc"), pairs=0) for seed in range(1, 7)]
    apart = [off(value_of(one, name).value, truth[name]) for one in found for name in truth]
    assert max(map(abs, apart)) < SIGMAS
    # Their squares sum as those of as many normal numbers: one in ten thousand such sums lies beyond.
    low, high = stats.chi2.ppf([1e-4, 1 - 1e-4], len(apart))
    assert low < np.square(apart).sum() < high


def test_a_value_says_what_is_on_either_side_how_often_and_in_which_unit():
    found = flip(plane_run(), pairs=0)
    assert [one.name for one in found.beliefs] == ["x", "y"]  # the nearest to the median first
    value = value_of(found, "x")
    assert (value.below, value.above, value.jump, value.value.unit) == ("no", "yes", False, "yr")
    assert value.between[0] < value.value.value < value.between[1]
    assert abs(off(value.level, special.ndtr(0.25))) < SIGMAS
    assert only(found, "x").outcome == "flips"
    low, median, high = only(found, "x").quantiles
    assert (low, median, high) == pytest.approx(special.ndtri([0.1, 0.5, 0.9]), abs=0.01)


def test_a_correlated_belief_stays_where_it_was_drawn():
    found = flip(plane_run(spearman=0.7), pairs=0)
    assert abs(off(value_of(found, "x").value, 0.25)) < SIGMAS
    assert abs(off(value_of(found, "y").value, 0.5)) < SIGMAS


def logistic(draws):
    return {"f": 1 / (1 + jnp.exp(-3 * (draws["x"] - 0.4))) - draws["u"]}


def test_of_a_curve_the_value_is_the_root_that_scipy_finds():
    run = run_of(logistic, {"x": STANDARD, "u": UNIFORM})
    level = 0.3

    def above(x):
        return special.expit(3 * (x - 0.4)) - level

    found = flip(run, target=f"prob_above(f, 0) = {level}", pairs=0)
    value = value_of(found, "x")
    assert (value.below, value.above) == ("below", "above")
    assert abs(off(value.value, optimize.brentq(above, -2, 2))) < SIGMAS
    assert str(found.condition) == "prob_above(f, 0) = 0.3"


@pytest.mark.parametrize(
    ("target", "truth"),
    [
        ("mean(f) = 1", 0.75),
        ("p10(f) = -1", (-0.5 - special.ndtri(0.1)) / 2),
        ("sd(f) = 2.5", None),  # that of y, whatever x is
    ],
)
def test_any_statistic_may_be_the_target(target, truth):
    belief = only(flip(plane_run(), target=target, pairs=0), "x")
    if truth is None:
        assert (belief.outcome, belief.values) == ("none", ())
    else:
        (value,) = belief.values
        assert not value.jump
        # Of the mean of the first of these hardly anything is left to chance.
        assert abs(value.value.value - truth) < SIGMAS * value.value.error + 1e-3


def test_an_answer_that_changes_twice_is_found_twice():
    run = run_of(lambda d: {"f": d["x"] ** 2 + d["y"] - 2.0}, {"x": STANDARD, "y": STANDARD})
    low, high = only(flip(run, pairs=0), "x").values
    assert abs(off(low.value, -math.sqrt(2))) < SIGMAS
    assert abs(off(high.value, math.sqrt(2))) < SIGMAS
    assert (low.below, low.above, high.below, high.above) == ("yes", "no", "no", "yes")


def test_a_belief_that_never_changes_the_answer_says_so_and_one_too_close_to_call_too():
    priors = {"small": STANDARD, "y": STANDARD}
    found = flip(run_of(lambda d: {"f": 0.1 * d["small"] + d["y"] + 0.7}, priors), pairs=0)
    assert (only(found, "small").outcome, only(found, "small").values) == ("none", ())
    assert {place.outcome for place in only(found, "small").places} == {"yes"}
    found = flip(run_of(lambda d: {"f": 0.0 * d["small"] + d["y"]}, priors), pairs=0)
    assert only(found, "small").outcome == "open"
    # What is unclear on few paths is looked at on more before it is said to be.
    assert {place.paths for place in only(found, "small").places} == {16_384}


def test_of_several_verdicts_it_is_the_likeliest_that_is_left_for_the_next():
    # With x at v the value is normal about 2 v - 2 with a variance of 2: bear up to -2, bull from 2 on.
    run = linear_run()
    found = flip(run, "model", beliefs=["x"], pairs=0)

    def chance(v, verdict):
        law = stats.norm(2 * v - 2, math.sqrt(2))
        bear, bull = law.cdf(-2), law.sf(2)
        return {"bear": bear, "base": 1 - bear - bull, "bull": bull}[verdict]

    assert found.outcome == "bear"
    (belief,) = found.beliefs
    (one,) = belief.values
    assert (one.below, one.above) == ("bear", "base")
    truth = optimize.brentq(lambda v: chance(v, "bear") - chance(v, "base"), -3, 3)
    assert abs(off(one.value, truth)) < SIGMAS
    for place in belief.places:
        assert place.outcome == max(found.chances, key=lambda verdict: chance(place.value, verdict))
    assert sum(number.value for number in found.chances.values()) == pytest.approx(1.0)


def test_the_entity_is_the_one_asked_for():
    model = lambda d: {"f.north": d["x"] + d["y"] - 0.5, "f.south": d["x"] + d["y"] + 0.5}  # noqa: E731
    run = run_of(model, {"x": STANDARD, "y": STANDARD})
    assert abs(off(value_of(flip(run, "south", pairs=0), "x").value, -0.5)) < SIGMAS
    assert flip(run, pairs=0).entity == "north"
    with pytest.raises(UsageError, match="Did you mean south"):
        flip(run, "souht")


def test_a_belief_of_few_values_changes_the_answer_from_one_to_the_next():
    priors = {"coin": {"family": "bernoulli", "p": 0.3}, "noise": STANDARD}
    (value,) = (
        flip(run_of(lambda d: {"f": d["coin"] + d["noise"] - 0.5}, priors), beliefs=["coin"], pairs=0)
        .beliefs[0]
        .values
    )
    assert value.jump
    assert value.between == (0.0, 1.0)
    assert value.level.value == pytest.approx(0.7, abs=0.01)


def test_a_metric_that_jumps_is_closed_in_on_as_far_as_it_is_drawn():
    priors = {"x": STANDARD, "noise": STANDARD}
    run = run_of(lambda d: {"f": jnp.where(d["x"] > 0.3, 1.0, -1.0) + d["noise"]}, priors)
    value = value_of(flip(run, pairs=0), "x")
    assert value.between[0] < 0.3 < value.between[1]
    assert abs(value.value.value - 0.3) < 0.02
    assert value.value.error >= (value.between[1] - value.between[0]) / 2


def test_a_map_has_the_answer_of_both_beliefs():
    run = run_of(lambda d: {"f": d["x"] + d["y"] + d["z"]}, {"x": STANDARD, "y": STANDARD, "z": STANDARD})
    found = flip(run, pairs=2)
    assert {found.maps[0].across.name, found.maps[0].up.name} == {one.name for one in found.beliefs[:2]}
    for one in found.maps:
        for up, row in zip(one.up.values, one.cells, strict=True):
            for across, cell in zip(one.across.values, row, strict=True):
                # The chance that a normal number is above -(x + y), twice, less 1.
                assert (
                    abs(
                        cell.lead.value * (1 if found.outcome == "yes" else -1)
                        - (2 * special.ndtr(up + across) - 1)
                    )
                    < SIGMAS * cell.lead.error + 1e-3
                )
                assert (cell.outcome == "yes") == (up + across > 0) or not cell.lead.distinguishable
    assert flip(run, pairs=0).maps == ()


def test_what_changes_nothing_leaves_the_answer_of_all_paths_and_not_that_of_the_few_computed():
    run, margin = plane_run(), Lead("model", ("yes", "no"), "yes")
    search = Search(run, Changed(run, 2), margin, 2)
    unchanged = search.side({}).margin
    whole = margin.side(margin.measure(run))
    assert float(unchanged.value) == pytest.approx(float(whole.margin.value), abs=1e-12)
    few = margin.side(margin.measure(replace(run, plan=run.plan.first(1))))
    assert float(unchanged.value) != pytest.approx(float(few.margin.value), abs=1e-6)


def test_those_not_listed_are_counted_with_the_places_at_which_they_were_computed():
    found = flip(plane_run(), top=1, pairs=0)
    assert [one.name for one in found.beliefs] == ["x"]
    (other,) = found.screened
    assert other.name == "y"
    assert [round(place.level, 2) for place in other.places] == [0.01, 0.99]


def log_of_sum(draws):
    """Not a number where either of two beliefs is high and the other is not as low as they are together."""
    return {"f": jnp.where(draws["x"] + draws["y"] > 3.0, jnp.nan, draws["x"] + draws["z"])}


@cache
def opposed_run() -> Run:
    priors = {"x": STANDARD, "y": STANDARD, "z": STANDARD}
    return run_of(log_of_sum, priors, paths=8192, dependence={"spearman": [["x", "y", -0.99]]})


def test_a_belief_with_which_a_metric_is_no_number_is_named_and_all_others_are_looked_at():
    found = flip(opposed_run(), pairs=1)
    assert [one.name for one in found.beliefs] == ["z"]
    assert abs(off(value_of(found, "z").value, 0.0)) < SIGMAS
    assert [list(one.values) for one in found.uncomputed] == [["x"], ["y"]]
    assert found.uncomputed[0].values["x"] > 2
    assert re.fullmatch(r"f: \d+ nan of 8192 paths", found.uncomputed[0].reason)
    assert found.to_json()["uncomputed"][0] == {
        "values": {"x": found.uncomputed[0].values["x"]},
        "reason": found.uncomputed[0].reason,
    }
    with pytest.raises(GateError, match=r"with every belief:\n  x = .*: f: \d+ nan of 8192 paths\n  y ="):
        flip(opposed_run(), beliefs=["x", "y"])


def test_a_pair_with_which_a_metric_is_no_number_has_no_map():
    # Of 8192 paths one belief at P99 leaves 0.1 of which it is expected, and both leave 8.
    def model(draws):
        return {"f": jnp.where((draws["x"] + draws["y"] > 4.6) & (draws["rare"] > 0), jnp.nan, draws["x"])}

    rare = {"family": "bernoulli", "p": 0.001}
    found = flip(run_of(model, {"x": STANDARD, "y": STANDARD, "rare": rare}), beliefs=["x", "y"])
    assert len(found.beliefs) == 2
    assert found.maps == ()
    assert [set(one.values) for one in found.uncomputed] == [{"x", "y"}]


class Payback:
    """Infinite where x is above 1."""

    may_be_infinite = ("wait", "profit")

    def __call__(self, draws):
        wait = jnp.where(draws["x"] > 1.0, jnp.inf, jnp.exp(draws["x"]) + 0.01 * draws["y"])
        return {"wait": wait, "profit": jnp.where(draws["x"] > 1.0, -jnp.inf, draws["y"]) - draws["x"]}


@cache
def payback_run() -> Run:
    return run_of(Payback(), {"x": STANDARD, "y": STANDARD}, judged=False)


@pytest.mark.parametrize(("target", "sides"), [("p90(wait) = 5", "ba"), ("mean(profit) = -1.5", "ab")])
def test_what_is_infinite_at_a_value_is_on_that_side_of_every_level(target, sides):
    found = flip(payback_run(), target=target)
    assert math.isinf(found.lead.value)  # as the study is
    value = value_of(found, "x")
    assert (value.below[0], value.above[0]) == tuple(sides)
    assert value.between[0] <= 1.0 < value.between[1]
    low, high = value.between
    assert (value.value.value, value.value.error) == (pytest.approx((low + high) / 2), (high - low) / 2)
    assert only(found, "y").outcome == "none"
    assert only(found, "x").at(0.99).to_json()["lead"]["distinguishable"]


def test_an_infinite_statistic_that_a_replicate_alone_makes_so_is_not_known():
    search = object.__new__(Search)
    margin = Replicated(np.asarray(np.inf), np.array([np.inf, 3.0, np.inf]))
    assert not search.lead(margin).distinguishable
    assert search.lead(Replicated(np.asarray(np.inf), np.full(3, np.inf))).sign == 1


class Mistaken(Search):
    """A search in which few paths show another sign above zero than more of them do."""

    def __init__(self) -> None:
        self._batches, self._margin = 2, Lead("model", ("yes", "no"), "yes")

    def point(self, belief, value, batches=1):
        lead = -0.1 if batches == 1 and value > 0 else 0.1
        margin = Replicated(np.asarray(lead), np.full(32, lead))
        side = Side("yes" if lead > 0 else "no", margin)
        return Point(value, belief.level(value), side, Effect(lead, 0.01), lead, batches)


def test_a_change_that_more_paths_do_not_show_is_none():
    belief, search = Belief("x", "1", np.linspace(-1.0, 1.0, 1001)), Mistaken()
    points = [search.point(belief, value) for value in (-0.9, 0.9)]
    assert [point.positive for point in points] == [True, False]
    assert search.values(belief, points) == []


def test_a_prior_of_several_numbers_is_named_as_left_out():
    priors = {"x": STANDARD, "mix": {"family": "dirichlet", "alpha": [1.0, 2.0]}}
    run = run_of(lambda d: {"f": d["x"] + d["mix"][0]}, priors)
    assert flip(run, pairs=0).left_out == ("mix",)
    with pytest.raises(UsageError, match="several numbers"):
        flip(run, beliefs=["mix"])


def test_nothing_hangs_on_the_number_of_threads(monkeypatch):
    some = flip(plane_run()).to_json()
    monkeypatch.setattr(runtime, "cores", lambda: 1)
    assert flip(plane_run()).to_json() == some


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"beliefs": ["sure"]}, r"found 2 on every path; .* --set sure=VALUE"),
        ({"beliefs": ["xx"]}, "Did you mean x"),
        ({"target": "p_yes(model)"}, "allowed: = or <= or >="),
        ({"entity": "model", "target": "p_yes(model) = 0.4"}, "allowed: one of them"),
        ({"paths": 32_768}, "allowed: a whole number from 1 to 16384"),
        ({"top": 0}, "allowed: a whole number from 1"),
        ({"target": "p_yes(model) >= 0.4"}, "found >=; allowed: =, .* comes to 0.4"),
        ({"target": "mean(f) <= 1"}, "found <=; allowed: ="),
    ],
)
def test_what_cannot_be_meant_is_refused(asked, message):
    with pytest.raises(UsageError, match=message):
        flip(plane_run(), **asked)


def test_one_name_is_one_belief():
    some, alone = (flip(linear_run(), beliefs=asked, pairs=0) for asked in (["lag"], "lag"))
    assert alone.to_json() == some.to_json()


def test_a_study_in_which_no_number_varies_is_refused():
    for prior, term in (
        ({"value": 1.0}, lambda x: x),
        ({"family": "dirichlet", "alpha": [1.0, 2.0]}, lambda x: x[0]),
    ):
        run = run_of(lambda d, term=term: {"f": term(d["x"])}, {"x": prior})
        with pytest.raises(UsageError, match=r"found no belief .* that varies and is one number"):
            flip(run)


def test_a_study_without_verdicts_needs_a_target():
    run = run_of(plane, {"x": STANDARD, "y": STANDARD}, judged=False)
    with pytest.raises(UsageError, match="no verdicts"):
        flip(run)
    assert abs(value_of(flip(run, target="mean(f) = 0", pairs=0), "x").value.value - 0.25) < 1e-3
