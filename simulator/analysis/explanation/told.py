"""Numbers as JSON has them: a value and its error, null where there is none; whether it is told from zero."""

from dataclasses import replace
from typing import Any

from simulator.estimate import Number, Replicated, distinguishable


def number(found: Replicated, middle: float = 0.0) -> dict[str, float | None]:
    """Return a number and its error, moved by `middle`."""
    one = found.number()
    return replace(one, value=one.value + middle).to_json()


def share(found: Replicated) -> dict[str, Any]:
    """Return a share, between nothing and all, and whether it is more than nothing."""
    one = found.number()
    return signed(replace(one, value=min(max(one.value, 0.0), 1.0)))


def signed(found: Replicated | Number) -> dict[str, Any]:
    """Return a number of either sign, and whether it is told from zero."""
    one = found if isinstance(found, Number) else found.number()
    return {**one.to_json(), "distinguishable": distinguishable(one)}
