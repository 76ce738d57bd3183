"""The exact distribution of a prior: what every table of the kernel is built from and judged by."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.errors import StudyError
from simulator.families.checks import refuse
from simulator.families.member import Member, member
from simulator.study import Prior


def resolve(prior: Prior) -> Member:
    """Return the exact distribution of a prior.

    Raises
    ------
    StudyError
        The prior is no distribution, or not the one that its quantiles ask for; or its parameters are drawn:
        see `simulator.beliefs.laws`.
    """
    try:
        found = member(prior.family, prior.parameters, prior.quantiles, prior.bounds)
        if prior.family == "dirichlet" and prior.size not in (None, len(found.marginals)):
            refuse("size", f"{prior.size}", "none: a dirichlet has as many components as alpha")
        return found
    except StudyError as error:
        raise StudyError(
            replace(fault, file=prior.file, key=f"{prior.name}.{fault.key}".rstrip("."))
            for fault in error.faults
        ) from None


def quantile(prior: Prior) -> Callable[[Float[np.ndarray, "..."] | float], Float[np.ndarray, "..."]]:
    """Return the quantile function of a prior in standard-normal scores, exact in float64.

    A dirichlet takes the scores of its components along the first axis and returns their shares along it.
    """
    marginals = resolve(prior).marginals

    def at(z: Float[np.ndarray, "..."] | float) -> Float[np.ndarray, "..."]:
        z = np.asarray(z, dtype=np.float64)
        if prior.family != "dirichlet":
            return marginals[0].at(z.ravel()).reshape(z.shape)
        pairs = zip(marginals, z, strict=True)
        logs = np.stack([marginal.at(scores.ravel()) for marginal, scores in pairs])
        return special.softmax(logs, axis=0).reshape(z.shape)

    return at
