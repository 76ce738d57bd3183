"""The twin against the worked cases: twelve printed digits of every series, metric and verdict."""

from __future__ import annotations

import numpy as np
import pytest

from tests.twin import Case, passes_of, simulate, verdict_of, worked_cases
from tests.twin.metrics import SCORECARD

#: The cases print twelve significant digits: half a unit of the last is at most 5e-12 of a number.
#: The twin's own rounding over a few thousand additions and multiplications stays below 1e-12.
PRINTED = 5e-12 + 1e-12
#: A balance of much larger numbers (book 1e3 USD bn) that happens to be 0 has their rounding, 1e3 x 2^-52.
FLOOR = 1e-12

CASES = [pytest.param(case, id=case.name.split()[0]) for case in worked_cases()]


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
