"""A study against the inputs of a model: nothing missing, units converted, values where they make sense."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf, isinf
from typing import Any, Protocol, runtime_checkable

from simulator.errors import Fault, did_you_mean
from simulator.families import FAMILIES
from simulator.study.percent import one_percent
from simulator.study.records import Prior, Unbounded


@runtime_checkable
class Wanted(Protocol):
    """What a model says of one input: its unit, and the least and greatest value that make sense."""

    @property
    def unit(self) -> str:
        """Unit as text."""
        ...

    @property
    def minimum(self) -> float:
        """Least value, in the unit."""
        ...

    @property
    def maximum(self) -> float:
        """Greatest value, in the unit."""
        ...


def check_units(
    priors: Mapping[str, Prior], inputs: Mapping[str, Wanted]
) -> tuple[dict[str, Prior], list[Fault]]:
    """Return priors in the units that a model asks for, and what stands in the way.

    Parameters
    ----------
    priors
        Those of a study, by name; they stay as they are.
    inputs
        What the model asks for, by the name of the prior.

    Returns
    -------
    tuple
        All priors by name, those that no input names unchanged; and the faults: inputs without a prior, units
        that measure something else, point masses and ends of bounded priors outside the input's range.
    """
    converted = dict(priors)
    faults: list[Fault] = []
    unused = unused_priors(priors, inputs)
    for name, wanted in inputs.items():
        prior = priors.get(name)
        if prior is None:
            allowed = f"a prior in {wanted.unit}, which the model asks for"
            faults.append(Fault("", name, "no prior of this name", allowed, did_you_mean(name, unused)))
            continue
        try:
            converted[name] = in_unit(prior, wanted.unit)
        except ValueError as error:
            faults.append(
                Fault(prior.file, f"{name}.unit", f'"{prior.unit}"', f'"{wanted.unit}"', str(error))
            )
            continue
        low, high = support(converted[name])
        if -inf < low < wanted.minimum or inf > high > wanted.maximum:
            faults.append(outside(prior, (low, high), wanted))
    return converted, faults


def unused_priors(priors: Mapping[str, Prior], inputs: Iterable[str]) -> tuple[str, ...]:
    """Return the names of priors that a model does not ask for."""
    return tuple(sorted(priors.keys() - set(inputs)))


def in_unit(prior: Prior, unit: str) -> Prior:
    """Return a prior with every number in another unit.

    A prior without a unit is taken to be in the unit asked for.

    Raises
    ------
    ValueError
        The units measure different things, or the family is a share by nature and cannot be scaled.
    """
    if not prior.unit or prior.unit == unit:
        return replace(prior, unit=unit)
    from simulator.study.units import convert_factor

    factor = convert_factor(prior.unit, unit)
    if factor == 1.0:
        return replace(prior, unit=unit)
    return replace(
        prior,
        unit=unit,
        parameters=_scaled(prior.family, prior.parameters, factor),
        quantiles=_scaled_quantiles(prior.quantiles, factor),
        bounds=_scaled_bounds(prior.bounds, factor),
    )


def _scaled(family: str, parameters: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return parameters with those scaled that carry the unit; shapes stay as they are."""
    kind = FAMILIES[family]
    if kind.share:
        message = f"a {family} is a share or a 0 or 1 by nature: give it in 1"
        raise ValueError(message)
    scaled: dict[str, Any] = {}
    for name, value in parameters.items():
        power = kind.parameters[name].unit
        if isinstance(value, str):  # a prior, whose draws are converted
            scaled[name] = value
        elif power == 1:
            scaled[name] = tuple(factor * v for v in value) if isinstance(value, tuple) else factor * value
        else:
            scaled[name] = value / factor if power == -1 else value
    if family == "mixture":
        scaled["components"] = tuple(_scaled_component(part, factor) for part in parameters["components"])
    if family == "scipy":
        # What scipy.stats takes a location and a scale to be where they are not given.
        args = parameters["args"]
        scaled["args"] = {
            **args,
            "loc": factor * args.get("loc", 0.0),
            "scale": factor * args.get("scale", 1.0),
        }
    return scaled


def _scaled_component(part: Mapping[str, Any], factor: float) -> dict[str, Any]:
    own = ("weight", "family", "quantiles", "bounds")
    parameters = {name: value for name, value in part.items() if name not in own}
    scaled = {
        "weight": part["weight"],
        "family": part["family"],
        **_scaled(part["family"], parameters, factor),
    }
    if "quantiles" in part:
        scaled["quantiles"] = _scaled_quantiles(part["quantiles"], factor)
    if "bounds" in part:
        scaled["bounds"] = _scaled_bounds(part["bounds"], factor)
    return scaled


def _scaled_quantiles(quantiles: Mapping[float, float], factor: float) -> dict[float, float]:
    return {probability: factor * value for probability, value in quantiles.items()}


def _scaled_bounds(bounds: tuple[float, float], factor: float) -> tuple[float, float]:
    return factor * bounds[0], factor * bounds[1]


def support(prior: Prior) -> tuple[float, float]:
    """Return the least and greatest value of a prior, in its unit; an end that nobody set is infinite.

    The natural zero of a lognormal and its like is no such end: no value lies there.
    """
    given = {name: value for name, value in prior.parameters.items() if name not in prior.drawn}
    return _support(prior.family, given, prior.bounds)


def _support(family: str, parameters: Mapping[str, Any], bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = -inf, inf
    if family == "fixed":
        low = high = parameters["value"]
    elif FAMILIES[family].share:
        low, high = 0.0, 1.0
    elif family in ("categorical", "empirical"):
        low, high = min(parameters["values"]), max(parameters["values"])
    elif family == "mixture":
        ends = [
            _support(part["family"], part, part.get("bounds", Unbounded)) for part in parameters["components"]
        ]
        low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    elif "low" in parameters and "high" in parameters:
        low, high = parameters["low"], parameters["high"]
    return max(low, bounds[0]), min(high, bounds[1])


def outside(prior: Prior, ends: tuple[float, float], wanted: Wanted) -> Fault:
    """Return the fault of a prior whose values, or whose single one, lie outside an input's range."""
    unit = "" if wanted.unit == "1" else f" {wanted.unit}"
    found = f"{ends[0]:g}" if ends[0] == ends[1] else f"values from {ends[0]:g} to {ends[1]:g}"
    lowest = "" if isinf(wanted.minimum) else f"at least {wanted.minimum:g}"
    highest = "" if isinf(wanted.maximum) else f"at most {wanted.maximum:g}"
    allowed = " and ".join(filter(None, (lowest, highest)))
    advice = ""
    if (
        one_percent(wanted.unit) == 0.01
        and wanted.minimum <= ends[0] / 100 <= ends[1] / 100 <= wanted.maximum
    ):
        advice = f'If per cent are meant, write them so: "{ends[1]:g}%" is {ends[1] / 100:g}.'
    return Fault(prior.file, prior.name, f"{found}{unit}", f"{allowed}{unit}", advice)
