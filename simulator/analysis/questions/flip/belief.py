"""A belief by the values that it has on the paths of a run, and how often it is below each.

Only values that were drawn are computed with: they are values that the belief can have, whatever its family.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.analysis.explanation.random_inputs import RandomInput

#: Shares of paths nearer than this are one place: the model is computed at no two of them.
RESOLUTION = 1e-3
#: Neighbours are apart from this part on of what lies between the quantiles at the ends.
APART, ENDS = 0.01, 0.01


@dataclass(frozen=True, eq=False)
class Belief:
    """A belief that varies, one number a path.

    Attributes
    ----------
    name, unit
        Of its prior.
    ordered
        Its draws from low to high, in that unit.
    """

    name: str
    unit: str
    ordered: Float[np.ndarray, " path"]

    @classmethod
    def of(cls, drawn: RandomInput) -> "Belief":
        """Return a random input of a run as a belief."""
        ordered = np.sort(drawn.values.astype(np.float64), axis=None)
        return cls(drawn.name, drawn.prior.unit, ordered)

    def value(self, level: float) -> float:
        """Return the value that a share of the draws does not exceed: one of the draws."""
        count = len(self.ordered)
        return float(self.ordered[min(int(level * count), count - 1)])

    def level(self, value: float) -> float:
        """Return the share of the draws below a value, and half of those that are it."""
        below, upto = (int(np.searchsorted(self.ordered, value, side)) for side in ("left", "right"))
        return (below + upto) / (2 * len(self.ordered))

    def part(self, low: float, high: float, part: float) -> float | None:
        """Return the draw that is so far from one value to another, by score.

        None where no draw lies between them, or next to none.
        """
        first = int(np.searchsorted(self.ordered, low, "right"))
        last = int(np.searchsorted(self.ordered, high, "left"))
        if last <= first or self.level(high) - self.level(low) < RESOLUTION:
            return None
        ends = special.ndtri(np.array([self.level(low), self.level(high)]))
        wanted = int(special.ndtr(ends[0] + part * (ends[1] - ends[0])) * len(self.ordered))
        return float(self.ordered[min(max(wanted, first), last - 1)])

    def jumps(self, low: float, high: float) -> bool:
        """Whether no value is drawn between two that are apart, so that the belief goes over in a step.

        Any two neighbours among the draws of a smooth belief have none between them; these are close.
        """
        if np.searchsorted(self.ordered, high, "left") > np.searchsorted(self.ordered, low, "right"):
            return False
        likely = self.value(1 - ENDS) - self.value(ENDS)
        return self.level(high) - self.level(low) >= RESOLUTION or high - low >= APART * likely
