"""How far a peer is from the engine's model on the same draws, path by path."""

from collections.abc import Callable

import jax
import numpy as np

from simulator.buildout.model import Buildout
from simulator.study import Study

from .numpy_buildout import Array, Inputs
from .priors import Numbers, simulated

#: Largest gap that passes, in standard deviations of the metric. No median moves by more, and that is less
#: than its error at a million paths; rounding to float32 is far below it.
BOUND = 1e-3
#: Share of paths that may be farther apart: a shock within rounding of a chance falls on either side of it.
ASTRAY = 1e-3


def gaps(
    study: Study,
    numbers: Numbers,
    model: Callable[[Inputs, Array, Array], dict[str, Array]],
    paths: int = 2**12,
) -> dict[str, float]:
    """How far the metrics of nearly every path are from the engine's, in standard deviations.

    Parameters
    ----------
    model
        Metrics, by name, of inputs by name and of normal and uniform shocks, [quarter, shock, path].
    paths
        A multiple of 16.

    Raises
    ------
    ValueError
        The model has a metric that the engine has not.
    """
    x, z, u = simulated(np.random.Generator(np.random.SFC64(0)), paths, numbers)
    layout = numbers.layout
    shocks = zip(
        (*layout.normals, *layout.uniforms), np.concatenate([z, u], axis=1).swapaxes(0, 1), strict=True
    )
    draws = {name: np.atleast_1d(values) for name, values in (x | dict(shocks)).items()}
    ours = jax.jit(Buildout(study.settings))(draws)
    theirs = model(x, z, u)
    if alone := sorted(set(theirs) - set(ours)):
        message = f"metrics of the peer alone: {alone}"
        raise ValueError(message)
    return {name: _gap(np.asarray(ours[name]).ravel(), theirs[name]) for name in theirs}


def _gap(ours: Array, theirs: Array) -> float:
    same = np.isclose(ours, theirs, rtol=0, atol=0, equal_nan=True)
    finite = np.isfinite(ours) & np.isfinite(theirs)
    apart = np.where(same, 0, np.inf)
    apart[finite] = np.abs(ours - theirs)[finite] / np.std(ours[finite])
    return float(np.quantile(apart, 1 - ASTRAY, method="higher"))
