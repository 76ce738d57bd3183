"""The hindcast of capex takes its signal from backlogs, and its growth from the model's rule."""

from importlib import import_module
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import simulator
from simulator.beliefs import quantile
from simulator.buildout.inputs import Parameters
from simulator.evidence import load_evidence

PATHS = 2**12


@pytest.fixture
def hindcast(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    return import_module("hindcast_backlog")


def medians(companies: tuple[str, ...], **held: float) -> Parameters:
    """All beliefs of the first study at their medians, or where they are held."""
    priors = simulator.load_study("hyperscalers-2026-01").priors
    middle = {name: float(quantile(prior)(0.0)) for name, prior in priors.items()} | held
    return Parameters({name: jnp.full(PATHS, value) for name, value in middle.items()}, companies, ())


def test_the_signal_is_the_growth_of_backlog_over_revenue_within_limits(hindcast: Any) -> None:
    backlog = np.array([[10.0, 10.0, 1.0], [20.0, 15.0, 9.0]])
    revenue = np.array([[5.0, 4.0, 1.0], [10.0, 5.0, 1.0]])
    assert hindcast.signal(backlog, revenue) == pytest.approx([0, np.log(1.2), 1], abs=1e-6)


def test_every_year_end_has_a_signal_and_capex_after_it(hindcast: Any) -> None:
    given = hindcast.origins(load_evidence())
    assert [one.year for one in given] == list(range(2020, 2026))
    assert all(one.quarters == 4 for one in given[:-1])
    assert np.isfinite([[*one.signal, *one.changes] for one in given]).all()


def test_a_year_of_the_signal_moves_growth_by_the_accelerator(hindcast: Any) -> None:
    given = hindcast.origins(load_evidence())[:1]
    p = medians(hindcast.COMPANIES, **{"spend.accelerator": 0.5})
    answering, still = (
        hindcast.growths(p, given, responsive=responsive, boom_alone=True) for responsive in (True, False)
    )
    moved = np.broadcast_to(0.5 * given[0].signal[:, None], (3, PATHS))
    assert answering[0, :-1] - still[0, :-1] == pytest.approx(moved, abs=1e-5)


def test_the_score_is_that_of_a_normal_distribution(hindcast: Any) -> None:
    """At its mean a standard normal scores sqrt(2/pi) - 1/sqrt(pi)."""
    sample = np.random.default_rng(0).standard_normal(200_000)
    assert hindcast.crps(sample, 0.0) == pytest.approx(np.sqrt(2 / np.pi) - 1 / np.sqrt(np.pi), abs=0.003)
