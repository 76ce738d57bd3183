"""A point mass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.families.family import Closed, Example, Family, Parameter, Parameters, affine

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal


def _marginal(given: Parameters) -> Marginal:
    import numpy as np

    from simulator.families.distribution import Atoms

    return Atoms(np.array([float(given["value"])]), np.empty(0))


FAMILY = Family(
    name="fixed",
    about="A point mass: ``value = x``.",
    parameters={"value": Parameter("real", unit=1)},
    ways=(("value",),),
    marginal=_marginal,
    bounded=False,
    closed=Closed(lambda given, xp: (given["value"], 0.0), affine),
    examples=(Example({"value": 2.5}), Example({"value": 0, "size": 3})),
)
