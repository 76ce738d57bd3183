"""Stress by reweighting: tilts that are known in closed form, and what they say of beliefs."""

import math
import re

import numpy as np
import pytest
from analysis.questions.small_runs import linear_run
from analysis.questions.stressed import SIGMAS, agrees, belief, change, normals, run_of
from scipy.special import ndtr
from scipy.stats import norm

from simulator.analysis.questions.stress import stress
from simulator.analysis.questions.stress.constraints import constraints
from simulator.analysis.questions.stress.outcomes import Weighed, resolved
from simulator.analysis.questions.stress.outcomes import change as changed
from simulator.analysis.questions.stress.result import Refusal
from simulator.analysis.questions.stress.tilt import Tilting
from simulator.analysis.questions.stress.ways import FEWEST, _tilt
from simulator.analysis.questions.stress.weighing import evenly, tilted
from simulator.errors import UsageError
from simulator.estimate import Statistic
from simulator.estimate.observed import RESOLUTION
from simulator.report.page.locale import LANGUAGES, Locale

EQUAL = np.array([0])


def test_the_mean_of_a_normal_is_moved_at_half_its_square_by_exponential_weights():
    found = stress(run_of(), "mean(x) = 1")
    assert found.method == "conditioned"
    assert agrees(found.distance, 0.5)
    assert agrees(found.deviations, 1.0)
    # The weights are exp(x - 1/2), of which the mean square is exp(1).
    assert found.effective == pytest.approx(found.paths / math.e, rel=0.02)
    moved = belief(found, "x")
    assert agrees(moved.shift, 1.0, least=0.01)
    assert agrees(moved.distance, 0.5, least=0.005)
    assert agrees(moved.p90[1], 1.0 + float(norm.ppf(0.9)))


def test_a_linear_model_moves_its_beliefs_along_its_coefficients():
    found = stress(run_of(), "mean(y) = 5")
    assert agrees(found.distance, 0.5)
    for name, part in (("x", 0.6), ("wide", 0.8), ("inert", 0.0)):
        moved = belief(found, name)
        assert agrees(moved.shift, part, least=0.005)
        assert agrees(moved.distance, part**2 / 2, least=0.005)
    assert [one.name for one in found.beliefs] == ["wide", "x", "inert"]
    assert found.unmoved <= 1
    # A linear tilt leaves independent beliefs independent: one by one they are the whole distance.
    assert agrees(found.one_by_one, 0.5, least=0.005)
    assert abs(found.together.value) < 0.01


def test_a_threshold_on_a_sum_lies_partly_in_how_beliefs_go_together():
    found = stress(run_of(), "prob_above(y, 0) = 0.95")
    # One belief alone would need the whole of it; of two in a sum a part is in their combination.
    assert found.together.distinguishable
    assert 0.2 < found.together.value / found.distance.value < 0.8
    assert agrees(found.distance, 0.95 * math.log(1.9) + 0.05 * math.log(0.1), least=1e-3)


@pytest.mark.parametrize(
    ("target", "before"),
    [
        ("p_bear(model) = 0.6", ndtr(-1.0)),
        ("prob_below(y, -5) = 0.6", ndtr(-1.0)),
        ("p60(y) = -5", ndtr(-1.0)),
    ],
)
def test_a_chance_is_moved_by_two_weights_at_the_divergence_of_two_coins(target, before):
    found = stress(run_of(), target)
    (own,) = found.targets
    assert agrees(own.before, before)
    known = own.before.value
    truth = 0.6 * math.log(0.6 / known) + 0.4 * math.log(0.4 / (1 - known))
    assert found.distance.value == pytest.approx(truth, rel=1e-6)
    slope = math.log(0.6 / known) - math.log(0.4 / (1 - known))
    assert found.distance.error == pytest.approx(
        own.before.error * (0.6 / known - 0.4 / (1 - known)), rel=0.1
    )
    assert slope > 0
    assert own.after.value == pytest.approx(0.6)
    assert own.after.error == 0
    assert math.isnan(found.shape)


