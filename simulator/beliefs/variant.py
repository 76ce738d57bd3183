"""What the variants of beliefs have in common: they take the same numbers, and make other draws of them."""

from dataclasses import dataclass

from simulator.beliefs.compiled import Beliefs, Coordinates


@dataclass(frozen=True, eq=False)
class Variant:
    """Draws made of the coordinates of beliefs.

    Attributes
    ----------
    beliefs
        As they are drawn.
    """

    beliefs: Beliefs

    @property
    def normal_coordinates(self) -> Coordinates:
        """Name and component of each row of the scores: those of the beliefs."""
        return self.beliefs.normal_coordinates

    @property
    def uniform_coordinates(self) -> Coordinates:
        """Name and component of each row of the uniforms: those of the beliefs."""
        return self.beliefs.uniform_coordinates
