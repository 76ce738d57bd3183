"""Baselines by hand: what they say of series that anyone can work out."""

from datetime import date
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.buildout.forecast.baselines import FEWEST_ERRORS, RandomWalk, Said
from simulator.buildout.forecast.history import known_history
from simulator.buildout.forecast.statements import growth_to, stated_paths
from simulator.evidence.period import quarter_label
from tests.evidence.panel import FIRST, evidence, observation, panel, steady


def test_a_random_walk_by_hand():
    logs = np.array([1.0, 1.3, 1.2, 1.6, 1.7])
    forecasts = RandomWalk()(panel({"a": np.exp(logs)}), 3)
    # Changes .3 -.1 .4 .1: mean .175, sd sqrt(.0491666...); n = 4.
    sd = np.sqrt((0.125**2 + 0.275**2 + 0.225**2 + 0.075**2) / 3)
    for h in (1, 3):
        ours = forecasts["a", h]
        assert ours.quantile(0.5) == pytest.approx(1.7 + 0.175 * h)
        truth = stats.t(3, 1.7 + 0.175 * h, sd * np.sqrt(h + h * h / 4))
        assert ours.quantile(0.9) == pytest.approx(truth.ppf(0.9), abs=0.01)


def test_the_group_of_a_random_walk_is_the_walk_of_the_sum():
    capex = {"a": steady(0.1, 8), "b": steady(0.02, 8) * np.array([1, 1.1] * 4)}
    total = RandomWalk()(panel({"a": capex["a"] + capex["b"]}), 2)["group", 2]
    assert RandomWalk()(panel(capex), 2)["group", 2].quantile(0.7) == pytest.approx(total.quantile(0.7))


@given(st.floats(0.1, 50), st.floats(-0.8, 0.8), st.integers(1, 8))
def test_a_year_spread_by_growth_adds_up_to_it(level, growth, quarters):
    total = level * np.exp(growth * np.arange(1, quarters + 1)).sum()
    assert growth_to(total, level, quarters) == pytest.approx(growth, abs=1e-9)


def test_a_path_spends_what_is_left_of_the_year():
    known = evidence(
        *panel({"a": [10.0] * 5}).observations,
        observation("a", "2020", 70, "guidance", date(2020, 4, 20)),
        observation("a", "2021", 100, "guidance", date(2020, 4, 20)),
    )
    paths = stated_paths("guidance")(known, known_history(known), 8)
    # A quarter of 2020 is spent, 10 of 70: the other three add up to 60; then 2021 to 100, and no further.
    assert sum(exp(paths["a", h]) for h in (1, 2, 3)) == pytest.approx(60)
    assert sum(exp(paths["a", h]) for h in (4, 5, 6, 7)) == pytest.approx(100)
    assert ("a", 8) not in paths
    steps = np.diff([log(10), *(paths["a", h] for h in (1, 2, 3))])
    assert np.ptp(steps) < 1e-9


def test_the_newest_figure_counts_and_a_stale_one_does_not():
    known = evidence(
        *panel({"a": [10.0] * 5}).observations,
        observation("a", "2020", 70, "consensus", date(2020, 1, 10)),
        observation("a", "2020", 50, "consensus", date(2020, 2, 10)),
    )
    history = known_history(known)
    paths = stated_paths("consensus")(known, history, 3)
    assert sum(exp(paths["a", h]) for h in (1, 2, 3)) == pytest.approx(40)
    # Today is 5 May 2020, 85 days after the newer one.
    assert stated_paths("consensus", 85)(known, history, 3) == paths
    assert stated_paths("consensus", 84)(known, history, 3) == {}


def test_a_figure_with_leases_is_brought_to_cash():
    known = evidence(
        *panel({"a": [10.0] * 5}).observations,
        observation("a", "2019", 50, definition="with_finance_leases"),
        observation("a", "2020", 70, "guidance", date(2020, 4, 20), "with_finance_leases"),
    )
    paths = stated_paths("guidance")(known, known_history(known), 3)
    # In 2019 four fifths were cash: 56 of the 70, 10 spent.
    assert sum(exp(paths["a", h]) for h in (1, 2, 3)) == pytest.approx(46)