def test_a_chance_of_one_is_the_paths_of_the_event():
    found = stress(run_of(), "p_bear(model) = 1")
    (own,) = found.targets
    assert found.distance.value == pytest.approx(-math.log(own.before.value), rel=1e-6)
    assert found.effective == pytest.approx(found.paths * own.before.value, rel=1e-6)


@pytest.mark.parametrize(("event", "chance"), [(5, 0.95), (1, 0.5), (300, 0.999), (32_767, 0.001)])
def test_a_tilt_is_found_however_rare_the_event(event, chance):
    values = np.zeros((1, 32, 1024))
    values.flat[:event] = 1.0
    found = Tilting(values, np.array([chance]), EQUAL).least()
    assert found is not None
    before = event / values.size
    truth = chance * math.log(chance / before) + (1 - chance) * math.log((1 - chance) / (1 - before))
    assert found.distance == pytest.approx(truth, rel=1e-7)


def test_several_targets_are_true_at_once():
    found = stress(run_of(), ["mean(x) = 0.5", "mean(y) = -1"])
    # x moves by 0.5, so log(wide) has to move by (-1 - 1.5) / 4.
    assert agrees(found.distance, (0.5**2 + 0.625**2) / 2)
    assert agrees(belief(found, "wide").shift, -0.625, least=0.005)
    assert [one.after.value for one in found.targets] == pytest.approx([0.5, -1.0])


def test_a_target_that_is_true_costs_nothing_and_is_left_out_beside_others():
    found = stress(run_of(), "mean(y) <= 1")
    assert found.method == "nothing"
    assert found.distance.value == 0
    assert found.effective == pytest.approx(found.paths)
    both = stress(run_of(), ["mean(x) >= 1", "prob_below(y, 0) <= 0.9"])
    assert both.distance.value == pytest.approx(stress(run_of(), "mean(x) = 1").distance.value, rel=1e-6)
    assert both.targets[1].after.error > 0


@pytest.mark.parametrize(
    ("targets", "alone"),
    [
        (["mean(y) >= 1", "mean(y) >= 2.5"], "mean(y) >= 2.5"),
        (["mean(y) >= 2.5", "mean(y) >= 2.4999"], "mean(y) >= 2.5"),
        (["p_bear(model) >= 0.45", "p_bear(model) >= 0.5"], "p_bear(model) >= 0.5"),
        (["mean(y) = 2.5", "mean(y) = 2.50", "mean(y) >= 1"], "mean(y) = 2.5"),
        (["mean(y) = 20", "mean(y) >= 15"], "mean(y) = 20"),  # which moves beliefs
    ],
)
def test_a_target_that_another_one_implies_changes_nothing(targets, alone):
    found, one = stress(run_of(), targets), stress(run_of(), alone)
    assert found.method == one.method
    assert found.distance.value == pytest.approx(one.distance.value, rel=1e-6)
    assert found.distance.error == pytest.approx(one.distance.error, rel=1e-6)
    assert found.effective == pytest.approx(one.effective, rel=1e-6)


def test_targets_that_contradict_each_other_are_named():
    message = "'mean(y) = 2.5' and 'mean(y) = 5': found that they contradict each other"
    with pytest.raises(UsageError, match=re.escape(message)):
        stress(run_of(), ["mean(y) = 2.5", "mean(y) = 5"])


def test_a_quantile_that_may_be_higher_is_a_chance_that_may_be_less():
    found = stress(run_of(), "p05(y) >= -5")
    assert found.targets[0].relation == "<="
    assert found.targets[0].after.value == pytest.approx(0.05)
    assert stress(run_of(), "p05(y) >= -10").method == "nothing"


