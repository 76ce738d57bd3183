"""The mechanism forecasts as its equations say, from what is in its history alone."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from simulator.buildout.forecast.covariance import covariance
from simulator.buildout.forecast.history import History
from simulator.buildout.forecast.mixture import Mixture
from simulator.buildout.forecast.spend import SpendForecaster, forecaster_study
from tests.evidence.panel import FIRST

STUDY = forecaster_study()
RNG = np.random.default_rng(3)

#: One draw of the parameters, all parts of the mechanism at work.
ONE = {
    "spend.growth_own": 0.05,
    "spend.vol": 0.2,
    "spend.loading": 0.6,
    "cycle.sd": 0.12,
    "cycle.persistence": 0.9,
    "momentum.sd": 0.2,
    "momentum.persistence": 0.8,
    "momentum.loading": 0.7,
    "season.common": 0.05,
    "season.own": 0.06,
}


def drawn(**changes):
    return {name: np.array([value]) for name, value in {**ONE, **changes}.items()}


def fixed(**values):
    """Return the priors held at numbers."""
    return STUDY.override({**ONE, **values})


def simulate(quarters, companies, paths, phase):
    """Return log capex as the docstring of the module writes it [paths, quarters, companies]."""
    common = {k: RNG.normal(size=(paths, quarters, 1)) for k in ("spend", "momentum")}
    own = {k: RNG.normal(size=(paths, quarters, companies)) for k in ("spend", "momentum")}

    def shocks(kind):
        loading = ONE[f"{kind}.loading"]
        return loading * common[kind] + np.sqrt(1 - loading**2) * own[kind]

    growth = RNG.normal(0, 0.08, (paths, 1)) + RNG.normal(0, ONE["spend.growth_own"], (paths, companies))
    steps, momentum = ONE["spend.vol"] / 2 * shocks("spend"), ONE["momentum.sd"] / 4 * shocks("momentum")
    tide = ONE["cycle.sd"] / 4 * RNG.normal(size=(paths, quarters, 1))
    level, pace, cycle = np.zeros((paths, companies)), np.zeros((paths, companies)), np.zeros((paths, 1))
    season = RNG.normal(0, 1, (paths, 4, companies)) * ONE["season.own"]
    season = season + RNG.normal(0, 1, (paths, 4, 1)) * ONE["season.common"]
    season = season - season.mean(axis=1, keepdims=True)
    rho, phi, rows = ONE["momentum.persistence"], ONE["cycle.persistence"], []
    for t in range(quarters):
        if t:
            fresh = momentum[:, t]
            pace = fresh if t == 1 else rho * pace + np.sqrt(1 - rho**2) * fresh
            cycle = tide[:, 1] if t == 1 else phi * cycle + np.sqrt(1 - phi**2) * tide[:, t]
            level = level + growth / 4 + steps[:, t] + pace + cycle
        rows.append(level + season[:, (phase + t) % 4])
    return np.stack(rows, axis=1)


def test_the_covariance_is_that_of_the_mechanism():
    companies, quarters, paths = 2, 9, 200_000
    logs = simulate(quarters, companies, paths, phase=2).reshape(paths, -1)
    found = np.cov(logs.T)
    stated = covariance(drawn(), 0.08, companies, 2, quarters)[0]
    # The diffuse level is common to all quarters of a company.
    stated = stated - 100 * np.kron(np.ones((quarters, quarters)), np.eye(companies))
    variances = np.diag(stated)
    # Standard error of a covariance of normals: sqrt((s_ii s_jj + s_ij^2) / n).
    error = np.sqrt((np.outer(variances, variances) + stated**2) / paths)
    assert np.abs(found - stated).max() / error.max() < 5
    assert (np.abs(found - stated) < 6 * error).all()


def test_seasons_sum_to_nothing_over_a_year():
    alone = {"spend.growth_own": 0.0, "spend.vol": 0.0, "cycle.sd": 0.0, "momentum.sd": 0.0}
    season = covariance(drawn(**alone), 0.0, 1, 0, 4)[0] - 100
    assert np.abs(season.sum(axis=0)).max() < 1e-12
    assert (np.diag(season) > 0).all()


def test_forecasts_are_the_conditional_normal_where_parameters_are_known():
    companies, quarters, horizons = 2, 10, 3
    logs = simulate(quarters, companies, 1, phase=0)[0] + 3
    history = History(("a", "b"), FIRST, np.exp(logs).T)
    forecasts = SpendForecaster(fixed(), draws=2).forecast(history, horizons)
    growth = STUDY.priors["spend.growth"].parameters
    stated = covariance(drawn(), growth["sd"], companies, 0, quarters + horizons)[0]
    mean = np.repeat(growth["mean"] / 4 * np.arange(quarters + horizons), companies)
    seen = quarters * companies
    gain = stated[seen:, :seen] @ np.linalg.inv(stated[:seen, :seen])
    centre = mean[seen:] + gain @ (logs.ravel() - mean[:seen])
    spread = stated[seen:, seen:] - gain @ stated[:seen, seen:]
    for h in (1, 2, 3):
        for index, company in enumerate("ab"):
            row = (h - 1) * companies + index
            ours = forecasts[company, h]
            assert ours.quantile(0.5) == pytest.approx(centre[row], abs=1e-6)
            truth = Mixture.normal(centre[row], np.sqrt(spread[row, row]))
            assert ours.quantile(0.9) == pytest.approx(truth.quantile(0.9), abs=1e-6)
    # The log of the sum against 400,000 draws of the two: its quantiles are good to .003 of its sd, and it
    # differs from a normal, at these 128 points, by some hundredths.
    logs = RNG.multivariate_normal(centre, spread, 400_000).reshape(-1, horizons, companies)
    totals = np.log(np.exp(logs).sum(axis=2))
    for h in (1, 3):
        for p in (0.1, 0.5, 0.9):
            assert forecasts["group", h].quantile(p) == pytest.approx(
                np.quantile(totals[:, h - 1], p), abs=0.05 * totals[:, h - 1].std()
            )


def test_pit_is_uniform_when_the_mechanism_is_the_truth():
    # Parameters drawn from their priors, a history from them, its forecast held to its own future.
    forecaster = SpendForecaster(STUDY, draws=256)
    growth = STUDY.priors["spend.growth"].parameters
    quarters, horizons = 12, 2
    names = list(forecaster._parameters)
    pits = []
    for draw in RNG.choice(256, size=60, replace=False):
        parameters = {name: forecaster._parameters[name][[draw]] for name in names}
        stated = covariance(parameters, growth["sd"], 2, 0, quarters + horizons)[0]
        mean = growth["mean"] / 4 * np.repeat(np.arange(quarters + horizons), 2)
        logs = (mean + np.linalg.cholesky(stated) @ RNG.normal(size=len(mean))).reshape(-1, 2)
        forecasts = forecaster.forecast(History(("a", "b"), FIRST, np.exp(logs[:quarters]).T), horizons)
        pits.append(forecasts["a", horizons].cdf(logs[-1, 0]))
    assert stats.kstest(pits, "uniform").pvalue > 1e-3


def test_scale_and_order_of_companies_do_not_matter():
    logs = simulate(9, 3, 1, phase=1)[0]
    forecaster = SpendForecaster(STUDY, draws=64)
    once = forecaster.forecast(History(("a", "b", "c"), FIRST + 1, np.exp(logs).T), 2)
    other = forecaster.forecast(History(("c", "a", "b"), FIRST + 1, np.exp(logs[:, [2, 0, 1]]).T), 2)
    scaled = forecaster.forecast(History(("a", "b", "c"), FIRST + 1, 1000 * np.exp(logs).T), 2)
    for key in (("a", 1), ("c", 2), ("group", 2)):
        assert other[key].quantile(0.3) == pytest.approx(once[key].quantile(0.3), abs=0.01)
        # The first level is diffuse, not flat: a thousandfold is a millionth of what it believes possible.
        assert scaled[key].quantile(0.3) == pytest.approx(once[key].quantile(0.3) + np.log(1000), abs=0.01)


def test_spread_widens_with_the_horizon():
    history = History(("a", "b"), FIRST, np.exp(simulate(10, 2, 1, 0)[0]).T)
    forecasts = SpendForecaster(STUDY, draws=64).forecast(history, 8)
    for entity in ("a", "b", "group"):
        widths = [
            forecasts[entity, h].quantile(0.9) - forecasts[entity, h].quantile(0.1) for h in range(1, 9)
        ]
        assert widths[7] > 2 * widths[0]
        assert widths == sorted(widths)


def test_history_weighs_the_draws():
    quiet = np.exp(0.065 * np.arange(20) + 0.005 * RNG.normal(size=(2, 20)))
    loud = np.exp(0.065 * np.arange(20) + np.cumsum(0.3 * RNG.normal(size=(2, 20)), axis=1))
    forecaster = SpendForecaster(STUDY, draws=256)
    vol = [
        float(found["weight"] @ found["spend.vol"])
        for found in (forecaster.weights(History(("a", "b"), FIRST, capex)) for capex in (quiet, loud))
    ]
    prior = float(np.mean(forecaster.weights(History(("a", "b"), FIRST, quiet))["spend.vol"]))
    assert vol[0] < prior < vol[1]


def test_a_factor_of_more_quarters_begins_with_that_of_fewer():
    short, long = SpendForecaster(STUDY, draws=8), SpendForecaster(STUDY, draws=8)
    history = History(("a", "b"), FIRST, np.exp(simulate(8, 2, 1, 0)[0]).T)
    long.forecast(replace(history, capex=np.tile(history.capex, 3)), 4)
    ours, theirs = long.forecast(history, 2)["a", 2], short.forecast(history, 2)["a", 2]
    assert ours.quantile(0.4) == pytest.approx(theirs.quantile(0.4), abs=1e-9)
