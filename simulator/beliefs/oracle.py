"""The marginal of a prior, exact in float64: what every table of the kernel is built from and judged by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.beliefs.compound import Mixture, truncated
from simulator.beliefs.distribution import LogGamma
from simulator.beliefs.elicitation import FIT_REFUSED, Fit, check_quantiles, fit
from simulator.beliefs.families import FAMILIES, refuse, row, weights
from simulator.beliefs.marginal import Marginal
from simulator.beliefs.metalog import fit_metalog
from simulator.errors import StudyError
from simulator.study import Prior


@dataclass(frozen=True, slots=True)
class Believed:
    """A prior made exact.

    Attributes
    ----------
    marginals
        One, or for a dirichlet one for each component: the logarithm of its gamma variable.
    fit
        What became of the quantiles, where the prior was given by them.
    family, parameters
        As given, or as fitted.
    """

    marginals: tuple[Marginal, ...]
    family: str
    parameters: Mapping[str, Any]
    fit: Fit | None = None


def believe(prior: Prior) -> Believed:
    """Return the exact marginal of a prior.

    Raises
    ------
    StudyError
        The prior is no distribution, or not the one that its quantiles ask for.
    """
    try:
        return _believe(prior)
    except StudyError as error:
        raise StudyError(
            replace(fault, file=prior.file, key=f"{prior.name}.{fault.key}") for fault in error.faults
        ) from None


def quantile(prior: Prior) -> Callable[[Float[np.ndarray, "..."] | float], Float[np.ndarray, "..."]]:
    """Return the quantile function of a prior in standard-normal scores, exact in float64.

    A dirichlet takes the scores of its components along the first axis and returns their shares along it.
    """
    believed = believe(prior)

    def at(z: Float[np.ndarray, "..."] | float) -> Float[np.ndarray, "..."]:
        z = np.asarray(z, dtype=np.float64)
        if prior.family != "dirichlet":
            return believed.marginals[0].at(z.ravel()).reshape(z.shape)
        pairs = zip(believed.marginals, z, strict=True)
        logs = np.stack([marginal.at(scores.ravel()) for marginal, scores in pairs])
        return special.softmax(logs, axis=0).reshape(z.shape)

    return at


def _believe(prior: Prior) -> Believed:
    parameters, bounded = prior.parameters, bool(np.isfinite(prior.bounds).any())
    if bounded and not prior.bounds[0] < prior.bounds[1]:
        refuse("bounds", f"{prior.bounds[0]:g}, {prior.bounds[1]:g}", "a lower bound below the upper one")
    if prior.family == "dirichlet":
        return Believed(_dirichlet(prior), prior.family, parameters)
    if prior.family == "metalog":
        fitted = _metalog(prior)
        return Believed((fitted.marginal,), prior.family, parameters, fitted)
    if prior.quantiles:
        fitted = fit(prior.family, prior.quantiles, parameters, prior.bounds)
        return Believed((fitted.marginal,), prior.family, fitted.parameters, fitted)
    if prior.family == "mixture":
        marginal = _mixture(prior)
    elif prior.family in FAMILIES:
        marginal = FAMILIES[prior.family](parameters)
    else:
        refuse("family", repr(prior.family), ", ".join([*FAMILIES, "mixture", "metalog", "dirichlet"]))
    return Believed((_truncated(marginal, prior.bounds),), prior.family, parameters)


def _truncated(marginal: Marginal, bounds: tuple[float, float]) -> Marginal:
    try:
        return truncated(marginal, bounds)
    except ValueError as error:
        refuse("bounds", str(error), "bounds around a good part of it", "Move the bounds or the prior.")


def _dirichlet(prior: Prior) -> tuple[Marginal, ...]:
    alpha = row(prior.parameters, "alpha")
    if (alpha <= 0).any() or len(alpha) < 2:
        refuse("alpha", repr(alpha.tolist()), "two numbers above 0 or more")
    if prior.size not in (None, len(alpha)):
        refuse("size", f"{prior.size}", "none: a dirichlet has as many components as alpha")
    if np.isfinite(prior.bounds).any():
        refuse("bounds", f"{prior.bounds[0]:g}, {prior.bounds[1]:g}", "none: a dirichlet lies in [0, 1]")
    return tuple(LogGamma(shape) for shape in alpha.tolist())


def _metalog(prior: Prior) -> Fit:
    quantiles = prior.quantiles or prior.parameters.get("quantiles") or {}
    probabilities, values = check_quantiles(quantiles, prior.bounds)
    ordered = dict(zip(probabilities.tolist(), values.tolist(), strict=True))
    advice = (
        "A metalog takes quantiles whose gaps change little by little. Give fewer quantiles, bounds that are "
        "not close to the outer ones, a lognormal for one long tail, or a mixture for two heaps."
    )
    try:
        marginal = fit_metalog(ordered, prior.bounds)
    except ValueError as error:
        refuse("quantiles", str(error), "quantiles that a metalog has", advice)
    got = marginal.at(special.ndtri(probabilities))
    worst = float(np.abs(got - values).max() / (values[-1] - values[0]))
    if worst > FIT_REFUSED:
        refuse(
            "quantiles",
            f"a best metalog that misses by {worst:.1%} of their spread",
            f"at most {FIT_REFUSED:.0%}",
            advice,
        )
    return Fit(prior.parameters, marginal, dict(zip(ordered, got.tolist(), strict=True)), worst)


def _mixture(prior: Prior) -> Marginal:
    components = prior.parameters.get("components") or ()
    if not components:
        refuse("components", "none", "one component or more")
    marginals = []
    for i, component in enumerate(components):
        marginals.append(_component(f"components[{i}]", component))
    shares = weights({"weights": [c.get("weight", 1.0) for c in components]}, "weights", len(components))
    present = [(share, marginal) for share, marginal in zip(shares, marginals, strict=True) if share > 0]
    return Mixture(np.array([share for share, _ in present]), tuple(marginal for _, marginal in present))


#: Keys of a component that are not parameters of its family.
COMPONENT_KEYS = frozenset({"weight", "family", "quantiles", "bounds"})


def _component(key: str, component: Mapping[str, Any]) -> Marginal:
    family = component.get("family", "fixed")
    if family == "dirichlet":
        refuse(key, family, "a family of single numbers")
    quantiles = {_probability(p): value for p, value in component.get("quantiles", {}).items()}
    low, high = component.get("bounds") or (None, None)
    bounds = (-np.inf if low is None else float(low), np.inf if high is None else float(high))
    parameters = {name: value for name, value in component.items() if name not in COMPONENT_KEYS}
    part = Prior(key, family, parameters, quantiles, bounds)
    return believe(part).marginals[0]


def _probability(key: str | float) -> float:
    return float(key[1:]) / 100 if isinstance(key, str) else float(key)