def test_what_becomes_of_others_is_given_with_errors_of_pairs():
    found = stress(run_of(), "mean(y) = 5")
    mean, median, bear = (change(found, name) for name in ("mean(y)", "p50(y)", "p_bear(model)"))
    assert (mean.after.value, mean.after.error) == (5.0, 0.0)
    assert agrees(median.after, 5.0)
    assert agrees(bear.after, ndtr(-2.0))
    assert agrees(bear.change, ndtr(-2.0) - ndtr(-1.0))
    assert "gap" not in {one.statistic.name for one in found.changes}


def test_errors_cover_the_truth_over_seeds():
    runs = [run_of(2**13, seed) for seed in range(12)]
    found = [stress(run, "mean(y) = 4") for run in runs]
    off = np.array([(one.distance.value - 0.32) / one.distance.error for one in found])
    shifts = np.array([(belief(one, "x").shift.value - 0.48) / belief(one, "x").shift.error for one in found])
    for z in (off, shifts):
        # The mean square of 12 standard normals is below 2.7 and above 0.2 in all but some 2 of 1,000 cases.
        assert 0.2 < np.square(z).mean() < 2.7


def test_the_terms_of_a_weighing_are_the_tilt_without_each_replicate():
    values = normals(2, 32, 64)
    tilting = Tilting(values, np.array([0.4, -0.2]), np.array([0, 0]))
    whole = tilting.least()
    assert whole is not None
    found = tilting.jackknifed(whole)
    assert found is not None
    other = np.square(normals(32, 64, seed=1)) + values[0]
    by_terms = found.weighing.mean(other).without
    again = []
    for left_out in range(32):
        least = Tilting(np.delete(values, left_out, axis=1), np.array([0.4, -0.2]), np.array([0, 0])).least()
        assert least is not None
        again.append(least.weights @ np.delete(other, left_out, axis=0).ravel())
    # What is left out is of third order in the turn of the multipliers, some 0.03 of 64 paths in 2,048.
    assert by_terms == pytest.approx(np.array(again), abs=5e-4)
    assert np.std(again) > 10 * np.abs(by_terms - again).max()


def test_a_turn_without_a_replicate_is_that_of_the_exponential_to_second_order():
    about, other = normals(2, 32, 64), normals(32, 64, seed=1)
    weights = evenly(32, 64).weights
    turns = 0.05 * normals(32, 2, seed=2)
    found = tilted(weights, about, turns).mean(other).without
    for left_out, turn in enumerate(turns):
        powers = np.delete(weights * np.exp(np.tensordot(turn, about, 1)), left_out, axis=0)
        exact = (powers * np.delete(other, left_out, axis=0)).sum() / powers.sum()
        # Third order: the mean of |turn about|^3 / 6 times the other's, of which 0.8 is the mean size.
        size = float(np.linalg.norm(turn))
        assert abs(found[left_out] - exact) < 2 * size**3


def test_beliefs_that_depend_on_each_other_count_once_what_they_have_in_common():
    found = stress(linear_run(2**15, spearman=0.8), "mean(value) = -5")
    rho = 2 * math.sin(math.pi / 6 * 0.8)
    variance = 4 + 1 + 1 + 4 * rho
    assert agrees(found.distance, 9 / variance / 2, least=0.002)
    assert agrees(found.one_by_one, found.distance.value, least=0.01)
    alone = sum(one.distance.value for one in found.beliefs)
    assert alone > 1.3 * found.one_by_one.value


def test_weights_that_are_even_have_the_usual_mean_and_quantiles():
    values = normals(32, 64)
    by = evenly(32, 64)
    assert by.mean(values).value == pytest.approx(values.mean())
    assert by.mean(values).without[3] == pytest.approx(np.delete(values, 3, axis=0).mean())
    assert [float(one.value) for one in by.quantiles(values, (0.1, 0.5))] == pytest.approx(
        np.quantile(values, (0.1, 0.5), method="hazen")
    )
    same = tilted(by.weights, values[None], np.zeros((32, 1)))
    assert same.mean(values).without == pytest.approx(by.mean(values).without)


