"""A gigawatt of own chips: by hand, where chips change nothing, and the laws that it keeps."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout.inputs import Parameters
from simulator.buildout.settings import Chip, Company
from simulator.buildout.silicon import SiliconTerms, per_gigawatt
from tests.buildout import kernel
from tests.twin import FIVE_BY_EIGHT, Structure, random_inputs
from tests.twin.cases import with_chips

#: Rounding of some 1e3 operations in double precision.
ROUNDING = 1e3 * 2**-52

PARTS = ("start", "ramp", "share", "cost", "energy", "realised")

#: Half of all chips merchant; earlier own chips save 0.3 of a gigawatt and do 0.7 of its work.
ALONE = {
    "silicon.cost_per_gw": 40.0,
    "silicon.compute_share": 0.6,
    "silicon.inflation": 0.0,
    "silicon.merchant_2024": 0.5,
    "silicon.merchant_years": 0.0,
    "silicon.merchant_tilt.one": 1.0,
    "silicon.shift.one": 0.0,
    "silicon.custom_discount": 0.3,
    "silicon.custom_perf.one": 0.7,
    "silicon.perf_growth": 0.0,
    "finance.wacc": 0.0,
    "finance.economic_life": 5.0,
}


def _gigawatt(year: float, **chips: tuple[float, ...]):
    named = tuple(Chip(c, c, {part: f"silicon.{c}.{part}" for part in PARTS}) for c in chips)
    draws = ALONE | {
        f"silicon.{c}.{part}": value
        for c, values in chips.items()
        for part, value in zip(PARTS, values, strict=True)
    }
    with jax.enable_x64(True):
        p = Parameters({name: jnp.asarray(value, "float64") for name, value in draws.items()}, ["one"], [])
        terms = SiliconTerms.of(p, [Company("one", "One", chips=named)], jnp.full((1, 1), 0.1))
        return [float(value[0, 0]) for value in per_gigawatt(terms, jnp.asarray(year))]


def test_a_gigawatt_by_hand() -> None:
    """One chip that is half of own orders, taken at its word, and a second that comes to be 0.8 of them."""
    first, second = (-1.0, 0.0, 0.5, 0.8, 1.0, 1.0), (1.0, 2.0, 0.8, 0.5, 0.5, 0.5)
    merchant, chips, sites, compute, saved = _gigawatt(0.0, first=first, second=second)
    # Own: saving (0.3 + 0.2) / 2, work (0.7 + 1) / 2. Power over five years without discount: 4 x 0.1 x 5.
    assert (merchant, sites, compute) == pytest.approx((12.0, 16.0, 1.0), rel=ROUNDING)
    assert chips == pytest.approx(24 * (1 - 0.5 * 0.25), rel=ROUNDING)
    assert saved == pytest.approx(0.925 * (40 + 2) - (21 + 16 + 2), rel=ROUNDING)

    _, chips, _, compute, _ = _gigawatt(2.0, first=first, second=second)
    # Half ramped, so 0.4 of own orders: of cost between 0.7 and 0.5 / 0.5, of work between 0.7 and 1 / 0.5.
    paid, work = 0.6 * 0.75 + 0.4 * np.sqrt(0.7), 0.6 * 0.85 + 0.4 * np.sqrt(0.7 * 2)
    assert chips == pytest.approx(12 + 12 * paid, rel=ROUNDING)
    assert compute == pytest.approx((0.5 + 0.5 * work) / 0.925, rel=ROUNDING)


def test_less_energy_is_more_compute_a_gigawatt_at_the_cost_of_that_compute() -> None:
    """A gigawatt of twice the compute costs twice the chips; its power is a gigawatt's, and counted once."""
    _, chips, _, compute, _ = _gigawatt(0.0, chip=(0.0, 0.0, 1.0, 1.0, 1.0, 1.0))
    _, twice, _, later, _ = _gigawatt(1.0, chip=(1.0, 0.0, 1.0, 1.0, 0.5, 1.0))
    assert twice - 12 == pytest.approx(2 * (chips - 12), rel=ROUNDING)
    assert later * 0.85 == pytest.approx(0.5 + 0.5 * 2, rel=ROUNDING)
    assert compute == 1


@pytest.fixture(scope="module")
def structure() -> Structure:
    return FIVE_BY_EIGHT.with_(horizon=12)


@pytest.fixture(scope="module")
def draws(structure: Structure) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    return random_inputs(np.random.default_rng(7), 512, structure)


def _chips_at(inputs: dict[str, np.ndarray], structure: Structure, part: str, value: float) -> dict:
    names = [chip.fields[part] for company in structure.companies for chip in company.chips]
    return inputs | dict.fromkeys(names, value)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["share", "realised"])
def test_chips_that_are_not_ordered_or_not_believed_change_nothing(structure, draws, part: str) -> None:
    inputs, shocks = draws
    metrics, series = kernel.run(_chips_at(inputs, structure, part, 0.0), shocks, structure)
    plain, expected = kernel.run(inputs, shocks, with_chips(structure, {}))
    for name, values in (plain | expected).items():
        found = (metrics | series)[name]
        finite = np.isfinite(values)
        np.testing.assert_array_equal(np.isfinite(found), finite, err_msg=name)
        scale = np.maximum(np.abs(values[finite]).max(initial=1.0), 1.0)
        assert (np.abs(found[finite] - values[finite]) <= 1e3 * ROUNDING * scale).all(), name


def test_without_own_chips_they_are_worth_nothing(structure, draws) -> None:
    inputs, shocks = draws
    merchant = inputs | {"silicon.merchant_2024": 1.0}
    merchant |= {f"silicon.shift.{company.name}": 0.0 for company in structure.companies}
    metrics, series = kernel.run(merchant, shocks, structure)
    spent = np.abs(series["ai_capex"]).sum(axis=(0, 1))
    assert (np.abs(metrics["custom_silicon_value.group"]) <= ROUNDING * spent).all()


def test_a_cheaper_claim_is_worth_more_and_worth_is_additive(structure, draws) -> None:
    inputs, shocks = draws
    dear, _ = kernel.run(_chips_at(inputs, structure, "cost", 1.2), shocks, structure)
    cheap, series = kernel.run(_chips_at(inputs, structure, "cost", 0.4), shocks, structure)
    # Of the first year, whose spending is the same: what is saved later moves with spending.
    worth = series["silicon_saved"][:4].sum(axis=0)
    assert worth.shape == (5, 512)
    parts = sum(cheap[f"custom_silicon_value.{company.name}"] for company in structure.companies)
    spent = np.abs(series["ai_capex"]).sum(axis=(0, 1))
    assert (np.abs(cheap["custom_silicon_value.group"] - parts) <= ROUNDING * spent).all()
    assert dear.keys() == cheap.keys()
