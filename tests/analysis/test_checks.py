"""Predictive checks: the shipped set agrees with its evidence, a bent one does not; what a check may ask."""

import json
import math
from typing import ClassVar

import pytest

from simulator.analysis.checks import Evaluation, Outcome, evaluate_checks
from simulator.errors import StudyError
from simulator.estimate import Number, to_json
from simulator.study import Check, Study, load_study

SHIPPED = "hyperscalers-2026-01"


@pytest.fixture(scope="module")
def january() -> Evaluation:
    return evaluate_checks(load_study(SHIPPED), seed=7)


def test_the_january_set_passes_every_check_of_its_own(january):
    assert january.failed == ()
    assert len(january.outcomes) == len(load_study(SHIPPED).checks) == 17
    # And on other draws it would: no statistic is within two standard errors of a bound.
    assert all(outcome.clear for outcome in january.outcomes)


def test_a_set_bent_out_of_shape_fails_the_checks_of_what_was_bent():
    bent = load_study(SHIPPED).override(
        {
            "economics.rental_per_gw": {"family": "lognormal", "median": 20.0, "sigma": 0.12},
            "spend.overshoot": {"family": "normal", "mean": 0.6, "sd": 0.22},
            "power.equipment": {"family": "lognormal", "median": 6.0, "sigma": 0.17},
            "cycle.boom_years": {"family": "lognormal", "median": 0.8, "sigma": 0.35},
        }
    )
    failed = set(evaluate_checks(bent, seed=7).failed)
    assert {
        "opening_revenue_per_gw",
        "opening_gw",
        "value_per_dollar_on_time",
        "capex_2026",
        "capex_intensity_2026",
        "late_share",
        "mean_delay",
        "bust_within_three_years",
    } <= failed
    # What was not bent, or not that far, still agrees.
    assert not {"opening_ai_revenue", "opening_internal_value", "cost_per_gw_2026"} & failed


def test_the_summary_is_json_that_says_all(january):
    printed = json.loads(to_json(january.summary()))
    assert printed["passed"] is True
    assert (printed["study"], printed["seed"], printed["paths"]) == (SHIPPED, 7, 8192)
    for outcome in january.outcomes:
        entry = printed["checks"][outcome.check.name]
        assert entry["p50"] == outcome.quantiles["p50"].to_json()
        assert entry["p10"]["value"] <= entry["p50"]["value"] <= entry["p90"]["value"]
        assert entry["mean"]["mcse"] >= 0
        # Between P10 and P90 lie eight paths in ten, beyond either of them one; a path more or less is a tie.
        ends = [entry[name]["value"] for name in ("p10", "p90")]
        if all(entry["low"] <= end <= entry["high"] for end in ends):
            assert entry["inside"]["value"] >= 0.8 - 2 / 8192
        if ends[0] > entry["high"] or ends[1] < entry["low"]:
            assert entry["inside"]["value"] <= 0.1 + 2 / 8192
        assert (entry["low"], entry["high"]) == (outcome.check.low, outcome.check.high)


def outcome(statistic: str, p10: float, p50: float, p90: float, mean: float, mcse: float = 0.0) -> Outcome:
    check = Check("x", "x", "1", 1.0, 2.0, statistic)  # pyright: ignore[reportArgumentType]
    quantiles = {n: Number(v, mcse) for n, v in (("p10", p10), ("p50", p50), ("p90", p90))}
    return Outcome(check, quantiles, Number(mean, mcse), Number(0.5, 0.0))


@pytest.mark.parametrize(
    ("statistic", "numbers", "passed"),
    [
        ("median_within", (0, 1.0, 9, 9), True),
        ("median_within", (0, 2.0, 9, 9), True),
        ("median_within", (1, 2.1, 9, 1), False),
        ("median_within", (1, 0.9, 9, 1), False),
        ("median_within", (1, math.nan, 2, 1), False),
        ("interval_overlaps", (2.0, 3, 4, 9), True),
        ("interval_overlaps", (-1, 0, 1.0, 9), True),
        ("interval_overlaps", (0, 1.5, 9, 9), True),
        ("interval_overlaps", (2.1, 3, 4, 1.5), False),
        ("interval_overlaps", (-1, 0, 0.9, 1.5), False),
        ("value_within", (9, 9, 9, 1.5), True),
        ("value_within", (1.5, 1.5, 1.5, 2.1), False),
    ],
)
def test_what_each_statistic_asks(statistic, numbers, passed):
    assert outcome(statistic, *numbers).passed is passed


def test_an_outcome_near_a_bound_is_not_clear():
    assert outcome("median_within", 0, 1.5, 9, 9, mcse=0.24).clear
    assert not outcome("median_within", 0, 1.5, 9, 9, mcse=0.26).clear
    assert outcome("median_within", 0, 2.0, 9, 9, mcse=0.0).clear  # an exact number moves nowhere
    assert not outcome("interval_overlaps", 1.9, 3, 4, 9, mcse=0.1).clear
    assert outcome("interval_overlaps", 1.1, 1.5, 1.9, 9, mcse=0.1).clear


def checked(model=lambda draws: {"double": 2 * draws["x"]}, **check) -> Study:
    entry = {"name": "double", "unit": "1", "low": 1.5, "high": 2.5, "statistic": "median_within"} | check
    priors = {"x": {"family": "normal", "mean": 1.0, "sd": 0.5}}
    return Study.from_dict({"priors": priors, "check": [entry]}, model=model)


def test_a_model_of_ones_own_is_checked_by_its_metrics():
    (found,) = evaluate_checks(checked()).outcomes
    assert found.passed
    # Quantiles of a normal of mean 2 and sd 1, within five of their standard errors.
    for name, score in (("p10", -1.2815515655446004), ("p50", 0.0), ("p90", 1.2815515655446004)):
        number = found.quantiles[name]
        assert abs(number.value - (2 + score)) <= 5 * number.error
    assert not evaluate_checks(checked(low=2.1)).outcomes[0].passed


def test_the_unit_of_the_check_is_the_unit_of_the_outcome():
    class Powered:
        metric_units: ClassVar = {"double": "GW"}

        def __call__(self, draws):
            return {"double": 2 * draws["x"]}

    plain = evaluate_checks(checked(Powered(), unit="GW")).outcomes[0]
    scaled = evaluate_checks(checked(Powered(), unit="MW", low=1500, high=2500)).outcomes[0]
    assert scaled.passed
    for one, other in ((plain.mean, scaled.mean), (plain.quantiles["p50"], scaled.quantiles["p50"])):
        assert other == one * 1000
    with pytest.raises(StudyError) as refused:
        evaluate_checks(checked(Powered(), unit="USD bn"))
    (fault,) = refused.value.faults
    assert (fault.key, fault.found) == ("check.double.unit", '"USD bn"')


def test_a_check_of_nothing_that_is_there_is_a_fault_with_the_nearest_name():
    with pytest.raises(StudyError) as refused:
        evaluate_checks(checked(name="dubble"))
    (fault,) = refused.value.faults
    assert fault.key == "check.dubble"
    assert "double?" in fault.advice
    shipped = load_study(SHIPPED).to_dict()
    shipped["check"] = [{**shipped["check"][0], "name": "opening_gws"}]
    with pytest.raises(StudyError, match="opening_gw"):
        evaluate_checks(Study.from_dict(shipped))


def test_a_study_without_checks_is_refused():
    with pytest.raises(StudyError, match="predictive checks"):
        evaluate_checks(Study.from_dict({"priors": {"x": {"value": 1.0}}}, model=lambda draws: draws))
