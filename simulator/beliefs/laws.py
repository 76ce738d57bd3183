"""Every prior by itself: of one whose parameters are drawn, what is believed whatever they turn out to be."""

from collections.abc import Mapping
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.beliefs.compiled import Coordinates, compile_beliefs
from simulator.families import FAMILIES
from simulator.study import Dependence, Prior, Study
from simulator.study.hierarchy import ancestors

#: Draws, as a power of two, from which the quantiles of a prior with drawn parameters are known.
DRAWS = 14


def laws(study: Study) -> Mapping[str, Prior]:
    """Return the priors of a study, each with a distribution of its own.

    One whose parameters are drawn is there as its draws by a scrambled Sobol sequence, whose probabilities
    err by a thousandth or two; all others are as they are.

    Raises
    ------
    StudyError
        Parameters cannot be drawn as is asked.
    """
    children = {name: prior for name, prior in study.priors.items() if prior.drawn}
    if not children:
        return study.priors
    draws = _draws({name: study.priors[name] for name in _needed(study, children)}, study.dependence)
    return {**study.priors} | {name: _observed(prior, draws[name]) for name, prior in children.items()}


def _needed(study: Study, children: Mapping[str, Prior]) -> set[str]:
    """Return the names of children, of all that they are drawn from, and of what these depend on."""
    needed = {*children, *ancestors(study.priors, children)}
    for group in study.dependence.groups:
        if needed & set(group.members):
            needed |= {*group.members, *ancestors(study.priors, group.members)}
    return needed


def _draws(priors: Mapping[str, Prior], dependence: Dependence) -> Mapping[str, Float[np.ndarray, "..."]]:
    groups = tuple(group for group in dependence.groups if set(group.members) <= priors.keys())
    beliefs = compile_beliefs(priors, Dependence(groups))
    rows = beliefs.normal_coordinates + beliefs.uniform_coordinates
    normal, uniform = np.split(_points(rows), [len(beliefs.normal_coordinates)])
    scores, uniforms = jnp.asarray(special.ndtri(normal), "float32"), jnp.asarray(uniform, "float32")
    draws = beliefs.draws(beliefs.parameters, scores, uniforms)
    return {name: np.asarray(values, np.float64) for name, values in draws.items()}


def _points(rows: Coordinates) -> Float[np.ndarray, "row point"]:
    from scipy.stats import qmc

    return qmc.Sobol(len(rows), rng=0).random_base2(DRAWS).T


def _observed(prior: Prior, values: Float[np.ndarray, "..."]) -> Prior:
    family = FAMILIES["empirical"]
    parameters = family.with_options({"values": tuple(np.sort(values, axis=None).tolist())})
    return replace(prior, family=family.name, parameters=parameters)
