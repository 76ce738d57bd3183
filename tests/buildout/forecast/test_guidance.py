"""Guidance is listened to as far as its record goes, and moves forecasts as an observation would."""

from datetime import date

import numpy as np
import pytest

from simulator.buildout.forecast.covariance import covariance
from simulator.buildout.forecast.guidance import Reading, readings
from simulator.buildout.forecast.history import History, known_history
from simulator.buildout.forecast.spend import SpendForecaster, forecaster_study
from tests.buildout.forecast.test_spend import drawn, fixed, simulate
from tests.evidence.panel import FIRST, evidence, observation, panel, steady

RNG = np.random.default_rng(11)
STUDY = forecaster_study()


def called(misses, capex):
    """Return evidence of a company that calls each year by a factor, on 20 January."""
    guided = [
        observation("a", str(2019 + year), miss * capex[4 * year : 4 * year + 4].sum(), "guidance", day)
        for year, miss in enumerate(misses)
        if (day := date(2019 + year, 1, 20)) and miss
    ]
    return evidence(*panel({"a": capex[: 4 * (len(misses) - 1)]}).observations, *guided)


def test_a_record_by_hand():
    capex = steady(0.0, 20)
    known = called([None, 0.9, 1.2, 1.0], capex)
    (found,) = readings(known, known_history(known), 8, 0.3, 2.0)
    assert (found.company, found.first, found.last) == (0, 1, 4)
    assert found.total == pytest.approx(np.log(40))
    # Of 2020, called 10% short: log(40/36) with four quarters left, then log(30/26), log(20/16), log(10/6).
    # Of 2021, a fifth too high: log(40/48), log(30/38), log(20/28), log(10/18). Each scaled to a year.
    squares = []
    for total in (36, 48):
        left = [np.log((40 - 10 * k) / (total - 10 * k)) ** 2 * 4 / (4 - k) for k in range(4)]
        squares.append(np.mean(left))
    assert found.error == pytest.approx(np.sqrt((2 * 0.3**2 + sum(squares)) / 4))


def test_without_a_record_nobody_is_listened_to():
    capex = steady(0.0, 20)
    known = called([None, None, 1.0, 1.0], capex)
    assert readings(known, known_history(known), 8, 0.3, 2.0) == []
    later = called([None, None, 1.0, 1.0, 1.0], capex)
    assert len(readings(later, known_history(later), 8, 0.3, 2.0)) == 1


def test_an_observation_moves_the_forecast_as_bayes_would():
    companies, quarters, horizons = 2, 8, 4
    logs = simulate(quarters, companies, 1, phase=0)[0] + 2
    history = History(("a", "b"), FIRST, np.exp(logs).T)
    forecaster = SpendForecaster(fixed(), draws=2)
    before = forecaster.forecast(history, horizons)
    # Guidance half a standard deviation above what was expected of a whole year of company a.
    growth = STUDY.priors["spend.growth"].parameters
    stated = covariance(drawn(), growth["sd"], companies, 0, quarters + horizons)[0]
    mean = np.repeat(growth["mean"] / 4 * np.arange(quarters + horizons), companies)
    seen = quarters * companies
    gain = stated[seen:, :seen] @ np.linalg.inv(stated[:seen, :seen])
    centre = mean[seen:] + gain @ (logs.ravel() - mean[:seen])
    draws = RNG.multivariate_normal(centre, stated[seen:, seen:] - gain @ stated[:seen, seen:], 400_000)
    totals = np.logaddexp.reduce(draws[:, ::2], axis=1)
    guided = Reading(0, 1, 4, float(totals.mean() + totals.std() / 2), 0.1)
    after = forecaster.forecast(history, horizons, [guided])
    # By importance weights on 400,000 draws; about a third of them count, so a mean is good to .003 of a
    # standard deviation. Taking the log of the total to first order costs some hundredths.
    weights = np.exp(-(((guided.total - totals) / guided.error) ** 2) / 2)
    for index, key in enumerate(
        [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("b", 3), ("a", 4), ("b", 4)]
    ):
        spread = draws[:, index].std()
        mean_after = np.average(draws[:, index], weights=weights)
        sd_after = np.sqrt(np.average((draws[:, index] - mean_after) ** 2, weights=weights))
        assert after[key].means @ after[key].weights == pytest.approx(mean_after, abs=0.04 * spread)
        assert after[key].sds @ after[key].weights == pytest.approx(sd_after, rel=0.04)
    assert after["a", 4].quantile(0.5) > before["a", 4].quantile(0.5)
    assert after["b", 4].quantile(0.5) > before["b", 4].quantile(0.5)
    assert after["group", 4].sds[0] < before["group", 4].sds[0]


def test_guidance_that_knows_nothing_changes_nothing():
    history = History(("a", "b"), FIRST, np.exp(simulate(10, 2, 1, 0)[0]).T)
    forecaster = SpendForecaster(STUDY, draws=64)
    plain = forecaster.forecast(history, 4)
    guided = forecaster.forecast(history, 4, [Reading(1, 1, 4, 20.0, 1e6)])
    for key, forecast in plain.items():
        assert guided[key].quantile(0.9) == pytest.approx(forecast.quantile(0.9), abs=1e-6)
