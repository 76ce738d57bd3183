"""The answer over two beliefs, on a grid of their quantiles: typed records, to JSON."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.estimate.effect import Effect


class Cell(NamedTuple):
    """The answer with two beliefs at one value each."""

    outcome: str
    lead: Effect

    def to_json(self) -> dict[str, Any]:
        """Return the cell for JSON."""
        return {"outcome": self.outcome, "lead": self.lead.to_json()}


class Axis(NamedTuple):
    """A belief of a map.

    Attributes
    ----------
    name, unit
        Of the belief.
    levels, values
        Shares of paths, and the values that the belief is below on these, in its unit.
    """

    name: str
    unit: str
    levels: tuple[float, ...]
    values: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the axis for JSON."""
        return {
            "belief": self.name,
            "unit": self.unit,
            "levels": list(self.levels),
            "values": list(self.values),
        }


@dataclass(frozen=True, slots=True)
class FlipMap:
    """The answer over two beliefs, on a grid of their quantiles.

    Attributes
    ----------
    across, up
        The beliefs.
    cells
        By value up, then by value across.
    paths
        On how many each was computed.
    """

    across: Axis
    up: Axis
    cells: tuple[tuple[Cell, ...], ...]
    paths: int

    def to_json(self) -> dict[str, Any]:
        """Return the map for JSON."""
        return {
            "across": self.across.to_json(),
            "up": self.up.to_json(),
            "paths": self.paths,
            "cells": [[cell.to_json() for cell in row] for row in self.cells],
        }
