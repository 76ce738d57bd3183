"""One of some priors, each with its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.families.family import Example, Family, Parameter, Parameters

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal


def _marginal(given: Parameters) -> Marginal:
    """Return the mixture of components that are distributions already."""
    import numpy as np

    from simulator.families.compound import Mixture

    return Mixture(np.array(given["weights"], dtype=float), tuple(given["components"]))


FAMILY = Family(
    name="mixture",
    about="One of some priors, each with its weight.",
    parameters={"components": Parameter("mixture", least=2)},
    ways=(("components",),),
    marginal=_marginal,
    examples=(
        Example(
            {
                "components": [
                    {"weight": 0.3, "value": 1.5},
                    {
                        "weight": 0.5,
                        "family": "normal",
                        "quantiles": {"p10": 1, "p90": 3},
                        "bounds": [0, None],
                    },
                    {"weight": 0.2, "family": "exponential", "rate": 0.5},
                ]
            }
        ),
        Example(
            {
                "components": [
                    {"weight": 0.5, "family": "pert", "low": 0, "mode": 1, "high": 2},
                    {
                        "weight": 0.5,
                        "family": "mixture",
                        "components": [
                            {"weight": 0.5, "family": "uniform", "low": 1, "high": 5},
                            {"weight": 0.5, "family": "categorical", "values": [2, 3]},
                        ],
                    },
                ],
                "bounds": [0.5, 4],
            }
        ),
    ),
)
