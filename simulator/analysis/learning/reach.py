"""Figures that no path of the prior comes near: refused by name before weights or tempering are tried."""

from __future__ import annotations

import math

import numpy as np

from simulator.analysis.learning.figures import Datum
from simulator.analysis.learning.problem import InferenceProblem, Sample
from simulator.analysis.learning.tempering import MOST_POWERS
from simulator.errors import EvidenceError, Fault

#: Standard deviations from a normal's middle beyond which its density is 0 in double precision: exp(-z^2 / 2)
#: is then below the smallest number that there is.
_UNDERFLOW = math.sqrt(-2 * math.log(5e-324))


def refuse_unreachable(problem: InferenceProblem, prior: Sample) -> None:
    """Refuse figures that no path of the prior can give, or comes near.

    Near is a place that tempering could lead particles to: each of its steps takes them about as far as they
    are spread out.

    Raises
    ------
    EvidenceError
        There are some; all of them are named, with what the prior's paths have.
    """
    faults = [
        Fault(datum.file, datum.name, *found)
        for index, datum in enumerate(problem.matched.used)
        if (found := _unreachable(datum, prior.middle[index], prior.scale[index]))
    ]
    if faults:
        raise EvidenceError(faults)


def _unreachable(datum: Datum, middle: np.ndarray, scale: np.ndarray) -> tuple[str, str, str] | None:
    """Return what was found, what is allowed and what to do; None where some path comes near."""
    unit = f" {datum.unit}" if datum.unit not in ("", "1") else ""
    came = f"{datum.value:.6g}{unit}"
    finite = np.isfinite(middle) & np.isfinite(scale)
    middles = middle[finite].astype(np.float64)
    lognormal = datum.law == "lognormal"
    if not middles.size:
        allowed = f"a figure of which some path of the model has a {'positive ' if lognormal else ''}number"
        return came, allowed, "The model gives it on no path of the prior."
    place = math.log(datum.value) if lognormal else datum.value
    off = np.abs(middles - place)
    if (off / scale[finite]).min() < _UNDERFLOW or off.min() < MOST_POWERS * middles.std():
        return None
    low, high = (np.exp if lognormal else np.asarray)(np.array([middles.min(), middles.max()]))
    allowed = f"near {low:.6g} to {high:.6g}{unit}, which is what the prior's paths have"
    return came, allowed, "Look at the figure's unit and place, and at its error."
