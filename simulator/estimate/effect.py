"""Numbers of which it matters whether they differ from zero."""

from typing import Any

import numpy as np

from simulator.estimate.distinguishable import distinguishable
from simulator.estimate.number import Number
from simulator.estimate.replicated import Replicated


class Effect(Number):
    """A number of which it matters whether it differs from zero: a share of the variance, a change."""

    __slots__ = ()

    @staticmethod
    def of(found: Replicated) -> "Effect":
        """Return a statistic of either sign."""
        return Effect(float(found.value), float(found.error))

    @staticmethod
    def share(found: Replicated) -> "Effect":
        """Return a share, at least nothing and at most all."""
        return Effect(min(max(float(found.value), 0.0), 1.0), float(found.error))

    @staticmethod
    def change(before: Number, after: Number) -> "Effect":
        """Return by how much a number is above what it was, the errors of both taken for independent."""
        found = after.above(before)
        return Effect(found.value, found.error, found.unit)

    @property
    def distinguishable(self) -> bool:
        """Whether it lies more than two standard errors from zero."""
        return distinguishable(self)

    @property
    def sign(self) -> int:
        """1 or -1; 0 where it cannot be distinguished from zero."""
        return int(np.sign(self.value)) if self.distinguishable else 0

    def to_json(self) -> dict[str, Any]:
        """Return value, error, and whether it differs from zero."""
        return {**super().to_json(), "distinguishable": self.distinguishable}
