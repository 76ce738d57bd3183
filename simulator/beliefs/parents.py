"""Whether parameters can be drawn as a study asks: from which priors, in which unit, within which range."""

from collections.abc import Collection, Iterator, Mapping
from itertools import product

import numpy as np
from scipy import special

from simulator.beliefs.hierarchy import factor, in_family, numbers, standard
from simulator.beliefs.resolve import resolve
from simulator.errors import Fault
from simulator.families import FAMILIES
from simulator.families.checks import ALLOWED, is_kind
from simulator.families.marginal import LARGEST
from simulator.study import Prior
from simulator.study.hierarchy import ancestors, generations
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


def parents_out_of_range(priors: Mapping[str, Prior], sound: Collection[str]) -> Iterator[Fault]:
    """Give the parameters whose draws are in another unit, or are values that they cannot have.

    Parameters
    ----------
    priors
        By name.
    sound
        Names of those that are distributions, and of whose parents `misnamed_parents` says nothing; of what
        is drawn from any other nothing can be said.
    """
    known: set[str] = set()
    for name in generations(priors):
        if name in sound and ancestors(priors, [name]) <= known:
            faults = list(_unfit(priors[name], priors))
            known |= set() if faults else {name}
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
        single = low == high
        found = f"{parent.name}, {f'which is {low:g}' if single else f'from {low:g} to {high:g}'}"
        advice = "" if single else f"Bounds cut what lies beyond: bounds = [..., ...] in {parent.name}."
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
