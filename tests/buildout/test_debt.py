"""Debt of levered companies: by hand, against the twin, and by its laws path by path."""

from __future__ import annotations

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout import debt
from simulator.buildout.accounts import Statement
from simulator.buildout.inputs import Parameters
from simulator.buildout.settings import Company
from tests.buildout import kernel
from tests.twin import LEVERED, SHIPPED, levered, random_inputs, simulate

CASE = json.loads((Path(__file__).parents[1] / "data" / "debt_case.json").read_text())
BORROWERS = {"microsoft": 2, "meta": 3}
#: As for all series of the kernel: some 1e4 roundings a path, and a hundred times that for far tails.
AGREE = 1e6 * 2**-52
#: A sum of a few flows of USD 1e4 bn at most: eight roundings of 2^-53 each.
FLOW = 1e4 * 8 * 2.0**-53

#: No interest, and lenders who lend without end against any EBITDA; shares pay where there is none.
FREE = {
    "risk_free": 0.0,
    "spread": 0.0,
    "spread_slope": 0.0,
    "spread_limit": 0.0,
    "debt_limit": 1e9,
    "equity_share": 1.0,
}
#: Breaks of financing that do not hang on debt.
APART = {"debt.break_leverage": 0.0, "debt.break_circularity": 0.0}


def fixed(**values: float) -> dict[str, float]:
    """Parts of the debt of both borrowers, held at numbers."""
    return {f"debt.{part}.{name}": value for part, value in values.items() for name in BORROWERS}


@pytest.fixture(scope="module")
def drawn() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return random_inputs(np.random.default_rng(20261009), 512, LEVERED)


def test_a_company_by_hand() -> None:
    with jax.enable_x64(True):
        names = {f"debt.{part}": jnp.asarray([value]) for part, value in CASE["terms"].items()}
        draws = names | {"finance.shares.one": jnp.asarray([2.0])}
        fields = {part: f"debt.{part}" for part in CASE["terms"]}
        company = Company("one", "One", {"levered": fields})
        terms = debt.DebtTerms.of(Parameters(draws, ["one"], []), [company])
        assert terms is not None
        state, none = debt.opening(terms, 1, 1), jnp.zeros((1, 1))
        idle = Statement(*[none] * len(Statement._fields))
        found: dict[str, list[float]] = {name: [] for name in ("interest", "operating_cash", "net_debt")}
        paid: dict[str, list[float]] = {"spent": [], "equity": []}
        for quarter, wanted in enumerate(CASE["wanted"]):
            funded = debt.fund(terms, state, jnp.full((1, 1), wanted), jnp.asarray(quarter > 0))
            state, record = debt.close(terms, state, funded, none, none, idle, jnp.asarray(quarter / 4))
            for name, values in found.items():
                values.append(float(getattr(record, name)[0, 0]))
            paid["spent"].append(float(funded.capex[0, 0]))
            paid["equity"].append(float(funded.equity[0, 0]))
        for name, values in (found | paid).items():
            np.testing.assert_allclose(values, CASE[name], rtol=20 * 2.0**-53, err_msg=name)
        # Ten dollars a share, two billion of them.
        np.testing.assert_allclose(terms.new_shares * CASE["equity"][1], CASE["equity"][1] / 20)


def test_kernel_and_twin_agree_path_by_path(drawn) -> None:
    inputs, shocks = drawn
    metrics, series = kernel.run(inputs, shocks, LEVERED)
    expected_metrics, expected_series = simulate(inputs, shocks, LEVERED)
    for name in ("net_debt", "interest", "operating_cash", "paid_capex", "equity", "cut", "capex", "revenue"):
        expected = expected_series[name]
        scale = np.abs(expected).max(axis=0)
        assert (np.abs(series[name] - expected) <= AGREE * np.maximum(scale, 1.0)).all(), name
    of_debt = [name for name in metrics if name not in simulate_names()]
    assert len(of_debt) == 8 * 2 + 7
    for name in of_debt:
        expected, found = expected_metrics[name], metrics[name]
        np.testing.assert_array_equal(np.isinf(found), np.isinf(expected), err_msg=name)
        seen = np.isfinite(expected)
        # A ratio over an EBITDA or an interest near zero loses the digits of that.
        error = np.abs(found[seen] - expected[seen]) / np.maximum(np.abs(expected[seen]), 1.0) ** 2
        assert error.max(initial=0) <= AGREE, name


def simulate_names() -> set[str]:
    """Names of the metrics of a study without debt."""
    return set(kernel.buildout(SHIPPED).metric_units)


