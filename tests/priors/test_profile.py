"""The year's profile of the dated sets is what the evidence known on their days gives."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulator.buildout.forecast.history import History, known_history
from simulator.buildout.forecast.statements import growth_to
from simulator.evidence import load_evidence
from simulator.study import load_study

COMPANIES = ("amazon", "alphabet", "microsoft", "meta")
STEPS = np.arange(1, 5) - 2.5
#: By set: the years whose quarters all companies had published.
YEARS = {"hyperscalers-2026-01": range(2020, 2025), "hyperscalers-2026-05": range(2020, 2026)}


def _quarters(years: range) -> tuple[np.ndarray, np.ndarray]:
    """Capex by year, company and quarter, and growth by year and company."""
    history = known_history(load_evidence())
    spent = np.array([[_of(history, c, 4 * y, 4 * y + 4) for c in COMPANIES] for y in years])
    before = np.array([[_of(history, c, 4 * y - 1, 4 * y)[0] for c in COMPANIES] for y in years])
    growth = np.vectorize(lambda year, last: growth_to(year, last, 4))(spent.sum(axis=-1), before)
    return spent, growth


def _of(history: History, company: str, first: int, end: int) -> np.ndarray:
    return history.of(company)[first - history.first : end - history.first]


def _fit(spent: np.ndarray, growth: np.ndarray, slope: float | None = None) -> tuple[float, np.ndarray]:
    """Slope, where it is not given, and weights: least squares in logs, half of each own season kept."""
    logs = np.log(spent)
    logs = logs - logs.mean(axis=-1, keepdims=True)
    tilt = growth[..., None] * STEPS
    if slope is None:
        off = tilt - tilt.mean(axis=(0, 1))
        slope = float((off * (logs - logs.mean(axis=(0, 1)))).sum() / (off**2).sum())
    rest = logs - slope * tilt
    common = rest.mean(axis=(0, 1))
    weights = np.exp(common + (rest.mean(axis=0) - common) / 2)
    return slope, weights / weights.mean(axis=-1, keepdims=True)


def _left_out(spent: np.ndarray, growth: np.ndarray, slope: float | None = None) -> tuple[float, float]:
    """Root mean square error of a quarter of a year that the fit has not seen: company, group."""
    miss, together = [], []
    for year in range(len(spent)):
        others = np.arange(len(spent)) != year
        fitted, weights = _fit(spent[others], growth[others], slope)
        shape = weights * np.exp(fitted * growth[year][:, None] * STEPS)
        expected = shape / shape.sum(axis=-1, keepdims=True) * spent[year].sum(axis=-1, keepdims=True)
        miss.append(np.log(spent[year] / expected))
        together.append(np.log(spent[year].sum(axis=0) / expected.sum(axis=0)))
    return float(np.sqrt(np.mean(np.square(miss)))), float(np.sqrt(np.mean(np.square(together))))


@pytest.mark.parametrize("name", YEARS)
def test_sets_have_the_profile_that_was_fitted(name: str) -> None:
    priors = load_study(name).priors
    slope, weights = _fit(*_quarters(YEARS[name]))
    assert priors["spend.profile_slope"].parameters["mean"] == pytest.approx(slope, abs=0.005)
    for company, row in zip(COMPANIES, weights, strict=True):
        found = [priors[f"spend.profile.q{q}.{company}"].parameters["value"] for q in range(1, 5)]
        np.testing.assert_allclose(found, row, atol=0.0006)


@pytest.mark.parametrize("name", YEARS)
def test_spread_of_the_slope_is_its_jackknife_error(name: str) -> None:
    spent, growth = _quarters(YEARS[name])
    years = np.arange(len(spent))
    left_out = np.array([_fit(spent[years != year], growth[years != year])[0] for year in years])
    error = np.sqrt((len(years) - 1) * left_out.var())
    prior = load_study(name).priors["spend.profile_slope"]
    assert prior.parameters["sd"] == pytest.approx(error, abs=0.005)


def test_quarters_of_a_year_that_the_fit_has_not_seen_are_nearer_with_growth() -> None:
    spent, growth = _quarters(YEARS["hyperscalers-2026-05"])
    company, group = _left_out(spent, growth)
    flat_company, flat_group = _left_out(spent, growth, slope=0.0)
    # What docs/explanation/model.md says, to its last digit.
    assert (round(company, 3), round(group, 3)) == (0.106, 0.048)
    assert (round(flat_company, 3), round(flat_group, 3)) == (0.125, 0.066)


@pytest.mark.parametrize("name", YEARS)
def test_last_quarter_is_what_was_known_of_it_on_the_day_of_the_set(name: str) -> None:
    study = load_study(name)
    history = known_history(load_evidence())
    for company in COMPANIES:
        prior = study.priors[f"spend.last_quarter.{company}"]
        actual = _of(history, company, 4 * 2025 + 3, 4 * 2026)[0]
        if prior.basis == "reported":
            assert prior.parameters["value"] == pytest.approx(actual, abs=0.0005)
        else:
            assert study.as_of == date(2026, 1, 28)
            # Published within days of the set: the belief has to bear it.
            assert abs(np.log(actual / prior.parameters["median"])) < 2 * prior.parameters["sigma"]
