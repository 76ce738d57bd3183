"""The compiled kernel, called with the inputs and shocks of the twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np

from simulator.buildout import clock, path
from simulator.buildout import shocks as shock_series
from simulator.buildout.inputs import Parameters as Parameters
from simulator.buildout.metrics import Record
from simulator.buildout.model import Buildout
from simulator.buildout.settings import BuildoutSettings as Settings
from simulator.buildout.settings import Chip, Company, DepreciationPolicy, PowerSource
from simulator.buildout.state import State, opening, terms_of
from simulator.engine import runtime
from tests.twin import Structure


def buildout(structure: Structure) -> Buildout:
    """The model of a twin's structure."""
    return Buildout(
        Settings(
            horizon_quarters=structure.horizon,
            depreciation_policy=cast(DepreciationPolicy, structure.policy),
            pipeline_stages=structure.stages,
            companies=tuple(
                Company(
                    c.name,
                    c.name,
                    {e.kind: dict(e.fields) for e in c.exposures},
                    tuple(Chip(chip.name, chip.name, dict(chip.fields)) for chip in c.chips),
                )
                for c in structure.companies
            ),
            power_sources=tuple(PowerSource(r.name, r.name, r.cancellation) for r in structure.sources),
        )
    )


#: Paths of a compiled call, whatever the number asked for.
WIDTH = 512

#: Machine code that is made in half the time and is slower: these tests are of the arithmetic, which is the
#: same. What a user's run is compiled to is held to the same worked cases in tests/acceptance.
QUICK = {"xla_backend_optimization_level": 0}

_COMPILED: dict[str, Any] = {}


def _compiled(structure: Structure) -> Any:
    """One compiled function a structure: tests of laws call the same one many times."""
    key = repr(structure)
    if key not in _COMPILED:
        runtime.prepare()
        model = buildout(structure)
        _COMPILED[key] = jax.jit(lambda draws: (model(draws), model.series(draws)), compiler_options=QUICK)
    return _COMPILED[key]


def run(
    inputs: Mapping[str, float | np.ndarray],
    shocks: Mapping[str, np.ndarray],
    structure: Structure,
    dtype: str = "float64",
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Metrics ``[path]`` and series ``[quarter, company, path]`` or ``[quarter, path]``, as float64.

    What is common to all paths is given once a path, and paths are repeated up to the width of a call: so
    a structure is compiled once, whatever is asked of it.
    """
    given = {name: np.atleast_1d(value) for name, value in {**inputs, **shocks}.items()}
    paths = max(value.shape[-1] for value in given.values())
    calls = []
    with jax.enable_x64(dtype == "float64"):
        for start in range(0, paths, WIDTH):
            of_call = np.arange(start, start + WIDTH) % paths
            draws = {name: value[..., of_call % value.shape[-1]] for name, value in given.items()}
            calls.append(_compiled(structure)({n: jnp.asarray(value, dtype) for n, value in draws.items()}))
    metrics, series = zip(*calls, strict=True)
    return _joined(metrics, paths), _joined(series, paths)


def states(
    inputs: Mapping[str, float | np.ndarray], shocks: Mapping[str, np.ndarray], structure: Structure
) -> tuple[State, Record]:
    """State at the end of every quarter and record of every quarter, ``[quarter, ..., path]``."""
    paths = max(np.shape(value)[-1] for value in shocks.values())
    key = f"states {structure!r}"
    if key not in _COMPILED:
        runtime.prepare()
        _COMPILED[key] = jax.jit(lambda draws: _followed(structure, draws), compiler_options=QUICK)
    with jax.enable_x64(True):
        given = {
            name: np.broadcast_to(value, (*np.shape(value)[:-1], paths)) for name, value in inputs.items()
        }
        draws = {name: jnp.asarray(value, jnp.float64) for name, value in {**given, **shocks}.items()}
        return jax.tree.map(np.asarray, _COMPILED[key](draws))


def _followed(structure: Structure, draws: Mapping[str, jax.Array]) -> tuple[State, Record]:
    model, quarters = buildout(structure), jnp.arange(structure.horizon, dtype=jnp.int32)
    settings = model._settings
    terms = terms_of(
        Parameters(draws, model.companies, model.power_sources), settings.companies, settings.power_sources
    )
    paths = draws["shock.cycle"].shape[-1]
    events = clock.foresee(terms.cycle, draws, model.horizon, paths)
    shocks = shock_series.gather(draws, events, model.companies, model.power_sources, model.horizon, paths)
    dtype = shocks.price.dtype

    def quarter(state: State, at: Any) -> tuple[State, tuple[State, Record]]:
        t, now = at
        year = t.astype(dtype) / 4
        state, record = path.quarter(terms, model.policy, state, t, year, model.horizon - 1 - t, now)
        return state, (state, record)

    start = opening(terms, model.horizon, model.stages, paths, dtype)
    return jax.lax.scan(quarter, start, (quarters, shocks))[1]


def _joined(calls: Sequence[Mapping[str, Any]], paths: int) -> dict[str, np.ndarray]:
    return {
        name: np.concatenate([np.asarray(call[name], np.float64) for call in calls], axis=-1)[..., :paths]
        for name in calls[0]
    }
