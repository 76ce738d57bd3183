"""An update as a DataTree that ArviZ reads: chains are independent, draws have equal weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Shaped

from simulator.analysis.learning.problem import InferenceProblem, Sample
from simulator.analysis.learning.streams import permutation
from simulator.analysis.learning.summarise import Replicates
from simulator.estimate import derive

if TYPE_CHECKING:
    from xarray import DataTree

#: Variable and dimension of the figures that are used.
OBSERVATION, FIGURE = "observation", "figure"

#: Where the model's metrics and the verdicts are: not beside what observations are compared with.
PREDICTIONS = {"prior": "prior_predictions", "posterior": "predictions"}

#: Draws of a group at most, of all chains together.
MOST_DRAWS = 2**14

#: Draws of each chain at least, where there are so many: enough to see chains apart.
LEAST_DRAWS = 4

#: Numbers of a group of figures at most, over figures and draws: of many figures there are fewer draws.
MOST_NUMBERS = 2**24


def to_tree(
    problem: InferenceProblem,
    samples: Mapping[str, tuple[Sample, Replicates]],
    attributes: Mapping[str, str | int | float],
) -> DataTree:
    """Return prior, posterior, what both predict, the observations and the log-likelihood.

    What is predicted of the observations stands in ``prior_predictive`` and ``posterior_predictive``, the
    metrics and verdicts in ``prior_predictions`` and ``predictions``.

    Parameters
    ----------
    problem
        The study and its evidence.
    samples
        ``prior`` and ``posterior``, each with its figures as they would be reported.
    attributes
        What the update was, written on the tree and its groups.
    """
    from arviz_base import from_dict

    used = len(problem.matched.used)
    groups: dict[str, dict[str, Any]] = {}
    sizes: dict[str, list[str]] = {OBSERVATION: [FIGURE]}
    settings = problem.study.settings
    for group, (whole, figures) in samples.items():
        places = _drawn_places(whole.shape, problem.plan.seed, group, min(MOST_DRAWS, MOST_NUMBERS // used))
        sample = whole.take(places)
        groups[group] = {name: _last(values) for name, values in sample.draws.items()}
        verdicts = derive(sample.metrics, settings.scorecard, settings.verdicts)
        reported = [np.take_along_axis(figures[index], places, -1) for index in range(used)]
        groups[f"{group}_predictive"] = {OBSERVATION: _last(np.array(reported))}
        groups[PREDICTIONS[group]] = dict(sample.metrics) | verdicts
        if group == "posterior":
            log = problem.likelihood.of_sample(sample.middle[:used], sample.scale[:used])
            groups["log_likelihood"] = {OBSERVATION: _last(log)}
        sizes |= {f"{name}": [f"{name}_component"] for name, v in sample.draws.items() if v.ndim > 2}
    groups["observed_data"] = {OBSERVATION: np.array([one.value for one in problem.matched.used])}
    names = [one.name for one in problem.matched.used]
    attrs = {"/": dict(attributes), **{group: dict(attributes) for group in groups}}
    tree = from_dict(groups, coords={FIGURE: names}, dims=sizes, attrs=attrs)
    for group in groups:
        del tree[group].attrs["created_at"]  # the same draws are the same bytes
        for name, variable in tree[group].data_vars.items():
            variable.attrs["units"] = problem.units.get(str(name), "")
    return tree


def _drawn_places(
    shape: tuple[int, int], seed: int, group: str, most: int
) -> Shaped[np.ndarray, "chain chosen"]:
    """Return places of each chain drawn at random without replacement, as many as a group has.

    Points of a net, and draws resampled from them, stand in an order that is no accident: every fourth of
    them is another distribution.
    """
    chains, draws = shape
    count = min(draws, max(most // chains, LEAST_DRAWS))
    orders = [permutation(seed, f"tree.{group}", chain, draws) for chain in range(chains)]
    return np.array([order[:count] for order in orders])


def _last(values: np.ndarray) -> np.ndarray:
    """Return values with chain and draw in front, as ArviZ has them."""
    return np.moveaxis(values, 0, -1) if values.ndim > 2 else values
