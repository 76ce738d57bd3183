"""Values and errors of figures: what is no number to learn from is refused by name before any computing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.analysis.learning.figures import Datum
from simulator.errors import Fault, UsageError
from simulator.study import Study

#: What a measurement has to be.
_PAIR = "a pair of finite numbers: a value, and a standard deviation above 0"


def measurements(values: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return measurements as pairs of value and standard deviation.

    Raises
    ------
    UsageError
        Some are none; all of them are named.
    """
    faults: list[Fault] = []
    found: dict[str, tuple[float, float]] = {}
    for name, pair in values.items():
        numbers = _pair(pair)
        if numbers is None or not (all(map(math.isfinite, numbers)) and numbers[1] > 0):
            faults.append(Fault("", f"measurement {name}", repr(pair)[:80], _PAIR))
        else:
            found[str(name)] = numbers
    if faults:
        raise UsageError("\n".join(map(str, faults)))
    return found


def _pair(given: Any) -> tuple[float, float] | None:
    """Return two numbers, or None for what is not two numbers."""
    if isinstance(given, str | bytes | Mapping):
        return None
    try:
        value, error = given
        if any(isinstance(one, str | bytes | bool) for one in (value, error)):
            return None
        return float(value), float(error)
    except (TypeError, ValueError, OverflowError):
        return None


def faults_of_figures(used: Sequence[Datum], study: Study) -> Iterator[Fault]:
    """Give what is wrong with the values and errors of figures from evidence.

    An error of 0 is one only beside a prior of how far figures lie from the model's quantity.
    """
    for datum in used:
        key = f"series.{datum.series}"
        if not (math.isfinite(datum.value) and datum.value > 0):
            where = f"{key}.values.{datum.period}"
            yield Fault(datum.file, where, f"{datum.value:g} {datum.unit}".rstrip(), "a finite number > 0")
        if not (math.isfinite(datum.error) and datum.error >= 0):
            yield Fault(datum.file, f"{key}.error", f"{datum.error:g}", "a finite number >= 0")
        elif datum.error == 0 and _exact(datum.scale, study):
            advice = "The model would have to meet the figure exactly, which no path does."
            yield Fault(datum.file, f"{key}.error", f"0 for {datum.name}", "a number > 0", advice)


def _exact(scale: str, study: Study) -> bool:
    """Whether nothing but a figure's own error stands between it and the model's quantity."""
    prior = study.priors.get(scale)
    return not scale or (prior is not None and prior.family == "fixed" and prior.parameters["value"] == 0)
