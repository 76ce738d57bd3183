"""The value at the horizon against the cash that it stands for, quarter by quarter."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import simulator
from simulator.analysis.run import NotFiniteError
from simulator.buildout.valuation import ValueTerms, quarters_of_profit
from simulator.errors import StudyError
from tests.buildout import kernel

#: Quarters after which less than a rounding is left: at the least spread here, 1.011^(-1/4) a quarter.
FOR_EVER = 15_000


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def terms(wacc: float, growth: float, ronic: float) -> ValueTerms:
    given = {"wacc": wacc, "terminal_growth": growth, "ronic": ronic, "ronic_floor": 0.01}
    given |= {"salvage": 0.0, "tax": 0.0, "least_spread": 0.01, "maturity_years": 0.0}
    given |= {"harvest": 0.0, "queue_value": 0.0, "economic_replacement": 0.0}
    draws = {f"finance.{name}": jnp.asarray(value) for name, value in given.items()}
    return ValueTerms.of(kernel.Parameters(draws, [], []))


@pytest.mark.parametrize("wacc", [0.05, 0.088, 0.14])
@pytest.mark.parametrize("growth", [-0.02, 0.0, 0.03, 0.038])
def test_the_value_at_the_horizon_is_the_sum_of_the_quarters_that_follow(wacc: float, growth: float) -> None:
    """Profit that grows for ever, cash in mid-quarter, each quarter's growth bought by reinvestment."""
    ronic = 0.11
    quarter = np.arange(FOR_EVER)
    profit = (1 + growth) ** ((quarter + 1) / 4)
    reinvested = profit * ((1 + growth) ** 0.25 - 1) / ((1 + ronic) ** 0.25 - 1)
    worth = ((profit - reinvested) * (1 + wacc) ** (-(quarter + 0.5) / 4)).sum()
    found = float(quarters_of_profit(terms(wacc, growth, ronic))[0, 0])
    # The spread of the two rates is a difference: it loses a digit or two of sixteen.
    np.testing.assert_allclose(found, worth, rtol=1e-12)


def test_it_goes_on_with_the_last_quarter_before_it() -> None:
    """At no growth a business is worth the same whether it is simulated on or valued at the horizon."""
    rates = terms(0.088, 0.0, 0.11)
    discount = float(rates.discount[0, 0])
    value = float(quarters_of_profit(rates)[0, 0])
    for quarters in (1, 7, 40):
        simulated = np.exp(-discount * (np.arange(quarters) + 0.5) / 4).sum()
        later = value * np.exp(-discount * quarters / 4)
        np.testing.assert_allclose(simulated + later, value, rtol=1e-14)


@pytest.mark.parametrize("growth", [-0.01, 0.0, 0.02, 0.04])
def test_growth_at_the_cost_of_capital_is_worth_nothing(growth: float) -> None:
    """A quarter's profit before it has grown is then worth ``1 / w`` quarters, whatever it grows by."""
    wacc = 0.09
    value = float(quarters_of_profit(terms(wacc, growth, wacc))[0, 0])
    per_quarter = (1 + wacc) ** 0.25 - 1
    expected = (1 + growth) ** 0.25 * (1 + wacc) ** 0.125 / per_quarter
    np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_rates_that_nearly_meet_have_no_value() -> None:
    """Below the least spread the value is not a number, and from there on it is what it is."""
    for wacc, known in ((0.0301, False), (0.03, False), (0.02, False), (0.0399, False), (0.0401, True)):
        assert np.isfinite(float(quarters_of_profit(terms(wacc, 0.03, 0.11))[0, 0])) == known, wacc


def test_beliefs_that_allow_no_value_at_the_horizon_are_refused_before_a_run() -> None:
    study = simulator.load_study("hyperscalers-2026-01")
    for values in (
        {"finance.wacc": 0.029, "finance.terminal_growth": 0.03},
        {"finance.wacc": 0.0301, "finance.terminal_growth": 0.03},
        {
            "finance.wacc": {"family": "uniform", "low": 0.02, "high": 0.035},
            "finance.terminal_growth": {"family": "uniform", "low": 0.028, "high": 0.05},
        },
    ):
        with pytest.raises(StudyError) as caught:
            simulator.simulate(study.override(values), paths=8192)
        message = str(caught.value)
        for name in ("finance.wacc", "finance.terminal_growth", "finance.least_spread"):
            assert name in message


@pytest.mark.slow
def test_paths_without_a_value_are_counted_and_both_beliefs_named() -> None:
    study = simulator.load_study("hyperscalers-2026-01", overrides={"finance.wacc": 0.035})
    with pytest.raises(NotFiniteError) as caught:
        simulator.simulate(study, paths=8192)
    message, run = str(caught.value), caught.value.run
    growth = run.draws()["finance.terminal_growth"]
    close = int((np.float32(0.035) - growth < np.float32(0.01)).sum())
    assert 0 < close < 8192
    assert f"value_created.group: {close} nan of 8192 paths" in message
    for name in ("finance.wacc", "finance.terminal_growth"):
        assert name in message
    assert "roic" not in message
    summary = run.summary()
    assert summary["no_verdict"]["group"]["value"] == close / 8192
    chances = (one["value"] for one in summary["verdicts"]["group"].values())
    np.testing.assert_allclose(sum(chances), 1 - close / 8192, rtol=1e-12)
