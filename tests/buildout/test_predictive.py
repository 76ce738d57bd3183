"""The quantities of the predictive checks, path by path, against NumPy on the histories of the twin."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout.model import Buildout
from simulator.buildout.predictive import Predictive
from simulator.buildout.settings import BuildoutSettings
from tests.buildout import kernel
from tests.buildout.present_value import worth
from tests.twin import FIVE_BY_EIGHT, SHIPPED, Structure, histories, random_inputs
from tests.twin.metrics import metrics_of

PATHS = 128
#: Companies that report depreciation of all property here, in an order that is not the study's.
REPORTING = {"meta": 19.0, "alphabet": 25.0}
#: Some 1e4 roundings a path in double precision; lateness in a far tail keeps fewer digits (see test_kernel).
AGREE = 1e6 * 2**-52
#: Inputs of the gigawatt whose edges in the random inputs (a market that clears at once) quadrature refuses.
ORDINARY = {"economics.markup_speed": (0, 4), "finance.economic_life": (1, 9)}


def settings(structure: Structure) -> BuildoutSettings:
    return kernel.buildout(structure)._settings


def reported() -> dict[str, float]:
    return {f"finance.opening_depreciation.{name}": value for name, value in REPORTING.items()}


def quantities(
    inputs: Mapping[str, float | np.ndarray], shocks: Mapping[str, np.ndarray], structure: Structure
) -> dict[str, np.ndarray]:
    model = Predictive(settings(structure), inputs)
    with jax.enable_x64(True):
        draws = {name: jnp.asarray(value, "float64") for name, value in {**inputs, **shocks}.items()}
        return {name: np.asarray(value) for name, value in jax.jit(model)(draws).items()}


STRUCTURES = [
    pytest.param(SHIPPED, id="shipped"),
    pytest.param(FIVE_BY_EIGHT.with_(horizon=9, policy="delivery", stages=2), id="five-9-delivery"),
]


@pytest.fixture(scope="module", params=STRUCTURES)
def both(request: pytest.FixtureRequest) -> tuple[dict[str, np.ndarray], SimpleNamespace]:
    """What the model says, and the twin's histories, of the same random paths."""
    rng = np.random.default_rng(20260128)
    inputs, shocks = random_inputs(rng, PATHS, request.param)
    inputs = {**inputs, **reported()}
    for name, (low, high) in ORDINARY.items():
        inputs[name] = rng.uniform(low, high, PATHS)
    return quantities(inputs, shocks, request.param), histories(inputs, shocks, request.param)


def agrees(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=AGREE, atol=AGREE)


def group(rows: np.ndarray, years: slice = slice(0, 4)) -> np.ndarray:
    return rows[years].sum(axis=(0, 1))


def test_what_stands_at_the_start(both):
    found, run = both
    sold, used = (run.by_company(f"adoption.{name}").sum(axis=0) for name in ("ai_revenue", "internal_value"))
    agrees(found["opening_ai_revenue"], sold)
    agrees(found["opening_internal_value"], used)
    agrees(found["opening_gw"], run.live_gw[0].sum(axis=0))
    agrees(found["opening_revenue_per_gw"], 4 * run.capacity[0].sum(axis=0) / run.live_gw[0].sum(axis=0))


def test_the_first_years(both):
    found, run = both
    agrees(found["cost_per_gw_2026"], group(run.chips + run.sites) / group(run.ordered_gw))
    agrees(found["capex_2026"], group(run.capex))
    agrees(found["capex_growth_2027"], np.log(group(run.capex, slice(4, 8)) / group(run.capex)))
    agrees(found["energised_gw_2026"], group(run.energised_gw))
    revenue = run.by_company("finance.revenue_2025").sum(axis=0) * (1 + run.of("finance.revenue_growth"))
    agrees(found["capex_intensity_2026"], group(run.capex) / revenue)
    agrees(found["utilisation_opening"], run.revenue[1].sum(axis=0) / run.capacity[1].sum(axis=0))


def test_lateness_is_of_gigawatts_not_of_quarters(both):
    found, run = both
    ordered = run.ordered_gw[:8].sum(axis=1)
    late = ordered * run.late_share[:8]
    agrees(found["late_share"], late.sum(axis=0) / ordered.sum(axis=0))
    some = late.sum(axis=0) > 0
    waits = (late * run.mean_wait[:8]).sum(axis=0) / np.where(some, late.sum(axis=0), 1.0)
    agrees(found["mean_delay"], np.where(some, waits, 0.0))


