"""What the families between two ends have in common, and those with a peak between them."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families.family import Parameter, Parameters, Problem

if TYPE_CHECKING:
    from simulator.families.marginal import Numbers

LOW_MODE_HIGH = {name: Parameter("real", unit=1) for name in ("low", "mode", "high")}


def empty_range(given: Parameters) -> Iterator[Problem]:
    """Refuse an empty range."""
    low, high = given.get("low", -inf), given.get("high", inf)
    if not low < high:
        yield Problem("", f"low {low:g}, high {high:g}", "low < high", "for a single number use value = x")


def misplaced_mode(given: Parameters) -> Iterator[Problem]:
    """Refuse an empty range, and a mode outside it; it may lie at an end."""
    yield from empty_range(given)
    low, mode, high = (given.get(name) for name in ("low", "mode", "high"))
    if low is not None and mode is not None and high is not None and low < high and not low <= mode <= high:
        yield Problem("mode", f"{mode:g}", f"{low:g} to {high:g}: low <= mode <= high")


def start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    """Return a triangle from somewhat beyond the outer quantiles, its mode at the middle one.

    Parameters
    ----------
    z, x
        Scores and values of the quantiles, [quantile], rising.
    given
        Parameters beside them.
    """
    import numpy as np
    from scipy import special

    reach = x[-1] - x[0]
    low, width = x[0] - reach / 2, 2 * reach
    return [float(low), float(np.log(width)), float(special.logit((np.median(x) - low) / width))]


def peaked(free: Numbers, given: Parameters) -> dict[str, Any]:
    """Return low, mode and high from the low end, the logarithm of the width and the log-odds of the peak."""
    import numpy as np
    from scipy import special

    low, width = float(free[0]), float(np.exp(free[1]))
    peak = low + width * float(special.expit(free[2]))
    shape = {"shape": given["shape"]} if given.get("shape") is not None else {}
    return {"low": low, "mode": min(peak, low + width), "high": low + width, **shape}
