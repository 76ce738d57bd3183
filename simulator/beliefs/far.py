"""Priors far from those that they replace: a value meant in another unit runs as well as any."""

from collections.abc import Iterator

import numpy as np
from scipy import special

from simulator.beliefs.laws import laws
from simulator.beliefs.resolve import resolve
from simulator.study import Prior, Study
from simulator.study.inputs import in_unit
from simulator.study.percent import one_percent

#: Probabilities between which a replaced prior is taken to mean its values, and those in the message.
WITHIN = (0.001, 0.999)
SHOWN = (0.1, 0.5, 0.9)

#: From a single number, what is far: an order of magnitude.
FAR = 10.0


def far_values(study: Study) -> Iterator[str]:
    """Give a sentence for each prior whose median lies outside P0.1 to P99.9 of the one that it replaces."""
    known = laws(study) if study.replaced else study.priors
    for name, before in study.replaced.items():
        now = known.get(name)
        # Of one that was drawn from priors that are replaced too there is nothing to compare with.
        if now is None or "dirichlet" in (now.family, before.family) or before.drawn:
            continue
        try:
            now = in_unit(now, before.unit or now.unit)
        except ValueError:  # a fault where the model's inputs are checked
            continue
        yield from _far(name, now, before)


def _far(name: str, now: Prior, before: Prior) -> Iterator[str]:
    old = resolve(before).marginals[0]
    value = float(resolve(now).marginals[0].at(np.zeros(1))[0])
    low, high = old.at(special.ndtri(np.array(WITHIN))).tolist()
    if _within(value, low, high):
        return
    p10, p50, p90 = old.at(special.ndtri(np.array(SHOWN))).tolist()
    unit = "" if before.unit in ("", "1") else f" {before.unit}"
    what = f"{value:g}{unit}" if now.family == "fixed" else f"a median of {value:g}{unit}"
    was = f"{p50:g}{unit}" if low == high else f"median {p50:g}, P10 to P90 {p10:g} to {p90:g}{unit}"
    text = f"{name}: {what} is far from the prior that it replaces ({was})"
    # The sign of a percentage in a place of a fraction is a hundred times too much.
    if one_percent(before.unit) == 0.01 and _within(value / 100, low, high):
        text += f'; if {value:g} per cent is meant, write "{value:g}%", which is {value / 100:g}'
    yield text


def _within(value: float, low: float, high: float) -> bool:
    if low < high:
        return low <= value <= high
    return value == low or low == 0 or 1 / FAR <= value / low <= FAR
