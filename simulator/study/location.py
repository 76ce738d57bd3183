"""A prior moved to another median: the same family and spread, on the scale that the family lives on.

Families on the whole line are shifted, those above 0 are multiplied, and shares move in log-odds. Of a prior
given by quantiles all of them move so. Its bounds stay where they are: where they cut a prior given by
parameters, the median is that of what they leave.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from simulator.errors import Fault, StudyError
from simulator.families import FAMILIES
from simulator.families.scale import Scale, log_odds, share, within
from simulator.study.records import Prior, Unbounded

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal

#: What to do about a prior that has no other median in this sense.
_ADVICE = "Give the prior anew, as in --set 'NAME={ family = \"lognormal\", median = 3, sigma = 0.2 }'."


def _refuse(found: str, allowed: str, advice: str = "") -> NoReturn:
    raise StudyError([Fault("", "median", found, allowed, advice)])


#: Families that have a member at another median.
_MOVED = tuple(name for name, family in FAMILIES.items() if family.moved or family.through)

#: Score of the upper quartile.
_UPPER_QUARTILE = 0.6744897501960817

#: Steps of a search away from the median asked for, each longer than the last by this factor.
_STEPS, _LONGER = 400, 1.05


def takes_median(prior: Prior) -> bool:
    """Whether `at_median` can move a prior, at least to a median near its own."""
    if prior.drawn:
        return False
    if prior.family not in _MOVED or not prior.quantiles:
        return prior.family in _MOVED
    scale = scale_of(prior)
    return scale is not None and _middle(prior, scale) is not None


def scale_of(prior: Prior) -> Scale | None:
    """Return the scale of a prior's family; None for a beta, which moves its shapes."""
    family = FAMILIES[prior.family]
    return within(*prior.bounds) if family.through else family.scale


def is_cut(prior: Prior) -> bool:
    """Whether bounds cut a prior given by parameters: they stay where they are when its median moves."""
    return prior.bounds != Unbounded and not FAMILIES[prior.family].through


def at_median(prior: Prior, median: float) -> Prior:
    """Return a prior with another median and the same spread.

    Parameters
    ----------
    median
        In the unit of the prior.

    Raises
    ------
    StudyError
        Its family has no such member, or its median is not determined by what it is given by.

    Notes
    -----
    Kept are the sd of a normal, the sigma of a lognormal and of a logitnormal, df and scale of a student_t,
    the distances of low, mode and high, the ratio of the ends of a loguniform, the shapes of gamma, weibull
    and pert, and the ends and alpha + beta of a beta. Of quantiles p50 is set, and the others move along.
    Where bounds cut a prior given by parameters, the median is that of what they leave.
    """
    if prior.family == "fixed":
        _refuse("a prior that is one number", "a prior that has a spread", f"Write {prior.name}=VALUE.")
    if prior.drawn:
        found = f"a prior drawn from {', '.join(prior.drawn.values())}"
        _refuse(found, "a prior with numbers for parameters")
    if prior.family not in _MOVED:
        _refuse(f"a median of a {prior.family}", f"a prior of the family {', '.join(_MOVED)}", _ADVICE)
    scale = scale_of(prior)
    low, high = (scale.low, scale.high) if scale else (prior.parameters["low"], prior.parameters["high"])
    low, high = max(low, prior.bounds[0]), min(high, prior.bounds[1])
    if not (math.isfinite(median) and low < median < high):
        _refuse(f"{median:g}", f"a finite number between {low:g} and {high:g}, ends excluded")
    if prior.quantiles:
        return replace(prior, quantiles=_moved_quantiles(prior, scale, median))
    try:
        if prior.bounds != Unbounded:
            parameters = _moved_within(prior, scale, (low, high), median)
        else:
            parameters = _moved(prior, median)
    except OverflowError:
        _refuse(f"{median:g}", "a median nearer to that of the prior")
    return replace(prior, parameters=parameters)


def _marginal(prior: Prior, parameters: dict[str, Any]) -> Marginal:
    return FAMILIES[prior.family].marginal(parameters)


def _quantile(marginal: Marginal, z: float) -> float:
    import numpy as np

    return float(marginal.at(np.array([z]))[0])


def _moved(prior: Prior, median: float) -> dict[str, Any]:
    """Return the parameters of the member at a median."""
    family, given = FAMILIES[prior.family], dict(prior.parameters)
    assert family.moved is not None
    try:
        return family.moved(given, _quantile(family.marginal(given), 0.0), median)
    except StudyError as error:
        raise StudyError(replace(fault, key="median") for fault in error.faults) from None