def test_a_bust_within_three_years_is_one_after_any_of_twelve_moves(both):
    found, run = both
    began = [2 in run.regime[1:13, path] for path in range(PATHS)]
    np.testing.assert_array_equal(found["bust_within_three_years"], began)
    assert 0 < np.mean(began) < 1


def test_capex_over_depreciation_counts_the_companies_that_report(both):
    found, run = both
    rows = [run.companies.index(name) for name in REPORTING]
    net, gigawatts = run.of("finance.opening_net"), run.opening_gw
    chip_years = run.of("finance.opening_chip_life") * run.by_company("finance.server_life")
    site_years = run.of("finance.opening_site_life") * run.of("finance.building_life")
    growth = run.of("finance.opening_growth")
    chips, sites = (
        (1 - np.exp(-growth * years)) / (years - (1 - np.exp(-growth * years)) / growth)
        for years in (chip_years, site_years)
    )
    fixed = net * gigawatts * (run.chip_cost[0] * chips + run.site_cost[0] * sites)
    added = run.depreciation[:4].sum(axis=0) - fixed
    expected = run.capex[:4].sum(axis=0)[rows].sum(axis=0) / (
        sum(REPORTING.values()) + added[rows].sum(axis=0)
    )
    agrees(found["capex_over_depreciation"], expected)


def test_one_gigawatt_is_on_the_mix_of_the_first_orders(both):
    found, run = both
    orders, of = run.ordered_gw[0], run.of
    energy = of("economics.pue") * 8766 * of("economics.power_price") * 1e-6
    life, buildings = of("finance.economic_life"), of("finance.building_life")
    rate = np.log(1 + of("finance.wacc"))
    chips, sites = run.chip_cost[0], run.site_cost[0]
    level = [w * rate / (1 - np.exp(-rate * years)) for w, years in ((chips, life), (sites, buildings))]
    cost = level[0] + level[1] + energy + of("economics.opex") * run.rent
    agrees(found["levelised_cost_per_gw"], (cost * orders).sum(axis=0) / orders.sum(axis=0))

    shared = {
        "energy": energy,
        "opex": of("economics.opex"),
        "discount": rate,
        "tax": of("finance.tax"),
        "life": life,
        "building_life": buildings,
        "decline": of("economics.passthrough") * of("silicon.perf_growth"),
        "markup": of("economics.markup_boom"),
        "speed": of("economics.markup_speed"),
        "locked": of("economics.contract_share"),
        "term": of("economics.contract_years"),
    }
    own = {
        "chips": chips,
        "sites": sites,
        "rent": run.rent,
        "server_life": run.by_company("finance.server_life"),
    }
    for path in range(0, PATHS, 8):
        of_path = {name: float(value[path]) for name, value in shared.items()}
        worths = np.array(
            [
                worth(of_path | {name: float(value[c, path]) for name, value in own.items()})
                for c in range(len(run.companies))
            ]
        )
        share = orders[:, path] / orders[:, path].sum()
        paid = (share * (chips + sites)[:, path]).sum()
        # The oracle's quadrature is good to 1e-8 USD bn (see test_gigawatt), on some USD 40 bn.
        np.testing.assert_allclose(
            found["value_per_dollar_on_time"][path], (share * worths).sum() / paid - 1, atol=1e-9
        )


def test_quantities_that_are_metrics_too_are_those_metrics(both):
    found, run = both
    metrics = metrics_of(run)
    agrees(found["capex_2026"], metrics["capex_2026.group"])
    agrees(found["capex_intensity_2026"], metrics["capex_intensity.group"])
    agrees(found["idle_peak"], metrics["stranded_share.group"])


def test_it_asks_for_what_the_buildout_asks_and_for_reported_depreciation_where_it_is_given():
    given = settings(SHIPPED)
    bare, whole = Predictive(given, ()), Predictive(given, reported())
    assert bare.inputs == Buildout(given).inputs
    assert whole.inputs.keys() - bare.inputs.keys() == reported().keys()
    assert whole.metric_units.keys() - bare.metric_units.keys() == {"capex_over_depreciation"}
    assert whole.shocks == Buildout(given).shocks


@pytest.mark.slow
def test_point_masses_make_quantities_of_every_path():
    """A study of point masses draws numbers without an axis; each quantity still has one number a path."""
    brief = SHIPPED.with_(horizon=8, stages=1)
    inputs, shocks = random_inputs(np.random.default_rng(3), 1, brief)
    fixed = {name: float(np.ravel(value)[0]) for name, value in inputs.items()}
    many = {name: np.repeat(value, 5, axis=1) for name, value in shocks.items()}
    for name, values in quantities(fixed | reported(), many, brief).items():
        assert values.shape == (5,), name
        agrees(values, values[0])
