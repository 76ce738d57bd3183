"""A run as an ArviZ-ready DataTree, with replicates as chains.

ArviZ reads a sample as ``[chain, draw]``. The replicates of a run are independent, so that as chains they
make its convergence checks meaningful: an R-hat away from 1 says that replicates disagree. (Its standard
errors take paths for a Markov chain; those of this package know how the paths were drawn.)
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Shaped

from simulator.errors import UsageError

if TYPE_CHECKING:
    from xarray import DataTree

type Draws = Mapping[str, Shaped[np.ndarray, "*component replicate path"]]


def to_datatree(
    metrics: Mapping[str, Shaped[np.ndarray, "replicate path"]],
    draws: Draws,
    *,
    units: Mapping[str, str],
    attributes: Mapping[str, str | int | float],
    fixed: Mapping[str, float] | None = None,
    max_paths: int | None = None,
) -> "DataTree":
    """Return the groups ``prior`` (draws) and ``prior_predictive`` (metrics), and ``constant_data`` if any.

    Parameters
    ----------
    metrics
        The metrics by name.
    draws
        The priors' draws by name, ``[replicate, path]``, or ``[component, replicate, path]`` for a prior of
        several numbers; none leaves the group out.
    units
        The unit of each metric and prior, an attribute of its variable.
    attributes
        What the run was (study, study_hash, seed, sampler), attributes of the tree and of each group.
    fixed
        The point masses by name.
    max_paths
        The most paths, the first of every replicate, as many of each. How many there are is in the
        attributes ``paths`` and ``paths_kept``.

    Raises
    ------
    UsageError
        If `max_paths` is fewer than one per replicate.
    """
    from arviz_base import from_dict

    replicates, paths = next(iter(metrics.values())).shape
    points = _points(replicates, paths, max_paths)
    about = {**attributes, "paths": replicates * paths, "paths_kept": replicates * points}
    groups: dict[str, dict[str, np.ndarray]] = {}
    if draws:
        groups["prior"] = {name: _sample_first(values[..., :points]) for name, values in draws.items()}
    groups["prior_predictive"] = {name: np.asarray(values[:, :points]) for name, values in metrics.items()}
    if fixed:
        groups["constant_data"] = {name: np.asarray(value, np.float64) for name, value in fixed.items()}
    components = {name: [f"{name}_component"] for name, values in draws.items() if values.ndim > 2}
    tree = from_dict(groups, dims=components, attrs={"/": about, **dict.fromkeys(groups, about)})
    for group in groups:
        for name, variable in tree[group].data_vars.items():
            variable.attrs["units"] = units.get(str(name), "")
    return tree


def _points(replicates: int, paths: int, most: int | None) -> int:
    """Return how many paths of each replicate are taken."""
    if most is None:
        return paths
    if most < replicates:
        message = f"max_paths: found {most}; allowed: at least one path of each of {replicates} replicates"
        raise UsageError(message)
    return min(paths, most // replicates)


def _sample_first(values: np.ndarray) -> np.ndarray:
    """Return draws with replicate and path in front, as ArviZ has them."""
    return np.moveaxis(values, 0, -1) if values.ndim > 2 else np.asarray(values)