def _moved_within(
    prior: Prior, scale: Scale | None, ends: tuple[float, float], median: float
) -> dict[str, Any]:
    """Return parameters with which what the bounds leave has a median."""
    first = _moved(prior, median)
    if scale is None:
        start, step = log_odds(first["alpha"] / (first["alpha"] + first["beta"])), 0.125

        def given(place: float) -> dict[str, Any]:
            total = first["alpha"] + first["beta"]
            return {**first, "alpha": total * share(place), "beta": total * (1 - share(place))}
    else:
        above = _quantile(_marginal(prior, first), _UPPER_QUARTILE)
        start, step = scale.there(median), (scale.there(above) - scale.there(median)) / 4

        def given(place: float) -> dict[str, Any]:
            return _moved(prior, scale.back(place))

    place, nearest = _place_of_median(lambda at: _marginal(prior, given(at)), start, step, ends, median)
    if place is None:
        from simulator.families.compound import LEAST_MASS

        near = "" if math.isnan(nearest) else f", the nearest is {nearest:g}"
        allowed = (
            f"a median that the {prior.family} of this spread can have within {ends[0]:g} and {ends[1]:g}"
            f"{near}: bounds have to leave {LEAST_MASS:g} of a prior"
        )
        _refuse(f"{median:g}", allowed, _ADVICE)
    return given(place)


def _place_of_median(
    member: Callable[[float], Marginal], start: float, step: float, bounds: tuple[float, float], median: float
) -> tuple[float | None, float]:
    """Return the place of the member of a family that has a median within bounds.

    Parameters
    ----------
    member
        The distribution at a place: the further up, the more of it lies above any value.
    start, step
        Where the search begins, and how far it goes at first.
    bounds, median
        The ends of what is left of the distribution, and the value that has half of that on either side.

    Returns
    -------
    tuple
        The place, or None and the nearest median that was found: the search came to where the bounds leave
        too little, or too far away.

    Notes
    -----
    The search goes up where too much lies below the median, else down, until that turns; then it is solved.
    Of several members it is the first on that way, which is the nearest.
    """
    import numpy as np
    from scipy import optimize

    from simulator.families.compound import truncated

    def surplus(place: float) -> float:
        """Return the score of the median, which is to be 0; nan where too little is left."""
        try:
            return float(truncated(member(place), bounds).score(np.array([median]))[0])
        except (OverflowError, ValueError, StudyError):
            return math.nan

    here, found = start, surplus(start)
    direction = 1.0 if found > 0 else -1.0
    for _ in range(_STEPS):
        if found == 0:
            return here, median
        if math.isnan(found) or here + direction * step == here:
            break
        there = here + direction * step
        beyond = surplus(there)
        if math.isnan(beyond):
            step /= 2
        elif beyond * found <= 0:
            ends = sorted((here, there))
            root = optimize.root_scalar(surplus, bracket=ends, method="brentq", xtol=1e-15).root
            return float(root), median
        else:
            here, found, step = there, beyond, step * _LONGER
    return None, math.nan if math.isnan(found) else _quantile(truncated(member(here), bounds), 0.0)


def _middle(prior: Prior, scale: Scale) -> float | None:
    """Return the median of a prior given by quantiles: its p50, or what two others say; else None."""
    if 0.5 in prior.quantiles or len(prior.quantiles) != 2 or prior.bounds != Unbounded:
        return prior.quantiles.get(0.5)
    from scipy import special

    closed = FAMILIES[prior.family].closed
    if closed is None or closed.base not in ("normal", "uniform"):
        return None
    normal = closed.base == "normal"
    first, last = (float(special.ndtri(p)) if normal else p - 0.5 for p in sorted(prior.quantiles))
    try:
        low, high = (scale.there(value) for value in sorted(prior.quantiles.values()))
    except ValueError:  # outside the support: refused when the prior is fitted
        return None
    return scale.back(low - first * (high - low) / (last - first))


def _moved_quantiles(prior: Prior, scale: Scale | None, median: float) -> dict[float, float]:
    """Return quantiles moved so that the middle one is the median."""
    before = None if scale is None else _middle(prior, scale)
    if scale is None or before is None:
        found = f"a {prior.family} given by quantiles" + ("" if scale is None else " without p50")
        _refuse(found, "a prior given by parameters, or by quantiles that hold p50", _ADVICE)
    try:
        return {p: scale.moved(value, before, median) for p, value in sorted(prior.quantiles.items())}
    except (ValueError, OverflowError):
        found = f"quantiles of a {prior.family} that it cannot have"
        _refuse(found, "quantiles inside the support of the family")
