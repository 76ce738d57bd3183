"""Whether parameters can be drawn as a study asks: from which priors, in which unit, within which range."""

from collections.abc import Collection, Iterable, Iterator, Mapping
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


#: The least and the greatest value of priors by name, each in its own unit.
type Ends = Mapping[str, tuple[float, float]]


def extremes(names: Iterable[str], priors: Mapping[str, Prior]) -> Ends:
    """Return the least and the greatest value that a sampler draws of priors, and of their ancestors.

    Parameters
    ----------
    names
        Of priors that are no dirichlet.
    priors
        By name; of those with drawn parameters `parents_out_of_range` has nothing to say.

    Notes
    -----
    Of drawn parameters every combination counts, those too that a dependence between them makes unlikely.
    """
    wanted = {*names}
    wanted |= ancestors(priors, wanted)
    found: dict[str, tuple[float, float]] = {}
    for name in generations({name: priors[name] for name in wanted}):
        found[name] = _ends(priors[name], priors, found)
    return found


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
    children = [name for name, prior in priors.items() if prior.drawn]
    wanted = {*children, *ancestors(priors, children)}
    ends: dict[str, tuple[float, float]] = {}
    for name in generations({name: prior for name, prior in priors.items() if name in wanted}):
        prior = priors[name]
        if name in sound and ends.keys() >= {*prior.drawn.values()}:
            faults = list(_unfit(prior, priors, ends))
            if not faults:
                ends[name] = _ends(prior, priors, ends)
            yield from faults


def _unfit(prior: Prior, priors: Mapping[str, Prior], ends: Ends) -> Iterator[Fault]:
    """Give what is wrong with the parameters of one prior: each by itself, else together, else its values."""
    faults = [fault for key in prior.drawn for fault in _unfit_parameter(prior, key, priors, ends)]
    yield from faults
    if not faults and prior.drawn:
        yield from _unfit_together(prior, priors, ends)


def _unfit_parameter(prior: Prior, key: str, priors: Mapping[str, Prior], ends: Ends) -> Iterator[Fault]:
    where, parent = f"{prior.name}.{key}", priors[prior.drawn[key]]
    try:
        low, high = _between(prior, key, priors, ends)
    except UnitError as error:
        found, allowed = f'{parent.name}, which is in "{parent.unit}"', f'a prior to go with "{prior.unit}"'
        yield Fault(prior.file, where, found, allowed, str(error))
        return
    kind = FAMILIES[prior.family].parameters[key].kind
    # In float32 a share just below 1 is 1.
    if not all(is_kind(kind, float(rounded(end))) for rounded in (float, np.float32) for end in (low, high)):
        single = low == high
        found = f"{parent.name}, {f'which is {low:g}' if single else f'from {low:g} to {high:g}'}"
        advice = "" if single else f"Bounds cut what lies beyond: bounds = [..., ...] in {parent.name}."
        yield Fault(prior.file, where, found, ALLOWED[kind], advice)


def _unfit_together(prior: Prior, priors: Mapping[str, Prior], ends: Ends) -> Iterator[Fault]:
    family = FAMILIES[prior.family]
    for corner in product(*(_between(prior, key, priors, ends) for key in prior.drawn)):
        given = numbers(prior) | dict(zip(prior.drawn, corner, strict=True))
        if problem := next(family.problems(given), None):
            drawn = ", ".join(f"{key} from {name}" for key, name in prior.drawn.items())
            key = f"{prior.name}.{problem.key}".rstrip(".")
            yield Fault(prior.file, key, f"{problem.found} ({drawn})", problem.allowed, problem.advice)
            return
    for dtype in (np.float64, np.float32):
        low, high = _ends(prior, priors, ends, dtype)
        if not max(-low, high) < LARGEST:  # nan too
            allowed, advice = "values that float32 can compute", "Bound the priors that it is drawn from."
            yield Fault(prior.file, prior.name, f"values from {low:g} to {high:g}", allowed, advice)
            return


def _ends(
    prior: Prior, priors: Mapping[str, Prior], ends: Ends, dtype: type[np.floating] = np.float64
) -> tuple[float, float]:
    """Return the least and the greatest draw of a prior from those of its parents, in a precision."""
    own = resolve(standard(prior)).marginals[0].at(np.array([FARTHEST, -FARTHEST]))
    if prior.drawn:
        axes = [np.linspace(*_between(prior, key, priors, ends), STEPS) for key in prior.drawn]
        *drawn, own = (axis.astype(dtype) for axis in np.meshgrid(*axes, own))
        given = numbers(prior) | dict(zip(prior.drawn, drawn, strict=True))
        with np.errstate(all="ignore"):
            own = in_family(prior.family, given, own, np)
    return float(own.min()), float(own.max())


def _between(prior: Prior, key: str, priors: Mapping[str, Prior], ends: Ends) -> tuple[float, float]:
    """Return the least and the greatest draw of a parameter, in its own unit."""
    parent = prior.drawn[key]
    low, high = ends[parent]
    times = factor(prior, key, priors[parent])
    return times * low, times * high
