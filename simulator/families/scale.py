"""Scales on which a family is shifted to another median: the line, its logarithm, or log-odds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def log_odds(value: float) -> float:
    """Return log(x / (1 - x)) of a share between 0 and 1."""
    return math.log(value) - math.log1p(-value)


def share(odds: float) -> float:
    """Return the share that has these log-odds."""
    tail = math.exp(-abs(odds))
    return (1.0 if odds >= 0 else tail) / (1 + tail)


@dataclass(frozen=True)
class Scale:
    """A scale on which a prior is shifted: its numbers are taken there, moved, and taken back."""

    there: Callable[[float], float]
    back: Callable[[float], float]
    low: float = -math.inf
    high: float = math.inf

    def moved(self, value: float, before: float, after: float) -> float:
        """Return a value shifted, on this scale, as far as from one number to another.

        Parameters
        ----------
        value
            What is moved, above `low` and below `high`.
        before, after
            The way that it is moved, two numbers of the same range.
        """
        if value == before:
            return after
        return self.back(self.there(value) + self.there(after) - self.there(before))


LINE = Scale(float, float)
ABOVE_ZERO = Scale(math.log, math.exp, low=0.0)
SHARES = Scale(log_odds, share, low=0.0, high=1.0)


def within(low: float, high: float) -> Scale:
    """Return the scale of what lies between two ends, either of which may be infinite."""
    if math.isinf(low) and math.isinf(high):
        return LINE
    if math.isinf(high):
        return Scale(lambda x: math.log(x - low), lambda m: low + math.exp(m), low=low)
    if math.isinf(low):
        return Scale(lambda x: -math.log(high - x), lambda m: high - math.exp(-m), high=high)
    width = high - low
    return Scale(lambda x: log_odds((x - low) / width), lambda m: low + width * share(m), low, high)


def placed(name: str) -> Callable[[Mapping[str, Any], float, float], dict[str, Any]]:
    """Return how a family moves whose parameter of this name is its median."""
    return lambda given, before, after: {**given, name: after}


def shifted(*names: str) -> Callable[[Mapping[str, Any], float, float], dict[str, Any]]:
    """Return how a family moves whose parameters of these names are shifted by as much as its median."""
    return lambda given, before, after: {
        key: value + (after - before) if key in names else value for key, value in given.items()
    }


def multiplied(*names: str) -> Callable[[Mapping[str, Any], float, float], dict[str, Any]]:
    """Return how a family moves whose parameters of these names are multiplied as its median is."""
    return lambda given, before, after: {
        key: (after / before) * value if key in names else value for key, value in given.items()
    }
