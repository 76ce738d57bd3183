"""Scores add up, their errors respect years, and the shipped ones are what the project says they are."""

import json
from datetime import date

import numpy as np
import pytest

from simulator.buildout.forecast.backtest import Case, Origin
from simulator.buildout.forecast.score import score
from simulator.buildout.forecast.scores import block_bootstrap, summarise, windows
from simulator.estimate import to_json
from simulator.evidence import load_evidence
from tests.evidence.panel import FIRST


class Method:
    def __init__(self, name):
        self.name = self.title = name

    def __call__(self, known, horizons):
        return {}


def case(method, origin, crps, pit=0.5, entity="a", log_score=0.0):
    return Case(method, entity, origin, 1, 0.0, 0.0, crps, log_score, pit)


def test_skill_is_of_the_cases_that_both_have():
    ours, other = Method("ours"), Method("other")
    cases = [case("ours", FIRST + t, crps) for t, crps in enumerate((1.0, 2.0, 30.0, 3.0, 6.0))]
    cases += [case("other", FIRST + t, crps) for t, crps in ((0, 2.0), (1, 2.0), (3, 4.0), (4, 8.0))]
    summary = summarise(cases, [], [ours, other])
    (row,) = [row for row in summary["skill"] if row["scope"] == "a" and row["horizon"] == 1]
    assert row["cases"] == 4
    assert row["years"] == 2
    assert row["crps"]["value"] == pytest.approx(1 - 12 / 16)
    mine = [row for row in summary["scores"] if row["scope"] == "a" and row["method"] == "ours"]
    assert [row["cases"] for row in mine] == [5, 5]
    assert mine[0]["crps"] == pytest.approx(42 / 5)


def test_coverage_and_histogram_by_hand():
    pits = [0.05, 0.2, 0.5, 0.74, 0.76, 0.9, 0.97, 0.99]
    cases = [case("ours", FIRST + t, 1.0, pit) for t, pit in enumerate(pits)]
    summary = summarise(cases, [], [Method("ours")])
    assert summary["pit"]["a"] == [1, 0, 1, 0, 0, 1, 0, 2, 0, 3]
    shares = {p: number["value"] for p, number in summary["coverage"]["a"].items()}
    assert shares == {"50": 2 / 8, "80": 5 / 8, "95": 7 / 8}
    assert summary["coverage"]["all"] == summary["coverage"]["companies"] == summary["coverage"]["a"]


def test_errors_come_from_years_not_from_cases():
    # Within a year all cases are alike: the error of the mean of six years, whatever the number of cases.
    years = np.repeat(np.arange(6), 40)
    values = np.array([0.1, 0.9, 0.4, 0.6, 0.2, 0.8])[years]
    found = block_bootstrap(np.column_stack([values, np.ones(240)]), years, lambda s: s[..., 0] / s[..., 1])
    plain = np.array([0.1, 0.9, 0.4, 0.6, 0.2, 0.8])
    assert found["value"] == pytest.approx(0.5)
    # 4,000 resamples: the error is good to a few hundredths.
    assert found["error"] == pytest.approx(plain.std() / np.sqrt(6), rel=0.05)
    two = np.array([0, 1, 1])
    alone = block_bootstrap(np.ones((3, 2)), two, lambda s: s[..., 0] / s[..., 1])
    assert alone == {"value": 1.0, "error": None}


@pytest.fixture(scope="module")
def shipped():
    return score(load_evidence())


@pytest.mark.slow
def test_the_shipped_scores_reach_their_aims(shipped):
    skill = {
        (row["scope"], row["horizon"]): row["crps"]
        for row in shipped["skill"]
        if row["against"] == "random_walk"
    }
    for scope in ("group", "companies"):
        assert skill[scope, 1]["value"] >= 0.20
        assert skill[scope, 4]["value"] >= 0.15
    for scope in ("group", "companies", "all"):
        assert 0.72 <= shipped["coverage"][scope]["80"]["value"] <= 0.88
    # 22 origins have an outcome a quarter ahead, 15 eight quarters ahead; five entities.
    counts = {
        (row["scope"], row["horizon"]): row["cases"]
        for row in shipped["scores"]
        if row["method"] == "buildout"
    }
    assert (counts["group", 1], counts["group", 8], counts["companies", 8]) == (22, 15, 60)
    assert counts["group", None] + counts["companies", None] == 740
    # No baseline beats it on the outcomes that they share; the one apart is as good, within two errors.
    for row in shipped["skill"]:
        if row["scope"] in ("group", "companies") and row["against"] != "unguided":
            slack = 2 * row["crps"]["error"] if row["against"] == "separate" else 0
            assert row["crps"]["value"] > -slack


def test_neighbouring_windows_are_worth_less_than_as_many_apart():
    origins = [Origin(quarter, date(2021, 1, 1)) for quarter in range(22)]
    found = windows(origins, 4)
    assert found["1"] == 22
    assert found["2"] == pytest.approx(22 / 1.5)
    assert found["4"] == pytest.approx(8)


@pytest.mark.slow
def test_scores_are_the_same_bytes_again(shipped):
    assert to_json(score(load_evidence())) == to_json(shipped)
    assert json.loads(to_json(shipped)) == shipped
