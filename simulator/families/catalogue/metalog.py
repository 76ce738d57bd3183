"""Metalog: a smooth curve through most sets of quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.families.checks import refuse
from simulator.families.family import Example, Family, Parameters

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal

#: What to do about quantiles that no metalog has.
ADVICE = (
    "A metalog takes quantiles whose gaps change little by little. Give fewer quantiles, bounds that are "
    "not close to the outer ones, a lognormal for one long tail, or a mixture for two heaps."
)


def _marginal(given: Parameters) -> Marginal:
    refuse("quantiles", "none", "2 or more")


def _through(quantiles: Mapping[float, float], bounds: tuple[float, float]) -> Marginal:
    from simulator.families.metalog_curve import fit_metalog

    try:
        return fit_metalog(quantiles, bounds)
    except ValueError as error:
        refuse("quantiles", str(error), "quantiles that a metalog has", ADVICE)


FAMILY = Family(
    name="metalog",
    about="Any continuous shape, by any set of quantiles; bounds are its ends.",
    parameters={},
    ways=(),
    marginal=_marginal,
    with_quantiles=(),
    through=_through,
    advice=ADVICE,
    examples=(
        Example({"quantiles": {"p10": 1, "p50": 2, "p90": 4}}),
        Example({"quantiles": {"p10": 1, "p50": 2, "p90": 4}, "bounds": [0, None]}),
    ),
)
