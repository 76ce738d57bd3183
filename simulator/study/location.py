"""A prior moved to another median: the same family and spread, on the scale that the family lives on.

Families on the whole line are shifted, those above 0 are multiplied, and shares move in log-odds. Of a prior
given by quantiles all of them move so. Its bounds stay where they are: where they cut a prior given by
parameters, the median is that of what they leave.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from simulator.errors import Fault, StudyError
from simulator.study.cut import LEAST_MASS, Uncut, UnreachableError, log_odds, place_of_median, share, uncut
from simulator.study.families import FAMILIES
from simulator.study.records import Prior, Unbounded

#: What to do about a prior that has no other median in this sense.
_ADVICE = "Give the prior anew, as in --set 'NAME={ family = \"lognormal\", median = 3, sigma = 0.2 }'."


def _refuse(found: str, allowed: str, advice: str = "") -> NoReturn:
    raise StudyError([Fault("", "median", found, allowed, advice)])


@dataclass(frozen=True)
class Scale:
    """A scale on which a prior is shifted: its numbers are taken there, moved, and taken back."""

    there: Callable[[float], float]
    back: Callable[[float], float]
    low: float = -math.inf
    high: float = math.inf

    def moved(self, value: float, before: float, after: float) -> float:
        """Return a value shifted, on this scale, as far as from one number to another."""
        if value == before:
            return after
        return self.back(self.there(value) + self.there(after) - self.there(before))


def _plain(value: float) -> float:
    return value


LINE = Scale(_plain, _plain)
ABOVE_ZERO = Scale(math.log, math.exp, low=0.0)
SHARES = Scale(log_odds, share, low=0.0, high=1.0)

#: The scale of each family that is moved.
_SCALES: Mapping[str, Scale] = {
    **dict.fromkeys(("normal", "student_t", "uniform", "triangular", "pert"), LINE),
    **dict.fromkeys(("lognormal", "loguniform", "gamma", "weibull", "exponential"), ABOVE_ZERO),
    "logitnormal": SHARES,
}


#: Families that have a member at another median.
_MOVED = (*_SCALES, "beta", "metalog")


def takes_median(prior: Prior) -> bool:
    """Whether `at_median` can move a prior, at least to a median near its own."""
    if prior.family not in _MOVED or not prior.quantiles:
        return prior.family in _MOVED
    scale = _scale(prior)
    return scale is not None and _middle(prior, scale) is not None


def _scale(prior: Prior) -> Scale | None:
    """Return the scale of a prior's family; None for a beta, which moves its shapes."""
    return _metalog_scale(prior.bounds) if prior.family == "metalog" else _SCALES.get(prior.family)


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
    if prior.family not in _MOVED:
        _refuse(f"a median of a {prior.family}", f"a prior of the family {', '.join(_MOVED)}", _ADVICE)
    scale = _scale(prior)
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
            parameters = _beta(prior.parameters, median) if scale is None else _moved(prior, scale, median)
    except OverflowError:
        _refuse(f"{median:g}", "a median nearer to that of the prior")
    return replace(prior, parameters=parameters)


def _moved_within(
    prior: Prior, scale: Scale | None, ends: tuple[float, float], median: float
) -> dict[str, Any]:
    """Return parameters with which what the bounds leave has a median."""
    if scale is None:
        first = _beta(prior.parameters, median)
        start, step = log_odds(first["alpha"] / (first["alpha"] + first["beta"])), 0.125

        def given(place: float) -> dict[str, Any]:
            return _beta_at(prior.parameters, share(place))
    else:
        law = uncut(prior.family, _moved(prior, scale, median))
        start, above = scale.there(median), scale.there(law.back(float(law.law.ppf(0.75))))
        step = (above - start) / 4

        def given(place: float) -> dict[str, Any]:
            return _moved(prior, scale, scale.back(place))

    def member(place: float) -> Uncut:
        return uncut(prior.family, given(place))

    try:
        return given(place_of_median(member, start, step, ends, median))
    except UnreachableError as error:
        nearest = "" if math.isnan(error.nearest) else f", the nearest is {error.nearest:g}"
        allowed = (
            f"a median that the {prior.family} of this spread can have within {ends[0]:g} and {ends[1]:g}"
            f"{nearest}: bounds have to leave {LEAST_MASS:g} of a prior"
        )
        _refuse(f"{median:g}", allowed, _ADVICE)


def _moved(prior: Prior, scale: Scale, median: float) -> dict[str, Any]:
    """Return parameters with those moved that carry the unit."""
    given, before = prior.parameters, uncut(prior.family, prior.parameters).median
    if prior.family in ("normal", "student_t", "logitnormal"):
        place = {"normal": "mean", "student_t": "loc", "logitnormal": "median"}[prior.family]
        return {**given, place: median}
    kind = FAMILIES[prior.family]
    if scale is LINE:
        return {
            key: value + (median - before) if key in kind.scaled else value for key, value in given.items()
        }
    factor = median / before
    changed = {key: factor * value if key in kind.scaled else value for key, value in given.items()}
    changed |= {key: given[key] / factor for key in kind.inverse & given.keys()}
    return {**changed, "median": median} if "median" in given else changed


def _beta(given: Mapping[str, Any], median: float) -> dict[str, Any]:
    """Return a beta of the same ends and the same alpha + beta."""
    from scipy import optimize, special

    total = given["alpha"] + given["beta"]
    share = (median - given["low"]) / (given["high"] - given["low"])

    def miss(part: float) -> float:
        return float(special.betainc(total * part, total * (1 - part), share)) - 0.5

    least = 1e-12
    if miss(least) < 0 or miss(1 - least) > 0:
        _refuse(f"{median:g}", f"a median that a beta with alpha + beta = {total:g} can have")
    part = optimize.root_scalar(miss, bracket=(least, 1 - least), method="brentq", xtol=1e-15).root
    return _beta_at(given, part)


def _beta_at(given: Mapping[str, Any], part: float) -> dict[str, Any]:
    """Return a beta whose mean is a part of the way from its low end to its high one."""
    total = given["alpha"] + given["beta"]
    return {**given, "alpha": total * part, "beta": total * (1 - part)}


def _metalog_scale(bounds: tuple[float, float]) -> Scale:
    """Return the scale on which a metalog's quantiles are a sum of terms, its median the first."""
    low, high = bounds
    if math.isinf(low) and math.isinf(high):
        return LINE
    if math.isinf(high):
        return Scale(lambda x: math.log(x - low), lambda m: low + math.exp(m), low=low)
    if math.isinf(low):
        return Scale(lambda x: -math.log(high - x), lambda m: high - math.exp(-m), high=high)
    width = high - low
    return Scale(lambda x: log_odds((x - low) / width), lambda m: low + width * share(m), low, high)


def _middle(prior: Prior, scale: Scale) -> float | None:
    """Return the median of a prior given by quantiles: its p50, or what two others say; else None."""
    if 0.5 in prior.quantiles or len(prior.quantiles) != 2 or prior.bounds != Unbounded:
        return prior.quantiles.get(0.5)
    from scipy import special

    match prior.family:
        case "normal" | "lognormal" | "logitnormal":
            first, last = (float(special.ndtri(p)) for p in sorted(prior.quantiles))
        case "uniform" | "loguniform":
            first, last = (p - 0.5 for p in sorted(prior.quantiles))
        case _:
            return None
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
