"""The compiled kernel, called with the inputs and shocks of the twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np

from simulator.buildout.inputs import Parameters as Parameters
from simulator.buildout.model import Buildout
from simulator.buildout.settings import BuildoutSettings as Settings
from simulator.buildout.settings import Company, DepreciationPolicy, PowerSource
from tests.twin import Structure


def buildout(structure: Structure) -> Buildout:
    """The model of a twin's structure."""
    return Buildout(
        Settings(
            horizon_quarters=structure.horizon,
            depreciation_policy=cast(DepreciationPolicy, structure.policy),
            pipeline_stages=structure.stages,
            companies=tuple(
                Company(c.name, c.name, {e.kind: dict(e.fields) for e in c.exposures})
                for c in structure.companies
            ),
            power_sources=tuple(PowerSource(r.name, r.name, r.cancellation) for r in structure.sources),
        )
    )


_COMPILED: dict[str, Any] = {}


def _compiled(key: str, structure: Structure) -> Any:
    """One compiled function per structure: tests of laws call the same one many times."""
    if key not in _COMPILED:
        model = buildout(structure)
        _COMPILED[key] = jax.jit(lambda draws: (model(draws), model.series(draws)))
    return _COMPILED[key]


def run(
    inputs: Mapping[str, float | np.ndarray],
    shocks: Mapping[str, np.ndarray],
    structure: Structure,
    dtype: str = "float64",
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Metrics ``[path]`` and series ``[quarter, company, path]`` or ``[quarter, path]``, as float64."""
    with jax.enable_x64(dtype == "float64"):
        draws = {name: jnp.asarray(value, dtype) for name, value in {**inputs, **shocks}.items()}
        metrics, series = _compiled(repr(structure) + dtype, structure)(draws)
        return (
            {name: np.asarray(value, np.float64) for name, value in metrics.items()},
            {name: np.asarray(value, np.float64) for name, value in series.items()},
        )
