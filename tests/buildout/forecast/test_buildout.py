"""The build-out's own forecasts come from its own equations, and from what guidance makes likely."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.buildout.forecast import buildout
from simulator.buildout.forecast.buildout import BuildoutForecaster
from simulator.buildout.forecast.guidance import Reading
from simulator.buildout.forecast.history import History, known_history
from simulator.buildout.forecast.mixture import Mixture
from simulator.buildout.forecast.score import DATED
from simulator.buildout.forecast.spend import forecaster_study
from simulator.evidence import load_evidence
from simulator.study import load_study
from tests.buildout import kernel
from tests.twin import SHIPPED, random_inputs

FORECASTER = BuildoutForecaster(forecaster_study(), load_study(DATED), paths=512)
PATHS = 64
QUARTERS = 8


@pytest.mark.slow
def test_capex_is_the_kernels_where_what_past_years_cannot_feed_is_switched_off() -> None:
    inputs, shocks = random_inputs(np.random.default_rng(3), PATHS, SHIPPED)
    inputs |= {name: np.full(PATHS, value) for name, value in buildout.NEUTRAL.items()}
    expected = kernel.run(inputs, shocks, SHIPPED)[1]["capex"][:QUARTERS]
    names = tuple(company.name for company in SHIPPED.companies)
    rows = ["shock.spend_common", *(f"shock.spend.{name}" for name in names)]
    with jax.enable_x64(True):
        draws = {name: jnp.asarray(value) for name, value in inputs.items()}
        draws |= {name: jnp.asarray(shocks[name][:QUARTERS]) for name in shocks}
        normal = jnp.asarray(np.stack([shocks[row][:QUARTERS] for row in rows], axis=1))
        found = buildout._capex(draws, normal, names)
    # An exponential of a sum of some twenty rounded terms.
    np.testing.assert_allclose(found, expected, rtol=1e2 * 2**-52)


def test_guidance_that_says_what_was_expected_narrows_and_moves_nothing() -> None:
    history = known_history(load_evidence())
    free = FORECASTER.forecast(history, 8)
    company = history.companies.index("meta")
    total = np.log(sum(np.exp(free["meta", h].quantile(0.5)) for h in range(1, 5)))
    told = FORECASTER.forecast(history, 8, [Reading(company, 1, 4, float(total), 0.02)])
    for h in (2, 4):
        one, two = (
            np.diff([forecast["meta", h].quantile(p) for p in (0.1, 0.9)])[0] for forecast in (free, told)
        )
        assert two < 0.8 * one
        assert abs(told["meta", h].quantile(0.5) - free["meta", h].quantile(0.5)) < 0.1 * one


def test_every_company_and_the_group_have_a_forecast_that_widens() -> None:
    quarters = np.arange(12)
    history = History(("a", "b"), 4 * 2019, np.exp(0.06 * quarters + np.array([[1.0], [2.0]])))
    found = FORECASTER.forecast(history, QUARTERS)
    assert set(found) == {(entity, h) for entity in ("a", "b", "group") for h in range(1, QUARTERS + 1)}
    for entity in ("a", "b", "group"):
        width = [np.diff([found[entity, h].quantile(p) for p in (0.1, 0.9)])[0] for h in (1, 4, 8)]
        assert width == sorted(width)


def test_a_mixture_of_a_sample_has_its_mean_its_spread_and_its_order() -> None:
    sample = np.random.default_rng(2).normal(1.0, 0.3, 4096)
    mixture = Mixture.of_sample(sample)
    assert mixture.weights @ mixture.means == pytest.approx(sample.mean())
    # What is lost is the spread inside 256 slices.
    variance = mixture.weights @ (mixture.sds**2 + (mixture.means - sample.mean()) ** 2)
    assert variance == pytest.approx(sample.var(), rel=0.01)
    assert mixture.quantile(0.9) == pytest.approx(np.quantile(sample, 0.9), abs=0.03)
