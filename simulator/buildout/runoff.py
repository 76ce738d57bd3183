"""How the book of the opening fleet is written off: by vintages whose purchases grew up to the start."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from simulator.buildout.arrays import H, PerCompany, PerPath, Quarter

#: Below this the closed form of `_shape` cancels and its series, term by term, does not.
_SMALL = 0.1
#: 2 (-1)^k / (k + 2)!, highest power first: to rounding below `_SMALL`.
_SERIES = tuple(2.0 * (-1) ** k / float(np.prod(np.arange(1, k + 3))) for k in range(7, -1, -1))


class RunOff(NamedTuple):
    """Straight-line depreciation of assets bought at a growing rate until the start.

    Attributes
    ----------
    quarters
        Accounting life that is left to the newest of them  [quarters]
    growth
        Rate by which purchases grew, in logs  [1/quarter]: none spreads ages evenly over the life, and
        without bound all is new at the start.
    """

    quarters: PerCompany
    growth: PerPath

    @classmethod
    def of(cls, quarters: PerCompany, growth_per_year: PerPath) -> "RunOff":
        """From the life left in quarters and growth a year."""
        return cls(quarters, H * growth_per_year)

    def charge(self, quarter: Quarter) -> PerCompany:
        """Part of the opening book that is written off in a quarter; over its life they sum to one  [1].

        Parameters
        ----------
        quarter
            Index of the quarter, from 0.
        """
        left = self.quarters - quarter.astype(self.quarters.dtype)
        whole = self._book(self.quarters)
        return (self._book(left) - self._book(left - 1)) / whole

    def opening_rate(self) -> PerCompany:
        """Part of the opening book that is written off a quarter just at the start  [1/quarter]."""
        grown = self.growth * self.quarters
        some = grown > 0
        rate = jnp.where(some, -jnp.expm1(-grown) / jnp.where(some, grown, 1.0), 1.0)
        return 2 * rate / (self.quarters * _shape(grown))

    def _book(self, left: PerCompany) -> PerCompany:
        """Book that is left with the newest, up to a factor: ``integral of 1 - exp(-growth v) from 0``."""
        left = jnp.maximum(left, 0.0)
        return left**2 * _shape(self.growth * left)


def _shape(x: Float[Array, "*#shape"]) -> Float[Array, "*#shape"]:
    """``2 (x - 1 + exp(-x)) / x^2``: one at zero, ``2 / x`` far out."""
    series = jnp.zeros_like(x)
    for coefficient in _SERIES:
        series = series * x + coefficient
    far = jnp.where(x < _SMALL, 1.0, x)
    return jnp.where(x < _SMALL, series, 2 * (far + jnp.expm1(-far)) / far**2)
