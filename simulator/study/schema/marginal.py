"""What all priors have in common: provenance, truncation, quantiles or parameters."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from simulator.study.families import FAMILIES
from simulator.study.quantile_keys import key_of
from simulator.study.schema.fields import Bounds, Day, Positive, Problem, Quantiles, Strict, refuse

#: Numbers of one prior: each is drawn on every path, and takes memory as such.
MOST_COMPONENTS = 4096


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
    spare: Annotated[bool, Field(description="true: kept though the model may not read it")] | None = None


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
            problems = list(self.problems())
        refuse(problems)
        return self

    @property
    def given(self) -> dict[str, Any]:
        """Parameters that were given, by name."""
        family = FAMILIES[self.family]
        names = {name for way in family.ways for name in way} | set(family.options)
        return {
            k: getattr(self, k)
            for k in type(self).model_fields
            if k in names and getattr(self, k) is not None
        }

    def _given_once(self) -> Iterator[Problem]:
        """Refuse too few parameters, too many, or parameters beside quantiles."""
        family = FAMILIES[self.family]
        given = set(self.given) - set(family.options)
        quantiles = getattr(self, "quantiles", None) is not None
        ways = [", ".join(way) for way in family.ways]
        if family.with_quantiles is not None:
            ways.append(", ".join((*family.with_quantiles, "quantiles")))
        wanted = [set(family.with_quantiles or ())] if quantiles else [set(way) for way in family.ways]
        if given not in wanted:
            found = ", ".join([*sorted(given), *(["quantiles"] if quantiles else [])]) or "no parameters"
            yield Problem("", found, "either " + " or ".join(ways) if len(ways) > 1 else ways[0])

    def problems(self) -> Iterator[Problem]:
        """Give what is wrong with parameters taken together."""
        yield from ()


class Truncatable(Marginal):
    """A family whose tails may be cut off."""

    bounds: Annotated[Bounds, Field(description="where tails are cut off; inf for an open side")] | None = (
        None
    )
    ends: ClassVar[tuple[float, float]] = (-inf, inf)

    def support(self) -> tuple[float, float]:
        """Least and greatest value before truncation."""
        return self.ends

    def problems(self) -> Iterator[Problem]:
        """Refuse bounds that leave nothing of the support."""
        low, high = self.support()
        if self.bounds and not max(low, self.bounds[0]) < min(high, self.bounds[1]):
            yield Problem("bounds", str(self.bounds), f"bounds that leave some of {low:g} to {high:g}")


class Elicited(Truncatable):
    """A family that may be given by quantiles."""

    quantiles: Quantiles | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse quantiles at which the family, or what its bounds leave of it, has no values."""
        yield from super().problems()
        low, high = self.support()
        low, high = (max(low, self.bounds[0]), min(high, self.bounds[1])) if self.bounds else (low, high)
        for probability, value in (self.quantiles or {}).items():
            if not low < value < high:
                allowed = f"values between {low:g} and {high:g}"
                yield Problem(f"quantiles.{key_of(probability)}", str(value), allowed)
