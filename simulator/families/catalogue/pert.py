"""PERT: a beta given by its ends and its mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.families.family import Example, Family, Fitting, Parameter, Parameters
from simulator.families.ranges import LOW_MODE_HIGH, misplaced_mode, peaked, start
from simulator.families.scale import LINE, shifted

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal


def _marginal(given: Parameters) -> Marginal:
    from simulator.families.distribution import Beta

    low, mode, high, shape = (given[name] for name in ("low", "mode", "high", "shape"))
    peak = (mode - low) / (high - low)
    return Beta(1 + shape * peak, 1 + shape * (1 - peak), low, high)


FAMILY = Family(
    name="pert",
    about="PERT: a beta on [low, high] with mean (low + shape mode + high) / (shape + 2).",
    parameters={**LOW_MODE_HIGH, "shape": Parameter("positive")},
    ways=(("low", "mode", "high"),),
    marginal=_marginal,
    options={"shape": 4.0},
    with_quantiles=(),
    fitting=Fitting(start, peaked, needed=3),
    problems=misplaced_mode,
    scale=LINE,
    moved=shifted("low", "mode", "high"),
    examples=(
        Example({"low": 3, "mode": 5, "high": 7.5}, lambda s: s.beta(1 + 16 / 9, 1 + 20 / 9, 3, 4.5)),
        Example({"low": 3, "mode": 5, "high": 7.5, "shape": 2}),
        Example({"quantiles": {"p10": 2, "p50": 3.2, "p90": 5}}),
    ),
)
