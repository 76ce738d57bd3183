"""Companies and sources of a study, and the order of its shocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray
Inputs = Mapping[str, Any]

#: Years in a quarter.
H = 0.25


@dataclass(frozen=True)
class Layout:
    """Names of companies and sources, and which company has which tie to AI.

    Parameters
    ----------
    gap, erosion, seats, volatility
        Row of the one company that has this exposure.
    """

    companies: tuple[str, ...]
    sources: tuple[str, ...]
    cancellation: tuple[str, ...]
    horizon: int = 24
    stages: int = 3
    gap: int = 0
    erosion: int = 1
    seats: int = 2
    volatility: int = 3

    @property
    def normals(self) -> tuple[str, ...]:
        """Names of the normal shocks, in the order of their rows; autoregressions stand together."""
        return (
            "shock.price",
            "shock.spend_common",
            *(f"shock.spend.{c}" for c in self.companies),
            "shock.demand_common",
            *(f"shock.demand.{c}" for c in self.companies),
            "shock.ads",
            "shock.power_common",
            *(f"shock.power.{r}" for r in self.sources),
        )

    uniforms = ("shock.cycle", "shock.break", "shock.contagion")
