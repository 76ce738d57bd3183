"""Triangular: from low to high with its peak at the mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.families.family import Example, Family, Fitting, Parameters
from simulator.families.ranges import LOW_MODE_HIGH, misplaced_mode, peaked, start
from simulator.families.scale import LINE, shifted

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal


def _marginal(given: Parameters) -> Marginal:
    from simulator.families.distribution import Triangular

    return Triangular(given["low"], given["mode"], given["high"])


FAMILY = Family(
    name="triangular",
    about="Triangular.",
    parameters=LOW_MODE_HIGH,
    ways=(("low", "mode", "high"),),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(start, peaked, needed=3),
    problems=misplaced_mode,
    scale=LINE,
    moved=shifted("low", "mode", "high"),
    examples=(
        Example({"low": 3, "mode": 5, "high": 7.5}, lambda stats: stats.triang(2 / 4.5, 3, 4.5)),
        Example({"low": 3, "mode": 3, "high": 7.5}, lambda stats: stats.triang(0, 3, 4.5)),
        Example({"quantiles": {"p10": 2, "p50": 3.2, "p90": 5}}),
    ),
)
