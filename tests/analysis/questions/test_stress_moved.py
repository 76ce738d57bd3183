"""Stress by moving beliefs: where too few paths would count, the shortest shift of scores."""

import math

import numpy as np
import pytest
from analysis.questions.small_runs import linear_run
from analysis.questions.stressed import agrees, belief, change, run_of
from scipy.special import ndtri

from simulator import load_study
from simulator.analysis.questions.stress import stress
from simulator.errors import UsageError


@pytest.mark.parametrize(
    ("target", "distance", "why"),
    [
        ("mean(y) = 30", 18.0, "range"),
        ("mean(y) = -20", 8.0, "effective"),
        ("prob_below(y, -20) = 0.5", 8.0, "effective"),
        ("prob_above(y, 25) >= 0.9", (5 + ndtri(0.9)) ** 2 / 2, "range"),
        ("p95(y) = -18", (18 / 5 + ndtri(0.95)) ** 2 / 2, "effective"),
    ],
)
def test_a_linear_model_is_moved_along_its_coefficients_where_no_paths_are(target, distance, why):
    found = stress(run_of(), target)
    assert found.method == "moved"
    assert found.refused is not None
    assert found.refused.why == why
    assert found.effective == pytest.approx(found.paths)
    # Targets are met to a quarter of an error, and directions to a fiftieth: half a per cent of the square.
    assert agrees(found.distance, distance, least=0.005 * distance)
    length = math.sqrt(2 * distance) * (1 if "above" in target or "= 30" in target else -1)
    for name, part in (("x", 0.6), ("wide", 0.8), ("inert", 0.0)):
        assert agrees(belief(found, name).shift, part * length, least=0.02 * abs(length))
    assert found.together.value == 0


def test_beliefs_and_metrics_are_those_of_the_moved_paths():
    found = stress(run_of(), "mean(y) = 30")
    before, after = belief(found, "wide").p50
    assert before.value == pytest.approx(1.0, rel=1e-3)
    assert after.value == pytest.approx(math.exp(belief(found, "wide").shift.value), rel=1e-3)
    assert agrees(change(found, "mean(y)").after, 30.0, least=0.01)
    assert change(found, "p_bull(model)").after.value == pytest.approx(1.0, abs=1e-3)
    assert found.targets[0].highest < 30


def test_several_targets_are_moved_to_at_once():
    found = stress(run_of(), ["mean(x) = 4", "mean(y) <= -4"])
    assert agrees(found.distance, 8 + 8, least=0.08)
    assert agrees(belief(found, "wide").shift, -4.0, least=0.05)


def test_correlated_beliefs_are_moved_together_and_their_units_are_their_own():
    run = linear_run(16_384, spearman=0.8)
    found = stress(run, "mean(value) = 20")
    rho = 2 * math.sin(math.pi / 6 * 0.8)
    covariance = np.array([[1.0, rho, 0.0], [rho, 1.0, 0.0], [0.0, 0.0, 1.0]])
    slopes = np.array([2.0, 1.0, -1.0])
    variance = slopes @ covariance @ slopes
    assert agrees(found.distance, float((20 + 2) ** 2 / variance / 2), least=0.1)
    shifts = covariance @ slopes * 22 / variance
    for name, shift in zip(("x", "y", "lag"), shifts, strict=True):
        assert agrees(belief(found, name).shift, float(shift), least=0.05)
    lag = belief(found, "lag").mean
    assert lag[1].unit == "month"
    assert lag[1].value == pytest.approx(36 + 12 * shifts[2], abs=1)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("mean(y) = 60", "within 8 standard deviations"),
        ("prob_above(y, 17) = 1", "certain"),
        ("mean(none) = 1", "no belief that moves it"),
    ],
)
def test_what_no_beliefs_bring_about_is_refused(target, words):
    with pytest.raises(UsageError, match=words):
        stress(run_of(), target)


@pytest.mark.slow
def test_the_default_study_is_moved_to_a_loss_that_few_paths_have():
    from simulator import simulate

    run = simulate(load_study("hyperscalers-2026-01"), paths=16_384)
    found = stress(run, "mean(value_created.group) = -2500")
    assert found.method == "moved"
    assert abs(found.targets[0].after.value + 2500) < 2 * found.targets[0].after.error
    assert 3 < found.distance.value < 8