def test_without_interest_and_limit_all_else_is_as_without_debt(drawn) -> None:
    inputs, shocks = drawn
    metrics, series = kernel.run(inputs | fixed(**FREE) | APART, shocks, LEVERED)
    without, plain = kernel.run(inputs, shocks, SHIPPED)
    for name, expected in without.items():
        np.testing.assert_allclose(metrics[name], expected, rtol=AGREE, atol=AGREE, err_msg=name)
    for name, expected in plain.items():
        scale = np.maximum(np.abs(expected).max(axis=0), 1.0)
        assert (np.abs(series[name] - expected) <= AGREE * scale).all(), name
    assert (series["cut"] == 0).all()
    earning = series["company_ebitda"][:-1] > 1e-6
    assert (series["equity"][1:][earning] == 0).all()
    assert (series["interest"] == 0).all()


def test_net_debt_changes_by_what_is_paid_and_earned(drawn) -> None:
    inputs, shocks = drawn
    _, s = kernel.run(inputs, shocks, LEVERED)
    for name, c in BORROWERS.items():
        before = np.concatenate([inputs[f"debt.net_debt.{name}"][None], s["net_debt"][:-1, c]])
        flow = s["operating_cash"] - s["paid_capex"] - s["payout"] + s["equity"]
        scale = np.maximum(1.0, np.abs(s["net_debt"][:, c]) / 1e4)
        assert (np.abs(before - flow[:, c] - s["net_debt"][:, c]) <= FLOW * scale).all()
        np.testing.assert_array_equal(s["paid_capex"][:, c], s["capex"][:, c])
    # Nothing of it is the others'.
    for values in (s["net_debt"], s["interest"], s["equity"], s["cut"]):
        assert (values[:, :2] == 0).all()


@pytest.mark.parametrize("equity_share", [0.0, 0.5, 1.0])
def test_spending_is_within_cash_room_and_new_shares(drawn, equity_share: float) -> None:
    inputs, shocks = drawn
    given = inputs | fixed(debt_limit=2.0, equity_share=equity_share)
    metrics, s = kernel.run(given, shocks, LEVERED)
    c = list(BORROWERS.values())
    room = np.maximum(2.0 * 4 * s["company_ebitda"] - s["net_debt"], 0)
    means = np.maximum(s["operating_cash"] - s["payout"] + room, 0)[:-1, c]
    spent, equity, cut = (s[name][1:, c] for name in ("paid_capex", "equity", "cut"))
    late = slice(3, None)
    bound = (means + equity)[late] * (1 + 8 * 2.0**-53) + FLOW
    assert (spent[late] <= bound).all()
    assert (cut[late] > 0).any() == (equity_share < 1)
    assert (equity[late] > 0).any() == (equity_share > 0)
    assert (s["cut"][:4] == 0).all()
    for name in BORROWERS:
        assert (metrics[f"dilution.{name}"] > 0).any() == (equity_share > 0)


@pytest.mark.parametrize("part", ["spread", "spread_slope", "spread_limit"])
def test_dearer_debt_is_never_less_debt(drawn, part: str) -> None:
    inputs, shocks = drawn
    unlimited = inputs | fixed(debt_limit=1e9, equity_share=1.0) | APART
    dearer = unlimited | {f"debt.{part}.{name}": inputs[f"debt.{part}.{name}"] * 1.5 for name in BORROWERS}
    _, low = kernel.run(unlimited, shocks, LEVERED)
    _, high = kernel.run(dearer, shocks, LEVERED)
    scale = np.maximum(1.0, np.abs(low["net_debt"]) / 1e4)
    assert (high["net_debt"] >= low["net_debt"] - FLOW * 24 * scale).all()
    assert (high["net_debt"] > low["net_debt"] + 1).any()


def test_a_breach_is_leverage_above_the_covenant(drawn) -> None:
    metrics, _ = kernel.run(drawn[0], drawn[1], LEVERED)
    inputs = drawn[0]
    own = []
    for name in BORROWERS:
        above = metrics[f"peak_leverage.{name}"] > inputs[f"debt.covenant.{name}"]
        np.testing.assert_array_equal(metrics[f"covenant_breach.{name}"], above)
        own.append(above)
    np.testing.assert_array_equal(metrics["covenant_breach.group"], np.any(own, axis=0))
    assert 0 < np.mean(own) < 1


def test_a_study_without_debt_has_none_of_it() -> None:
    assert not {"peak_leverage.group", "dilution.meta"} & simulate_names()
    names = set(kernel.buildout(LEVERED).metric_units)
    assert {"peak_leverage.group", "peak_leverage.meta", "dilution.meta"} <= names
    assert not {"peak_leverage.amazon", "dilution.group"} & names
    assert levered("meta").fields["leases"] in kernel.buildout(LEVERED).inputs
