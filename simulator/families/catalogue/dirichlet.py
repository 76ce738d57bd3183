"""Shares that sum to one: each a gamma variable over the sum of all."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from simulator.families.family import Example, Family, Parameter, Parameters, Problem
from simulator.families.values import total

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal

#: Numbers of one prior: each is drawn on every path, and takes memory as such.
MOST_COMPONENTS = 4096


def _marginal(given: Parameters) -> Marginal:
    """Return the logarithm of one component's gamma variable."""
    from simulator.families.distribution import LogGamma

    return LogGamma(given["alpha"])


def _problems(given: Parameters) -> Iterator[Problem]:
    if total(given["alpha"]) == inf:
        yield Problem("alpha", "a sum that is not finite", "a finite sum")


FAMILY = Family(
    name="dirichlet",
    about="Shares that sum to one, one for each alpha.",
    parameters={"alpha": Parameter("positives", least=2, most=MOST_COMPONENTS)},
    ways=(("alpha",),),
    marginal=_marginal,
    bounded=False,
    share=True,
    problems=_problems,
    examples=(Example({"alpha": [1, 2.5, 3]}),),
)
