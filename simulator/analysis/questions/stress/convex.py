"""The least value of a smooth convex function of a few multipliers, some of which have a sign."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

#: Slope at which a minimum is reached, of a function whose slope is in standard deviations.
REACHED = 1e-9
#: Steps after which rounding is all that is left, and share of a step below which none is made.
MOST_STEPS, LEAST_STEP = 200, 1e-12
#: Change of exponents in a step.
MOST_CHANGE = 3.0
#: Share of the fall that the slope promises with which a step is good enough (Armijo).
SUFFICIENT = 1e-4
#: Share of the greatest curvature below which there is none but rounding.
FLAT = 1e-12


class Local(NamedTuple):
    """A function about a point: its value, slope and curvature there."""

    value: float
    slope: Float[np.ndarray, " target"]
    curvature: Float[np.ndarray, "target target"]


def minimise(
    function: Callable[[Float[np.ndarray, " target"]], Local],
    start: Float[np.ndarray, " target"],
    signs: Int[np.ndarray, " target"],
    widths: Float[np.ndarray, " target"],
    least: float = -np.inf,
) -> Float[np.ndarray, " target"]:
    """Return where a convex function is least, by projected Newton steps with a line search [1]_.

    Where it has no curvature it is a line, as along targets of which one says what others do: there it falls
    until a multiplier comes to zero. One that falls for ever along it is left where that is found.

    Parameters
    ----------
    function
        Of the multipliers.
    start
        Where to begin, signs as they may be.
    signs
        Of each multiplier the sign that it may have; 0 allows both.
    widths
        Of each multiplier, by how much exponents in the function differ where it is one: their differences
        change by `MOST_CHANGE` at most in a step, beyond which its slope and curvature say little of it.
    least
        A value at which to stop: what falls below it is not wanted.

    References
    ----------
    .. [1] D. P. Bertsekas. Projected Newton methods for optimization problems with simple constraints. SIAM
       J. Control Optim. 20(2), 1982.
    """
    place = start
    here = function(place)
    for _ in range(MOST_STEPS):
        free = (place * signs > 0) | (here.slope * signs < 0) | (signs == 0)
        if here.value < least or np.abs(here.slope[free]).max(initial=0.0) <= REACHED:
            break
        step = np.zeros_like(place)
        curvature, slope = here.curvature[np.ix_(free, free)], here.slope[free]
        flat = _flat(curvature, slope)
        if np.abs(slope - flat).max() > REACHED:
            step[free] = -np.linalg.pinv(curvature, hermitian=True) @ slope
            step *= min(1.0, MOST_CHANGE / max(float(np.abs(step) @ widths), MOST_CHANGE))
        else:
            step[free] = -flat
            step *= _far(place, step, signs)
        if (found := _along(function, place, here, step, signs)) is None:
            break
        place, here = found
    return place


def _flat(
    curvature: Float[np.ndarray, "target target"], slope: Float[np.ndarray, " target"]
) -> Float[np.ndarray, " target"]:
    """Return the part of a slope along which there is no curvature."""
    sizes, axes = np.linalg.eigh(curvature)
    straight = axes[:, sizes <= FLAT * sizes[-1]]
    return straight @ (straight.T @ slope)


def _far(
    place: Float[np.ndarray, " target"], step: Float[np.ndarray, " target"], signs: Int[np.ndarray, " target"]
) -> float:
    """Return how many steps there are until a multiplier that has a sign comes to zero; 0 where none does."""
    ending = (place * signs > 0) & (step * signs < 0)
    return float((-place[ending] / step[ending]).min(initial=np.inf)) if ending.any() else 0.0


def _along(
    function: Callable[[Float[np.ndarray, " target"]], Local],
    place: Float[np.ndarray, " target"],
    here: Local,
    step: Float[np.ndarray, " target"],
    signs: Int[np.ndarray, " target"],
) -> tuple[Float[np.ndarray, " target"], Local] | None:
    """Return a lower place along a step and what is there; None where there is none."""
    size = 1.0
    while size > LEAST_STEP:
        there = place + size * step
        there = np.where(there * signs < 0, 0.0, there)
        promised = float(here.slope @ (there - place))
        if promised < 0:
            found = function(there)
            if found.value <= here.value + SUFFICIENT * promised:
                return there, found
        size /= 2
    return None
