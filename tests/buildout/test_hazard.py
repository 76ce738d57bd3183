"""The hazard of a break of financing: by hand, against the twin, and by its laws path by path."""

from __future__ import annotations

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout import clock, cycle, debt, hazard
from simulator.buildout.arrays import H
from simulator.buildout.cycle import CycleTerms
from simulator.buildout.inputs import OF_LEVERED, Parameters
from simulator.buildout.shocks import Foreseen
from tests.buildout import kernel
from tests.twin import FIVE_BY_EIGHT, LEVERED, random_inputs

CASE = json.loads((Path(__file__).parents[1] / "data" / "hazard_case.json").read_text())
PATHS, QUARTERS = 2048, LEVERED.horizon
COEFFICIENTS = ("debt.break_leverage", "debt.break_circularity")
#: Some twenty roundings of 2^-53 of numbers near one, through a quotient by what is left of it.
BY_HAND = 1e3 * 2.0**-53
#: Standard errors allowed: some 25 comparisons, one in ten thousand.
K = 4.6

type Draws = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def inputs() -> Draws:
    """Wide inputs, but a hazard that leaves most quarters to chance."""
    rng = np.random.default_rng(20261010)
    drawn, _ = random_inputs(rng, PATHS, LEVERED)
    calm = {f"adoption.break_{s}": rng.uniform(0.02, 0.3, PATHS) for s in ("boom", "plateau", "bust")}
    return drawn | calm


@pytest.fixture(scope="module")
def shocks() -> Draws:
    """One uniform a regime and one for the break; all else a quarter."""
    rng = np.random.default_rng(7)
    _, drawn = random_inputs(rng, PATHS, LEVERED)
    del drawn["shock.cycle"], drawn["shock.break"]
    clocks = {"shock.sojourn": rng.random((QUARTERS, PATHS)), "shock.break_time": rng.random((1, PATHS))}
    return drawn | clocks


def test_a_path_by_hand() -> None:
    def column(x: list[float]) -> jax.Array:
        return jnp.asarray(x)[:, None]

    def one(x: float) -> jax.Array:
        return jnp.full((1, 1), x)

    with jax.enable_x64(True):
        draws = {f"debt.break_{name}": jnp.asarray(value) for name, value in CASE["coefficients"].items()}
        terms = hazard.HazardTerms.of(Parameters(draws, [], []))
        never, always = one(0.0), one(CASE["hazard"])
        regimes = CycleTerms((never, never, never), (never, never), (always, always, always), never)
        uniforms = {"shock.sojourn": one(0.9), "shock.break_time": one(CASE["uniform"])}
        foreseen, ticking = clock.opening(uniforms | {"shock.contagion": one(0.9)}, 1, 1)
        assert ticking is not None
        where, likelier = cycle.opening(1, jnp.dtype("float64")), hazard.opening(1, jnp.dtype("float64"))
        given = Foreseen(None, None, foreseen.contagion[0])
        found: dict[str, list[float]] = {name: [] for name in ("debt", "circular", "ratio", "chance", "left")}
        broken = []
        for t in range(len(CASE["net_debt"])):
            moves, events = jnp.asarray(t > 0), clock.read(ticking, given)
            chance = cycle.breaking(regimes, where, likelier.ratio)
            after = cycle.move(where, regimes, chance, events, moves)
            ticking = clock.advance(ticking, events, cycle.leaving(regimes, where), chance, moves)
            where = after
            flows = [column(CASE[name][t]) for name in ("net_debt", "ebitda", "revenue", "noncircular")]
            nothing = jnp.zeros((2, 1))
            record = debt.Financing(flows[0], flows[1], *[nothing] * 6)
            seen = hazard.covariates(record, flows[2], flows[3])
            likelier = hazard.move(terms, likelier, seen, ~moves)
            numbers = (*seen, likelier.ratio, chance, ticking.financing)
            for values, value in zip(found.values(), numbers, strict=True):
                values.append(float(value[0, 0]))
            broken.append(bool(where.broken[0, 0]))
        for name, values in found.items():
            np.testing.assert_allclose(values, CASE[name], rtol=BY_HAND, atol=BY_HAND, err_msg=name)
        assert broken == CASE["broken"]


def chances(given: Draws, s: Draws) -> np.ndarray:
    """The chance of a break in each quarter, from the series of a run: zero in the first, [quarter, path]."""
    owed = np.maximum(s["net_debt"], 0).sum(axis=1)
    earned = np.maximum(4 * s["company_ebitda"].sum(axis=1), 0)
    debt = owed / np.where(owed > 0, owed + earned, 1)
    circular = 1 - s["noncircular_revenue"].sum(axis=1) / s["revenue"].sum(axis=1)
    log = sum(
        given[name] * np.maximum(values - values[0], 0)
        for name, values in zip(COEFFICIENTS, (debt, circular), strict=True)
    )
    regimes = np.stack([given[f"adoption.break_{s}"] for s in ("boom", "plateau", "bust")])
    of_regime = np.take_along_axis(regimes, s["regime"].astype(int), axis=0)
    chance = -np.expm1(-H * of_regime * np.exp(log))
    return np.concatenate([np.zeros((1, PATHS)), chance[:-1]])


