"""Chances of the verdicts where one prior is low or high: known where a sum of normals decides."""

import numpy as np
import pytest
from analysis.explanation.known_studies import STANDARD
from scipy import stats

from simulator.analysis.explanation import explain
from simulator.analysis.run import simulate
from simulator.study import Study

RULES = {"bull": {"f": {"min": 0.5}}, "bear": {"f": {"max": -0.5}}}


def rows_of(priors, model, rules=RULES):
    run = simulate(Study.from_dict({"priors": priors, "verdict": rules}, model=model), paths=2**16)
    return {row.prior: row for row in explain(run).verdicts["model"]}


def test_chances_at_either_end_are_those_of_the_sum():
    """With f = 2a + b, the chance of bull where a lies in its highest fifth is an integral over a."""
    rows = rows_of({"a": STANDARD, "b": STANDARD}, lambda d: {"f": 2 * d["a"] + d["b"]})
    assert list(rows) == ["a", "b"]
    levels = (np.arange(200_000) + 0.5) / 200_000
    inside = stats.norm.ppf(0.8 + 0.2 * levels)
    bull = stats.norm.sf(0.5 - 2 * inside).mean()
    bear = stats.norm.cdf(-0.5 - 2 * inside).mean()
    high, low = rows["a"].high, rows["a"].low
    for end, first, last in ((high, "bull", "bear"), (low, "bear", "bull")):
        assert end.share == pytest.approx(0.2, abs=1e-4)
        for name, truth in ((first, bull), (last, bear), ("base", 1 - bull - bear)):
            found = end.chances[name]
            assert abs(found.value - truth) < 5 * found.error + 1e-6, name
        assert (end.likeliest, end.lead.distinguishable) == (first, True)
    assert high.bound == pytest.approx(stats.norm.ppf(0.8), abs=0.02)
    assert low.bound == pytest.approx(stats.norm.ppf(0.2), abs=0.02)


def test_the_chances_add_up_and_what_does_nothing_leads_to_no_change():
    rows = rows_of({"a": STANDARD, "idle": STANDARD}, lambda d: {"f": d["a"] + 0 * d["idle"]})
    for row in rows.values():
        for end in (row.low, row.high):
            assert sum(one.value for one in end.chances.values()) == pytest.approx(1, abs=1e-12)
    # A third, a third and a third, whatever an idle prior is: no lead of one is distinguishable from none.
    even = stats.norm.ppf(2 / 3)
    rules = {"bull": {"f": {"min": even}}, "bear": {"f": {"max": -even}}}
    idle = rows_of({"a": STANDARD, "idle": STANDARD}, lambda d: {"f": d["a"] + 0 * d["idle"]}, rules)["idle"]
    assert abs(idle.low.lead.value) < 5 * idle.low.lead.error


def test_a_prior_of_two_values_is_cut_between_them():
    coin = {"family": "bernoulli", "p": 0.3}
    rows = rows_of({"coin": coin, "b": STANDARD}, lambda d: {"f": 3 * d["coin"] + d["b"]})
    assert rows["coin"].high.share == pytest.approx(0.3, abs=0.01)
    assert rows["coin"].high.bound == 1
    assert rows["coin"].low.bound == 0


def test_without_verdicts_there_is_nothing_to_change():
    run = simulate(Study.from_dict({"priors": {"a": STANDARD}}, model=lambda d: {"f": d["a"]}), paths=8192)
    assert explain(run).verdicts == {}
