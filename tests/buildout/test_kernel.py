"""The kernel against the worked cases, and path by path against the independent twin."""

from __future__ import annotations

import numpy as np
import pytest

from tests.buildout import kernel
from tests.twin import FIVE_BY_EIGHT, SHIPPED, Case, Structure, random_inputs, simulate, worked_cases
from tests.twin.mechanisms import mechanism_cases

CASES = [pytest.param(case, id=case.name.split()[0]) for case in (*worked_cases(), *mechanism_cases())]
#: Digits asked for: nine in double precision, four in single.
DIGITS = {"float64": 0.5e-9, "float32": 0.5e-4}
#: A balance near zero keeps the rounding of the USD 1e3 bn that it is a balance of.
ROUNDING = {"float64": 1e3 * 2**-50, "float32": 1e3 * 2**-20}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES)
def test_worked_cases(case: Case, dtype: str) -> None:
    metrics, series = kernel.run(case.inputs, case.shocks, case.structure, dtype)
    for name, printed in case.metrics.items():
        np.testing.assert_allclose(
            metrics[name][0], printed, rtol=DIGITS[dtype], atol=ROUNDING[dtype], err_msg=name
        )
    for name, printed in case.series.items():
        found = series[name][case.quarters, :, 0]
        np.testing.assert_allclose(found, printed, rtol=DIGITS[dtype], atol=ROUNDING[dtype], err_msg=name)
    np.testing.assert_array_equal(series["regime"][:, 0], case.regime)
    np.testing.assert_array_equal(series["financing_broken"][:, 0], case.financing_broken)


STRUCTURES = [
    pytest.param(
        base.with_(horizon=horizon, policy=policy, stages=stages),
        id=f"{name}-{horizon}-{policy}",
        marks=[pytest.mark.slow] if horizon == 60 else [],
    )
    for name, base, horizon, policy, stages in (
        ("shipped", SHIPPED, 24, "in_service", 3),
        ("shipped", SHIPPED, 24, "delivery", 3),
        ("shipped", SHIPPED, 9, "in_service", 1),
        ("five", FIVE_BY_EIGHT, 60, "in_service", 4),
        ("five", FIVE_BY_EIGHT, 8, "delivery", 2),
    )
]
#: Double precision: some 1e4 roundings a path, and a hundred times that where lateness is a far tail: at
#: ``d`` standard deviations the mean delay of the late keeps ``d^3 / sigma`` fewer digits.
AGREE = 1e6 * 2**-52


@pytest.mark.parametrize("structure", STRUCTURES)
def test_kernel_and_twin_agree_path_by_path(structure: Structure) -> None:
    assert_agree(*random_inputs(np.random.default_rng(20260128), 512, structure), structure)


@pytest.mark.slow
def test_kernel_and_twin_agree_on_what_decisions_withhold() -> None:
    rng = np.random.default_rng(20260129)
    inputs, shocks = random_inputs(rng, 512, SHIPPED)
    for company in SHIPPED.companies:
        # Some cut much of it, some wait for part of a year, and some do neither: who spends nothing for a
        # year is an edge that the two models see apart.
        inputs[f"spend.cut.{company.name}"] = np.maximum(rng.uniform(-0.5, 0.9, 512), 0)
        inputs[f"spend.pause.{company.name}"] = np.maximum(rng.uniform(-0.7, 0.7, 512), 0)
    assert_agree(inputs, shocks, SHIPPED)


@pytest.mark.slow
def test_nothing_withheld_changes_no_bit() -> None:
    inputs, shocks = random_inputs(np.random.default_rng(20260130), 512, FIVE_BY_EIGHT)
    decided = {
        f"{name}.{company.name}": np.zeros(512)
        for name in ("spend.cut", "spend.pause")
        for company in FIVE_BY_EIGHT.companies
    }
    for without, withheld in zip(
        kernel.run(inputs, shocks, FIVE_BY_EIGHT, "float32"),
        kernel.run(inputs | decided, shocks, FIVE_BY_EIGHT, "float32"),
        strict=True,
    ):
        for name, found in without.items():
            np.testing.assert_array_equal(found, withheld[name], err_msg=name)


def assert_agree(inputs: dict[str, np.ndarray], shocks: dict[str, np.ndarray], structure: Structure) -> None:
    metrics, series = kernel.run(inputs, shocks, structure)
    twin_metrics, twin_series = simulate(inputs, shocks, structure)

    for name, expected in twin_series.items():
        # Flows are differences of stocks and sums of flows: measured against the largest of the path.
        scale = np.abs(expected).max(axis=0)
        assert (np.abs(series[name] - expected) <= AGREE * np.maximum(scale, 1.0)).all(), name

    pays_back = {name: twin_metrics[name] > 0 for name in twin_metrics if name.startswith("payback_years.")}
    for name, positive in pays_back.items():
        np.testing.assert_array_equal(np.isinf(metrics[name]), ~positive, err_msg=name)
    for name, found in metrics.items():
        expected = twin_metrics[name]
        seen = pays_back.get(name, np.ones_like(expected, bool))
        error = np.abs(found - expected)[seen] / _conditioning(name, expected, twin_series)[seen]
        assert error.max() <= AGREE, name


def _conditioning(name: str, expected: np.ndarray, series: dict[str, np.ndarray]) -> np.ndarray:
    """How much of a metric's rounding its own size leaves unexplained: sums of money cancel."""
    money = np.abs(series["ai_capex"]).sum(axis=(0, 1)) + np.abs(series["revenue"]).sum(axis=(0, 1))
    if name.startswith(("value_created", "fcf_trough", "stranded_value", "eps")):
        return np.maximum(np.abs(expected), 10 * money)
    return np.maximum(np.abs(expected), 1.0) * (1 + np.abs(expected))