def breaks_in(series: Draws) -> np.ndarray:
    """The quarter of the break, the horizon where there is none, [path]."""
    return (series["financing_broken"] == 0).sum(axis=0)


@pytest.mark.slow
def test_financing_breaks_when_the_integrated_hazard_passes_its_one_uniform(inputs, shocks) -> None:
    _, series = kernel.run(inputs, shocks, LEVERED)
    with np.errstate(divide="ignore"):
        passed = np.cumsum(np.log1p(-chances(inputs, series)), axis=0) < np.log1p(-shocks["shock.break_time"])
    found = breaks_in(series)
    np.testing.assert_array_equal(found, (~passed).sum(axis=0))
    assert 0.2 < (found < QUARTERS).mean() < 0.9


def test_as_many_break_in_a_quarter_as_the_chances_of_those_at_risk_say(inputs, shocks) -> None:
    """Breaks less chances of those at risk are a martingale, with the variance of independent trials."""
    _, series = kernel.run(inputs, shocks, LEVERED)
    chance, found = chances(inputs, series), breaks_in(series)
    for t in range(1, QUARTERS):
        at_risk = chance[t, found >= t]
        error = np.sqrt((at_risk * (1 - at_risk)).sum())
        assert abs((found == t).sum() - at_risk.sum()) <= K * error


@pytest.mark.slow
def test_a_clock_gives_the_law_of_fresh_uniforms(inputs, shocks) -> None:
    """Each path once by one uniform and once by one a quarter: as many broken, and as many in a bust."""
    rng = np.random.default_rng(11)
    fresh = {name: rng.random((QUARTERS, PATHS)) for name in ("shock.cycle", "shock.break")}
    _, one = kernel.run(inputs, shocks, LEVERED)
    _, other = kernel.run(inputs, shocks | fresh, LEVERED)
    for t in range(4, QUARTERS, 4):
        for first, second in (
            (one["financing_broken"][t], other["financing_broken"][t]),
            (one["regime"][t] == cycle.BUST, other["regime"][t] == cycle.BUST),
        ):
            difference = np.asarray(first, float) - np.asarray(second, float)
            assert abs(difference.mean()) <= K * difference.std() / np.sqrt(PATHS)


def test_without_coefficients_the_clock_is_that_of_the_cycle_alone(inputs, shocks) -> None:
    off = inputs | dict.fromkeys(COEFFICIENTS, np.zeros(PATHS))
    metrics, series = kernel.run(off, shocks, LEVERED)
    with jax.enable_x64(True):
        draws = {name: jnp.asarray(value) for name, value in (off | shocks).items()}
        ahead = clock.foresee(CycleTerms.of(Parameters(draws, [], [])), draws, QUARTERS, PATHS)
    given = {"shock.cycle": ahead.cycle, "shock.break": ahead.financing}
    quarterly = shocks | {name: np.asarray(values)[:, 0] for name, values in given.items()}
    expected, plain = kernel.run(off, quarterly, LEVERED)
    for name, values in plain.items():
        np.testing.assert_array_equal(series[name], values, err_msg=name)
    for name, values in expected.items():
        np.testing.assert_array_equal(metrics[name], values, err_msg=name)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_a_larger_coefficient_never_puts_a_break_off(inputs, shocks, name: str) -> None:
    """Until financing breaks nothing of a path hangs on the coefficient but the chance that it does."""
    _, low = kernel.run(inputs, shocks, LEVERED)
    _, high = kernel.run(inputs | {name: inputs[name] + 4.0}, shocks, LEVERED)
    sooner, later = breaks_in(high), breaks_in(low)
    assert (sooner <= later).all()
    assert (sooner < later).any()
    before = np.arange(QUARTERS)[:, None] < sooner
    for series in ("net_debt", "revenue", "regime"):
        same = np.broadcast_to(before if low[series].ndim == 2 else before[:, None], low[series].shape)
        np.testing.assert_array_equal(low[series][same], high[series][same])


def test_the_coefficients_are_asked_of_a_study_with_levered_companies_alone() -> None:
    assert OF_LEVERED.keys() == set(COEFFICIENTS)
    assert OF_LEVERED.keys() <= kernel.buildout(LEVERED).inputs.keys()
    assert not OF_LEVERED.keys() & kernel.buildout(FIVE_BY_EIGHT).inputs.keys()