def test_a_group_adds_companies_that_said_nothing():
    known = evidence(
        *panel({"a": [10.0] * 5, "b": steady(0.1, 5)}).observations,
        observation("a", "2020", 70, "guidance", date(2020, 4, 20)),
    )
    paths = stated_paths("guidance")(known, known_history(known), 2)
    assert exp(paths["group", 2]) == pytest.approx(exp(paths["a", 2]) + 10 * exp(0.1 * 6))
    assert ("b", 1) not in paths


def test_a_year_already_overspent_says_nothing():
    known = evidence(
        *panel({"a": [10.0] * 5}).observations, observation("a", "2020", 9, "guidance", date(2020, 4, 20))
    )
    assert stated_paths("guidance")(known, known_history(known), 3) == {}


def test_what_is_said_is_moved_and_spread_by_its_past_errors():
    # Each January the year is called 10% below what the quarters turn out to be.
    quarters = 4 * 6 + 1
    capex = steady(0.05, quarters)
    guidance = [
        observation(
            "a",
            str(2019 + year),
            0.9 * capex[4 * year : 4 * year + 4].sum(),
            "guidance",
            date(2019 + year, 1, 20),
        )
        for year in range(6)
    ]
    known = evidence(*panel({"a": capex[:-1]}).observations, *guidance)
    newest = observation("a", "2025", 0.9 * steady(0.05, 4, capex[24]).sum(), "guidance", date(2025, 2, 4))
    known = evidence(*known.observations, newest)
    history = known_history(known)
    assert quarter_label(history.last) == "2024Q4"
    forecast = Said("guidance", "")(known, 1)["a", 1]
    path = stated_paths("guidance")(known, history, 1)["a", 1]
    errors = []
    for year in range(1, 6):
        # At each year's end the next has not been called yet; after the first quarter it has.
        for quarter in range(1, 4):
            left = 0.9 * capex[4 * year : 4 * year + 4].sum() - capex[4 * year : 4 * year + quarter].sum()
            t = 4 * year + quarter
            errors.append(log(capex[t]) - log(capex[t - 1]) - growth_to(left, capex[t - 1], 4 - quarter))
    first = [0.9 * capex[:4].sum() - capex[:t].sum() for t in (1, 2, 3)]
    errors += [
        log(capex[t]) - log(capex[t - 1]) - growth_to(left, capex[t - 1], 4 - t)
        for t, left in zip((1, 2, 3), first, strict=True)
    ]
    # Years called on 20 January are known when the fourth quarter is reported, on 4 February.
    errors += [
        log(capex[4 * year])
        - log(capex[4 * year - 1])
        - growth_to(0.9 * capex[4 * year : 4 * year + 4].sum(), capex[4 * year - 1], 4)
        for year in range(1, 6)
    ]
    assert forecast.quantile(0.5) == pytest.approx(path + np.mean(errors))
    truth = stats.t(
        len(errors) - 1, path + np.mean(errors), np.std(errors, ddof=1) * np.sqrt(1 + 1 / len(errors))
    )
    assert forecast.quantile(0.8) == pytest.approx(truth.ppf(0.8), abs=0.01)


def test_too_few_errors_make_no_forecast():
    capex = steady(0.05, 4 + FEWEST_ERRORS)
    guidance = observation("a", "2020", 60, "guidance", date(2020, 1, 20))
    for quarters, has in ((3 + FEWEST_ERRORS, False), (4 + FEWEST_ERRORS, True)):
        figures = [*panel({"a": capex[:quarters]}).observations, guidance]
        figures.append(observation("a", "2021", 80, "guidance", date(2020, 2, 1)))
        assert (("a", 1) in Said("guidance", "")(evidence(*figures), 1)) is has
    assert FIRST == 4 * 2019
