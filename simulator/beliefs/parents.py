"""Whether parameters can be drawn as a study asks: from which priors, in which unit, within which range."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
from scipy import special

from simulator.beliefs.hierarchy import ancestors, factor, generations, in_family, numbers, standard
from simulator.beliefs.resolve import resolve
from simulator.errors import Fault, did_you_mean, text_of
from simulator.families import FAMILIES
from simulator.families.checks import ALLOWED, is_kind
from simulator.families.marginal import LARGEST
from simulator.study import Prior
from simulator.study.units import UnitError

#: Score of the lowest and of the highest point that a sampler has: half a cell of 32 bits from an end.
FARTHEST = float(special.ndtri(2.0**-33))

#: Values of a drawn parameter, from its least to its greatest, at which the ends of a prior are sought.
STEPS = 9


def extremes(prior: Prior, priors: Mapping[str, Prior]) -> tuple[float, float]:
    """Return the least and the greatest value that a sampler draws of a prior, in its unit.

    Parameters
    ----------
    prior
        Not a dirichlet.
    priors
        By name, those that it is drawn from among them.

    Notes
    -----
    Of drawn parameters every combination counts, those too that a dependence between them makes unlikely.
    """
    ends = resolve(standard(prior)).marginals[0].at(np.array([FARTHEST, -FARTHEST]))
    if prior.drawn:
        axes = [np.linspace(*_between(prior, key, priors), STEPS) for key in prior.drawn]
        *drawn, own = np.meshgrid(*axes, ends)
        given = numbers(prior) | dict(zip(prior.drawn, drawn, strict=True))
        with np.errstate(all="ignore"):
            ends = in_family(prior.family, given, own, np)
    return float(ends.min()), float(ends.max())


def misnamed_parents(priors: Mapping[str, Prior]) -> Iterator[Fault]:
    """Give the parameters that are drawn from no prior, from one of several numbers, or in a circle."""
    known = set(generations(priors))
    for name, prior in priors.items():
        for key, parent in prior.drawn.items():
            fault = Fault(prior.file, f"{name}.{key}", text_of(parent), "a number, or the name of a prior")
            if parent not in priors:
                yield replace(fault, advice=did_you_mean(parent, priors))
            elif priors[parent].size is not None or priors[parent].family == "dirichlet":
                found = f"{parent}, which is {priors[parent].components} numbers"
                yield replace(fault, found=found, allowed="a prior of one number")
            elif name in ancestors(priors, [name]) and parent not in known:
                allowed = f"a prior that is not drawn from {name} itself"
                yield replace(fault, found=f"{parent}, which is drawn from it", allowed=allowed)


def parents_out_of_range(priors: Mapping[str, Prior]) -> Iterator[Fault]:
    """Give the parameters whose draws are in another unit, or are values that they cannot have.

    Parameters
    ----------
    priors
        By name, each a distribution; `misnamed_parents` finds nothing wrong with them.
    """
    refused: set[str] = set()
    for name in generations(priors):
        prior = priors[name]
        if refused.isdisjoint(ancestors(priors, [name])):
            faults = list(_unfit(prior, priors))
            refused |= {name} if faults else set()
            yield from faults


def _unfit(prior: Prior, priors: Mapping[str, Prior]) -> Iterator[Fault]:
    """Give what is wrong with the parameters of one prior: each by itself, else together, else its values."""
    faults = [fault for key in prior.drawn for fault in _unfit_parameter(prior, key, priors)]
    yield from faults
    if not faults and prior.drawn:
        yield from _unfit_together(prior, priors)


def _unfit_parameter(prior: Prior, key: str, priors: Mapping[str, Prior]) -> Iterator[Fault]:
    where, parent = f"{prior.name}.{key}", priors[prior.drawn[key]]
    try:
        low, high = _between(prior, key, priors)
    except UnitError as error:
        found, allowed = f'{parent.name}, which is in "{parent.unit}"', f'a prior to go with "{prior.unit}"'
        yield Fault(prior.file, where, found, allowed, str(error))
        return
    kind = FAMILIES[prior.family].parameters[key].kind
    if not (is_kind(kind, low) and is_kind(kind, high)):
        advice = f"Bounds cut what lies beyond: bounds = [..., ...] in {parent.name}."
        found = f"{parent.name}, whose values go from {low:g} to {high:g}"
        yield Fault(prior.file, where, found, ALLOWED[kind], advice)


def _unfit_together(prior: Prior, priors: Mapping[str, Prior]) -> Iterator[Fault]:
    family, ends = FAMILIES[prior.family], [_between(prior, key, priors) for key in prior.drawn]
    for corner in product(*ends):
        given = numbers(prior) | dict(zip(prior.drawn, corner, strict=True))
        if problem := next(family.problems(given), None):
            drawn = ", ".join(f"{key} from {name}" for key, name in prior.drawn.items())
            key = f"{prior.name}.{problem.key}".rstrip(".")
            yield Fault(prior.file, key, f"{problem.found} ({drawn})", problem.allowed, problem.advice)
            return
    low, high = extremes(prior, priors)
    if not max(-low, high) < LARGEST:  # nan too
        advice = "Bound the priors that it is drawn from."
        yield Fault(prior.file, prior.name, f"values from {low:g} to {high:g}", "values in float32", advice)


def _between(prior: Prior, key: str, priors: Mapping[str, Prior]) -> tuple[float, float]:
    """Return the least and the greatest draw of a parameter, in its own unit."""
    parent = priors[prior.drawn[key]]
    low, high = extremes(parent, priors)
    times = factor(prior, key, parent)
    return times * low, times * high

