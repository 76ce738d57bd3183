"""Numbers as JSON has them: a value and its error, null where there is none; whether it is told from zero."""

from math import isfinite
from typing import Any

from simulator.analysis.explanation.replicated import Replicated

#: Standard errors from zero below which nothing is told from it.
CLEAR = 2.0


def number(found: Replicated, middle: float = 0.0) -> dict[str, float | None]:
    """Return a number and its error, moved by `middle`."""
    value, error = float(found.value), float(found.mcse)
    return {
        "value": value + middle if isfinite(value) else None,
        "mcse": error if isfinite(error) and isfinite(value) else None,
    }


def share(found: Replicated) -> dict[str, Any]:
    """Return a share, between nothing and all, and whether it is more than nothing."""
    told = number(found)
    value, error = told["value"], told["mcse"]
    if value is None:
        return {**told, "distinguishable": False}
    clear = error is not None and value > CLEAR * error
    return {"value": min(max(value, 0.0), 1.0), "mcse": error, "distinguishable": clear}


def signed(found: Replicated) -> dict[str, Any]:
    """Return a number of either sign, and whether it is told from zero."""
    told = number(found)
    value, error = told["value"], told["mcse"]
    clear = value is not None and error is not None and abs(value) > CLEAR * error
    return {**told, "distinguishable": clear}
