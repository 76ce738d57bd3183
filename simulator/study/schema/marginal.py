"""What all priors have in common: provenance, truncation, quantiles or parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from simulator.families import FAMILIES, Problem
from simulator.families.catalogue.dirichlet import MOST_COMPONENTS
from simulator.study.entry import Strict
from simulator.study.quantile_keys import key_of
from simulator.study.schema.fields import Bounds, Day, Positive, Quantiles, refuse


class Stated(Strict):
    """Who says what every prior says, and in which unit: it can be read whatever the family."""

    unit: Annotated[str, Field(description='such as "USD bn/yr"; "1" for a pure number')] | None = None
    basis: (
        Annotated[
            Literal["reported", "published", "judgement"],
            Field(description="reported in a filing, published by a named third party, or judgement"),
        ]
        | None
    ) = None
    sources: Annotated[list[str], Field(description="entries of the bibliography, [sources]")] | None = None
    as_of: Annotated[Day, Field(description="the day on which this was known")] | None = None
    note: Annotated[str, Field(description="why these numbers")] | None = None
    spare: Annotated[bool, Field(description="true: the model need not read it")] | None = None


class Marginal(Stated):
    """What every prior may say, whatever its family."""

    family: Any
    weight: Annotated[Positive | None, Field(description="inside a mixture only")] = None
    size: (
        Annotated[
            int, Field(ge=1, le=MOST_COMPONENTS, description="so many independent numbers; one if left out")
        ]
        | None
    ) = None

    @model_validator(mode="after")
    def _hold_together(self) -> Marginal:
        problems = list(self._given_once())
        if not problems:
            problems = list(self._cut_or_fitted() if self.drawn else self.problems())
        refuse(problems)
        return self

    @property
    def given(self) -> dict[str, Any]:
        """Parameters that were given, by name."""
        names = FAMILIES[self.family].parameters
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @property
    def drawn(self) -> dict[str, str]:
        """Names of the priors that parameters are drawn from, by parameter."""
        given = ((name, getattr(self, name)) for name in FAMILIES[self.family].drawable)
        return {name: value for name, value in given if isinstance(value, str)}

    def _cut_or_fitted(self) -> Iterator[Problem]:
        """Refuse what needs numbers beside parameters that are drawn."""
        for key in ("bounds", "quantiles"):
            if (given := getattr(self, key, None)) is not None:
                advice = f"Leave out {key}, or give {', '.join(self.drawn)} as a number."
                yield Problem(key, str(given), "none, where a parameter is drawn from another prior", advice)

    def _given_once(self) -> Iterator[Problem]:
        """Refuse too few parameters, too many, or parameters beside quantiles."""
        family = FAMILIES[self.family]
        given = set(self.given) - set(family.options)
        quantiles = getattr(self, "quantiles", None) is not None
        ways = [", ".join(way) for way in family.all_ways]
        wanted = [set(family.with_quantiles or ())] if quantiles else [set(way) for way in family.ways]
        if given not in wanted:
            found = ", ".join([*sorted(given), *(["quantiles"] if quantiles else [])]) or "no parameters"
            yield Problem("", found, "either " + " or ".join(ways) if len(ways) > 1 else ways[0])

    def problems(self) -> Iterator[Problem]:
        """Give what is wrong with parameters taken together."""
        family = FAMILIES[self.family]
        yield from family.problems(family.with_options(self.given))


class Truncatable(Marginal):
    """A family whose tails may be cut off."""

    bounds: Annotated[Bounds, Field(description="where tails are cut off; inf for an open side")] | None = (
        None
    )

    def problems(self) -> Iterator[Problem]:
        """Refuse bounds that leave nothing of the values, or of the support."""
        yield from super().problems()
        low, high = FAMILIES[self.family].support(self.given)
        values = getattr(self, "values", None)
        if self.bounds and values and not any(self.bounds[0] <= x <= self.bounds[1] for x in values):
            yield Problem("bounds", str(self.bounds), "bounds that leave some of the values")
        elif self.bounds and low < high and not max(low, self.bounds[0]) < min(high, self.bounds[1]):
            yield Problem("bounds", str(self.bounds), f"bounds that leave some of {low:g} to {high:g}")


class Elicited(Truncatable):
    """A family that may be given by quantiles."""

    quantiles: Quantiles | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse quantiles at which the family, or what its bounds leave of it, has no values."""
        yield from super().problems()
        low, high = FAMILIES[self.family].support(self.given)
        if not low < high:
            return
        low, high = (max(low, self.bounds[0]), min(high, self.bounds[1])) if self.bounds else (low, high)
        for probability, value in (self.quantiles or {}).items():
            if not low < value < high:
                allowed = f"values between {low:g} and {high:g}"
                yield Problem(f"quantiles.{key_of(probability)}", str(value), allowed)
