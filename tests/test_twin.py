"""The twin against the worked cases: twelve printed digits of every series, metric and verdict."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tests.twin import (
    FIVE_BY_EIGHT,
    SHIPPED,
    Case,
    Structure,
    histories,
    passes_of,
    random_inputs,
    simulate,
    verdict_of,
    worked_cases,
)
from tests.twin.accounts import opening_book_left
from tests.twin.horizon import terminal_value
from tests.twin.mechanisms import mechanism_cases
from tests.twin.metrics import SCORECARD

#: The cases print twelve significant digits: half a unit of the last is at most 5e-12 of a number.
#: The twin's own rounding over a few thousand additions and multiplications stays below 1e-12.
PRINTED = 5e-12 + 1e-12
#: A balance of much larger numbers (book 1e3 USD bn) that happens to be 0 has their rounding, 1e3 x 2^-52.
FLOOR = 1e-12

CASES = [pytest.param(case, id=case.name.split()[0]) for case in worked_cases()]


MECHANISMS = [pytest.param(case, id=case.name) for case in mechanism_cases()]


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture(scope="module")
def answer(case: Case) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return simulate(case.inputs, case.shocks, case.structure)


def test_series_have_the_printed_digits(case: Case, answer: tuple) -> None:
    _, series = answer
    for name, printed in case.series.items():
        found = series[name][case.quarters, :, 0]
        np.testing.assert_allclose(found, printed, rtol=PRINTED, atol=FLOOR, err_msg=name)


def test_metrics_have_the_printed_digits(case: Case, answer: tuple) -> None:
    metrics, _ = answer
    for name, printed in case.metrics.items():
        np.testing.assert_allclose(metrics[name][0], printed, rtol=PRINTED, atol=FLOOR, err_msg=name)


@pytest.mark.parametrize("case", MECHANISMS)
def test_the_stored_cases_of_mechanisms_are_those_of_the_twin(case: Case) -> None:
    metrics, series = simulate(case.inputs, case.shocks, case.structure)
    test_series_have_the_printed_digits(case, (metrics, series))
    test_metrics_have_the_printed_digits(case, (metrics, series))


def test_cycle_and_break_follow_the_shocks(case: Case, answer: tuple) -> None:
    _, series = answer
    np.testing.assert_array_equal(series["regime"][:, 0], case.regime)
    np.testing.assert_array_equal(series["financing_broken"][:, 0], case.financing_broken)


def test_verdicts_are_those_of_the_case(case: Case, answer: tuple) -> None:
    metrics, _ = answer
    for owner in ["group", *(company.name for company in case.structure.companies)]:
        for item, least in SCORECARD.items():
            assert (metrics[f"{item}.{owner}"][0] >= least) == case.verdicts[f"pass.{item}.{owner}"]
        assert passes_of(metrics, owner, SCORECARD)[0] == case.verdicts[f"scorecard_passes.{owner}"]
        assert verdict_of(metrics, owner)[0] == case.verdicts[f"verdict.{owner}"]


def test_every_metric_has_company_and_group_except_per_share(case: Case, answer: tuple) -> None:
    metrics, _ = answer
    owners = {name.rpartition(".")[2] for name in metrics}
    assert owners == {"group", *(company.name for company in case.structure.companies)}
    assert not {name for name in metrics if name.startswith("eps_") and name.endswith(".group")}


def test_steps_to_the_metrics_have_the_printed_digits(case: Case) -> None:
    run = histories(case.inputs, case.shocks, case.structure)
    wacc, tax = run.of("finance.wacc"), run.of("finance.tax")
    discount = (1 + wacc) ** (-(np.arange(case.structure.horizon)[:, None] + 0.5) / 4)[:, None]
    capex_value = (run.ai_capex * discount).sum(axis=0)
    steps = {
        "opening_gw": run.opening_gw,
        "opening_book": run.opening_book,
        "capex_value": capex_value,
        "invested": capex_value + run.opening_book,
        "net_book": run.net_book[-1],
        "terminal_value": terminal_value(run),
        "core_value": (run.core * (1 - tax) * discount).sum(axis=0),
    }
    for c, name in enumerate(run.companies):
        for step, values in steps.items():
            printed = case.internals[f"{step}.{name}"]
            np.testing.assert_allclose(values[c, 0], printed, rtol=PRINTED, atol=FLOOR, err_msg=step)


#: What a balance of a horizon's flows may miss by, relative to the sum of their sizes: 60 quarters of
#: some hundred roundings of 2^-53 each, all of one sign.
ROUNDING = 60 * 100 * 2.0**-53

STRUCTURES = [
    pytest.param(structure.with_(policy=policy, horizon=horizon), id=f"{name}-{policy}-{horizon}")
    for name, structure in (("shipped", SHIPPED), ("five", FIVE_BY_EIGHT))
    for policy in ("in_service", "delivery")
    for horizon in (8, 11, 26, 60)
]


@pytest.fixture(params=STRUCTURES)
def structure(request: pytest.FixtureRequest) -> Structure:
    return request.param


def test_random_inputs_give_finite_answers_under_the_laws(structure: Structure) -> None:
    inputs, shocks = random_inputs(np.random.default_rng(20260128), 256, structure)
    metrics, series = simulate(inputs, shocks, structure)
    for name, values in (metrics | series).items():
        assert np.isfinite(values).all(), name
        assert values.shape[-1] == 256, name
    run = histories(inputs, shocks, structure)

    # What was ordered, with what waited at the start, is in service or still waiting.
    for ordered, opening, energised, idle in (
        (run.ordered_gw, run.opening_idle_gw, run.energised_gw, run.idle_gw),
        (run.chips, run.opening_idle, run.energised_cost, run.idle_value),
    ):
        came = opening + ordered.sum(axis=0)
        np.testing.assert_allclose(energised.sum(axis=0) + idle[-1], came, rtol=ROUNDING)
    np.testing.assert_allclose(run.chips + run.sites, run.ai_capex, rtol=ROUNDING)

    # The book kept by flows is the book that is left of each asset.
    left = _book_left(run)
    spent = run.opening_book + run.ai_capex.sum(axis=0)
    assert (np.abs(run.net_book[-1] - left) <= ROUNDING * spent).all()
    cash = run.fcf.sum(axis=0) - run.nopat.sum(axis=0)
    scale = spent + np.abs(run.nopat).sum(axis=0)
    assert (np.abs(cash + run.net_book[-1] - run.opening_book) <= ROUNDING * scale).all()

    assert (run.noncircular_revenue >= 0).all()
    assert (run.noncircular_revenue <= run.revenue * (1 + ROUNDING)).all()
    assert (run.revenue <= np.minimum(run.demand, run.capacity)).all()
    assert (run.merchant_capex <= run.chips * (1 + ROUNDING)).all()
    np.testing.assert_allclose(run.capacity[0], run.opening_gw * run.rent / 4, rtol=ROUNDING)
    assert ((series["late_share"] >= 0) & (series["late_share"] <= 1 + ROUNDING)).all()


def _book_left(run: SimpleNamespace) -> np.ndarray:
    """Return the net book at the horizon as the sum over assets of what is not yet written off."""
    of, T, policy = run.of, run.structure.horizon, run.structure.policy
    chip_life, site_life = 4 * run.by_company("finance.server_life"), 4 * of("finance.building_life")

    def left(life: np.ndarray, quarters: int) -> np.ndarray:
        return np.maximum(0, 1 - quarters / life)

    net, growth = of("finance.opening_net"), of("finance.opening_growth")
    chip_years, site_years = (of(f"finance.opening_{x}_life") for x in ("chip", "site"))
    book = net * run.opening_chips * opening_book_left(chip_years * chip_life / 4, growth, T / 4)
    book = book + net * run.opening_sites * opening_book_left(site_years * site_life / 4, growth, T / 4)
    book = book + (run.opening_idle * left(chip_life, T) if policy == "delivery" else run.idle_book[-1])
    for k in range(T):
        book = book + run.sites[k] * left(site_life, T - k)
        chips = run.chips[k] if policy == "delivery" else run.energised_book[k]
        book = book + chips * left(chip_life, T - k)
    return book


def test_the_policy_moves_neither_revenue_nor_capex_nor_power() -> None:
    inputs, shocks = random_inputs(np.random.default_rng(7), 128, SHIPPED)
    _, gaap = simulate(inputs, shocks, SHIPPED)
    _, clock = simulate(inputs, shocks, SHIPPED.with_(policy="delivery"))
    for name in ("revenue", "capex", "ordered_gw", "energised_gw", "idle_gw", "idle_value", "energy_cost"):
        np.testing.assert_array_equal(gaap[name], clock[name])


def test_spending_that_stops_for_good_stays_finite() -> None:
    inputs, shocks = random_inputs(np.random.default_rng(3), 64, SHIPPED)
    inputs |= {"spend.deferral": 1.0, "spend.deferral_threshold": 0.0, "power.lead_time.us_grid": 40.0}
    metrics, series = simulate(inputs, shocks, SHIPPED)
    assert (series["capex"][4:] == 0).any()
    for name, values in (metrics | series).items():
        assert np.isfinite(values).all(), name
