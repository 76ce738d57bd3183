"""Values as observed."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from simulator.families.family import Example, Family, Parameter, Parameters, Problem
from simulator.families.values import misfitting, total

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal


def _marginal(given: Parameters) -> Marginal:
    import numpy as np

    from simulator.families.distribution import weighted

    return weighted(np.array(given["values"], dtype=float), np.array(given["weights"], dtype=float))


def _problems(given: Parameters) -> Iterator[Problem]:
    """Refuse weights that do not fit the values."""
    problems = list(misfitting("weights", given))
    yield from problems
    weights = given.get("weights")
    if not problems and weights is not None and not 0 < total(weights) < inf:
        yield Problem("weights", f"a sum of {total(weights):g}", "a finite sum above 0")


FAMILY = Family(
    name="empirical",
    about="Values as observed, with equal weights or given ones.",
    parameters={"values": Parameter("reals", unit=1, least=2), "weights": Parameter("weights")},
    ways=(("values",),),
    marginal=_marginal,
    options={"weights": None},
    problems=_problems,
    examples=(Example({"values": [3, 1, 2]}), Example({"values": [3, 1, 2], "weights": [1, 0, 2]})),
)
