"""1 with a probability, else 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Parameter, Parameters

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal


def _marginal(given: Parameters) -> Marginal:
    import numpy as np

    from simulator.families.distribution import weighted

    return weighted(np.array([0.0, 1.0]), np.array([1 - given["p"], given["p"]]))


def _kernel(place: Any, slope: Any, standard: Any, xp: Any) -> Any:
    """Return 1 where a uniform number is beyond the probability of 0."""
    return xp.where(standard > place, 1.0, 0.0).astype(standard.dtype)


FAMILY = Family(
    name="bernoulli",
    about="1 with probability p, else 0.",
    parameters={"p": Parameter("probability")},
    ways=(("p",),),
    marginal=_marginal,
    bounded=False,
    share=True,
    closed=Closed(
        lambda given, xp: (1 - given["p"], 0.0), _kernel, "uniform", {"low": 0.0, "high": 1.0}, ("p",)
    ),
    tabled=True,
    examples=(Example({"p": 0.3}, lambda stats: stats.bernoulli(0.3)), Example({"p": 0})),
)
