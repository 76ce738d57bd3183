"""The member of a family that parameters or quantiles, and bounds, give: exact in float64."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import special

from simulator.errors import StudyError
from simulator.families.catalogue import FAMILIES
from simulator.families.checks import checked, refuse
from simulator.families.compound import truncated
from simulator.families.family import Family, Parameters
from simulator.families.fitting import Fit, check_quantiles, fit, judged
from simulator.families.marginal import Marginal

#: Keys of a component of a mixture that are not parameters of its family.
COMPONENT_KEYS = frozenset({"weight", "family", "quantiles", "bounds"})


@dataclass(frozen=True, slots=True)
class Member:
    """A distribution of a family.

    Attributes
    ----------
    marginals
        One, or for a dirichlet one for each component: the logarithm of its gamma variable.
    parameters
        As given with options filled in, or as fitted.
    fit
        What became of the quantiles, where it was given by them.
    """

    family: Family
    marginals: tuple[Marginal, ...]
    parameters: Mapping[str, Any]
    fit: Fit | None = None


def member(
    name: str, given: Parameters, quantiles: Mapping[float, float], bounds: tuple[float, float]
) -> Member:
    """Return the distribution that a family's name, parameters or quantiles, and bounds give.

    Parameters
    ----------
    name
        The family's.
    given
        Its parameters by name, in the unit of the prior where they have it.
    quantiles
        Values by their probability, above 0 and below 1; empty where there are none.
    bounds
        Where the tails are cut off, the lower below the upper; infinite for an open side.

    Raises
    ------
    StudyError
        There is none; its faults have the key of the parameter, or none.
    """
    family = FAMILIES.get(name)
    if family is None:
        refuse("family", repr(name), ", ".join(FAMILIES))
    bounded = bool(np.isfinite(bounds).any())
    if bounded and not (family.bounded or name == "fixed"):
        refuse("bounds", f"{bounds[0]:g}, {bounds[1]:g}", f"none: a {name} is not cut")
    if bounded and not bounds[0] < bounds[1]:
        refuse("bounds", f"{bounds[0]:g}, {bounds[1]:g}", "a lower bound below the upper one")
    if family.through is not None:
        fitted = _through(family, quantiles or given.get("quantiles") or {}, bounds)
        return Member(family, (fitted.marginal,), given, fitted)
    if quantiles:
        fitted = fit(family, quantiles, given, bounds)
        return Member(family, (fitted.marginal,), fitted.parameters, fitted)
    parameters = checked(family, given)
    if name == "dirichlet":
        shapes = tuple(family.marginal({"alpha": float(alpha)}) for alpha in parameters["alpha"])
        return Member(family, shapes, parameters)
    ready = _mixed(parameters["components"]) if name == "mixture" else parameters
    return Member(family, (_cut(family.marginal(ready), bounds),), parameters)


def _cut(marginal: Marginal, bounds: tuple[float, float]) -> Marginal:
    try:
        return truncated(marginal, bounds)
    except ValueError as error:
        refuse("bounds", str(error), "bounds around a good part of it", "Move the bounds or the prior.")


def _through(family: Family, quantiles: Mapping[float, float], bounds: tuple[float, float]) -> Fit:
    probabilities, values = check_quantiles(quantiles, bounds)
    ordered = dict(zip(probabilities.tolist(), values.tolist(), strict=True))
    assert family.through is not None
    marginal = family.through(ordered, bounds)
    got = marginal.at(special.ndtri(probabilities))
    worst = float(np.abs(got - values).max() / (values[-1] - values[0]))
    judged(family.name, worst, family.advice)
    return Fit({}, marginal, dict(zip(ordered, got.tolist(), strict=True)), worst)


def _mixed(components: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return weights and distributions of the components of a mixture that have a weight above 0."""
    if not components:
        refuse("components", "none", "one component or more")
    weights = [component.get("weight", 1.0) for component in components]
    marginals = [_component(f"components[{i}]", component) for i, component in enumerate(components)]
    if not (np.isfinite(weights).all() and min(weights) >= 0 and 0 < sum(weights) < np.inf):
        refuse("weights", repr(weights), "finite numbers, none below 0, with a sum above 0")
    present = [(weight, one) for weight, one in zip(weights, marginals, strict=True) if weight > 0]
    return {"weights": [weight for weight, _ in present], "components": [one for _, one in present]}


def _component(key: str, component: Mapping[str, Any]) -> Marginal:
    family = component.get("family", "fixed")
    if family == "dirichlet":
        refuse(key, family, "a family of single numbers")
    quantiles = {_probability(p): value for p, value in component.get("quantiles", {}).items()}
    low, high = component.get("bounds") or (None, None)
    bounds = (-np.inf if low is None else float(low), np.inf if high is None else float(high))
    given = {name: value for name, value in component.items() if name not in COMPONENT_KEYS}
    try:
        return member(family, given, quantiles, bounds).marginals[0]
    except StudyError as error:
        faults = [replace(fault, key=f"{key}.{fault.key}".rstrip(".")) for fault in error.faults]
        raise StudyError(faults) from None


def _probability(key: str | float) -> float:
    return float(key[1:]) / 100 if isinstance(key, str) else float(key)