def test_a_quantile_of_few_values_is_one_of_them():
    by = evenly(32, 64)
    values = np.tile([0.0, 1.0, 3.0, 3.0], (32, 16))
    found = by.quantiles(values, (0.1, 0.25, 0.3, 0.5, 0.9))
    assert [float(one.value) for one in found] == [0.0, 0.0, 1.0, 1.0, 3.0]


def test_targets_that_no_weights_make_true_together_have_no_tilt():
    values = normals(1, 32, 64)
    assert Tilting(values, np.array([values.max() + 1]), EQUAL).least() is None
    opposed = np.concatenate([values, -values])
    assert Tilting(opposed, np.array([0.5, 0.5]), np.array([0, 0])).least() is None
    assert Tilting(opposed, np.array([0.5, -0.5]), np.array([0, 0])).least() is not None
    assert Tilting(np.zeros((1, 32, 64)), np.array([0.5]), EQUAL).least() is None


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("sd(y) = 1", "no expectation"),
        ("cvar05(y) = 1", "mean(METRIC)"),
        ("mean(z) = 1", "metric"),
        ("mean(y) < 1", "<="),
        ("mean(gap) = 1", "not finite"),
        ([], "found none"),
    ],
)
def test_what_cannot_be_a_target_is_refused(target, words):
    with pytest.raises(UsageError, match=re.escape(words)):
        stress(run_of(), target)


def test_the_record_is_the_same_bytes_for_the_same_run():
    first, second = (stress(run_of(), "mean(y) = 5", top=2).to_json() for _ in range(2))
    assert first == second
    assert first["schema"] == 1
    assert len(first["beliefs"]) == 2
    assert first["shape"] is not None
    assert SIGMAS * first["distance"]["mcse"] < 0.1


def test_chances_of_what_no_path_has_are_known_to_what_paths_resolve():
    run = run_of()
    unseen = Statistic("prob_above", "y", levels=(1e6,))
    none = np.zeros((32, run.plan.paths // 32))
    before, after = (Weighed(run, by) for by in (evenly(*none.shape), tilted_by_half(run)))
    least = resolved(unseen, before, after)
    one = changed(unseen, "1", before.by.mean(none), after.by.mean(none), least, {})
    assert one.before.error == pytest.approx(RESOLUTION / run.plan.paths)
    assert one.after.error == pytest.approx(RESOLUTION / after.by.effective)
    assert one.change.error == one.after.error
    assert resolved(unseen, before, before)[2] == 0
    assert resolved(Statistic("mean", "y"), before, after) == (0.0, 0.0, 0.0)


def tilted_by_half(run):
    found = Tilting(run.metric("x").astype(np.float64)[None], np.array([0.5]), EQUAL)
    least = found.least()
    assert least is not None
    whole = found.jackknifed(least)
    assert whole is not None
    return whole.weighing


def test_a_quantile_between_even_points_has_the_error_of_a_path():
    # Each replicate has one point in each of 64 strata, so that no share differs without one of them.
    values = (np.arange(64) + np.random.default_rng(0).random((32, 64))) / 64
    (found,) = evenly(*values.shape).quantiles(values, (0.5,))
    # A share of one path over a density of 1, as two neighbours of some are apart by chance.
    assert 0.1 / values.size < float(found.error) < 10 / values.size


def test_a_target_that_one_replicate_alone_can_make_true_says_so():
    values = np.zeros((1, 32, 64))
    values[0, 0] = 1.0
    asked = constraints(run_of(), "prob_above(x, 0) = 0.9")
    refused, _ = _tilt(asked, np.tile(values, (1, 1, 16)), "rqmc")
    assert isinstance(refused, Refusal)
    assert refused.why == "replicate"
    assert refused.effective >= FEWEST
    for language in LANGUAGES:
        assert Locale(language)(f"stress.refused_{refused.why}")
