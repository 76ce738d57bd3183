"""One of some values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.families.family import Example, Family, Parameter, Parameters, Problem
from simulator.families.values import SUM_TOLERANCE, misfitting, total

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal


def _marginal(given: Parameters) -> Marginal:
    import numpy as np

    from simulator.families.distribution import weighted

    return weighted(np.array(given["values"], dtype=float), np.array(given["probabilities"], dtype=float))


def _problems(given: Parameters) -> Iterator[Problem]:
    """Refuse values given twice and probabilities that do not fit them."""
    values = list(given["values"])
    if len(set(values)) < len(values):
        yield Problem("values", str(values), "each value once")
    problems = list(misfitting("probabilities", given))
    yield from problems
    chances = given.get("probabilities")
    if not problems and chances is not None and abs(total(chances) - 1) > SUM_TOLERANCE:
        yield Problem("probabilities", f"a sum of {total(chances):.9g}", "a sum of 1")


FAMILY = Family(
    name="categorical",
    about="One of some values.",
    parameters={"values": Parameter("reals", unit=1), "probabilities": Parameter("probabilities")},
    ways=(("values",),),
    marginal=_marginal,
    options={"probabilities": None},
    problems=_problems,
    examples=(
        Example({"values": [1, 2, 4]}),
        Example({"values": [30, 40], "probabilities": [0.25, 0.75]}),
    ),
)
