"""What a prior may look like in TOML: one model per family, made of what the family says of itself.

The fields check types and ranges; what involves several fields (an order, a sum) is checked once they hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, TypeAdapter, WithJsonSchema, WrapValidator, create_model

from simulator.families import FAMILIES, Family, Parameter, Problem
from simulator.families.values import SUM_TOLERANCE, total
from simulator.study.patterns import PRIOR_NAME
from simulator.study.schema.fields import InnerProbability, Positive, Probability, Real
from simulator.study.schema.marginal import Elicited, Marginal, Truncatable


def _name_point_mass(value: Any) -> Any:
    """Return a table that gives only ``value`` with the family that it stands for."""
    if isinstance(value, Mapping) and "value" in value and "family" not in value:
        return {"family": "fixed", **value}
    return value


class _Mixed(Truncatable):
    """A mixture, whose components are priors themselves."""

    def problems(self) -> Iterator[Problem]:
        """Refuse components with provenance of their own, and weights that do not sum to one."""
        yield from super().problems()
        components: list[Marginal] = self.given["components"]
        own = ("size", "unit", "basis", "sources", "as_of", "note", "spare")
        for index, part in enumerate(components):
            key = f"components[{index}]"
            for name in own:
                if getattr(part, name) is not None:
                    yield Problem(
                        f"{key}.{name}",
                        "a key of the whole prior",
                        "weight, family, parameters, quantiles, bounds",
                    )
            if part.weight is None:
                yield Problem(f"{key}.weight", "nothing", "a weight above 0")
            for name, other in part.drawn.items():
                yield Problem(f"{key}.{name}", f'"{other}"', "a number: nothing is drawn inside a mixture")
            if part.family == "dirichlet":
                yield Problem(f"{key}.family", "dirichlet", "a family of single numbers")
        weights = [part.weight for part in components if part.weight is not None]
        if len(weights) == len(components) and abs(total(weights) - 1) > SUM_TOLERANCE:
            yield Problem("components", f"weights that sum to {total(weights):.9g}", "a sum of 1")


class _Shares(Marginal):
    """A dirichlet, whose alpha says how many shares there are."""

    def problems(self) -> Iterator[Problem]:
        """Refuse a size: the number of shares is that of the alphas."""
        yield from super().problems()
        if self.size is not None:
            yield Problem("size", str(self.size), "no size", "alpha says how many shares there are")


#: Type of a parameter, or of an entry of one that is a list, by kind.
_TYPES: Mapping[str, Any] = {
    "real": Real,
    "positive": Positive,
    "share": InnerProbability,
    "probability": Probability,
    "reals": Real,
    "positives": Positive,
    "probabilities": Probability,
    "weights": Annotated[float, Field(ge=0)],
    "text": Annotated[str, Field(min_length=1)],
    "numbers": dict[str, Real],
    "mixture": "AnyMarginal",
}

#: Kinds that are lists.
_LISTS = ("reals", "positives", "probabilities", "weights", "mixture")


def _of(form: Any, arguments: Any) -> Any:
    """Return a type of `typing` whose arguments are known only here."""
    return form[arguments]


def _or_drawn(kind: Any) -> Any:
    """Return the type of a number that may also be the name of a prior that it is drawn from."""

    def read(value: Any, number: Callable[[Any], float]) -> float | str:
        return value if isinstance(value, str) and re.fullmatch(PRIOR_NAME, value) else number(value)

    name = {"type": "string", "pattern": PRIOR_NAME, "description": "the prior that it is drawn from"}
    schema = {"anyOf": [TypeAdapter(kind).json_schema(), name]}
    return Annotated[kind, WrapValidator(read), WithJsonSchema(schema)]


def _field(family: Family, name: str, parameter: Parameter) -> Any:
    """Return the type and the default of a parameter's field."""
    kind: Any = _TYPES[parameter.kind]
    if parameter.kind in _LISTS:
        kind = Annotated[list[kind], Field(min_length=parameter.least, max_length=parameter.most)]
    if name in family.drawable:
        kind = _or_drawn(kind)
    needed = all(name in way for way in family.all_ways)
    return (kind, ...) if needed else (kind | None, None)


def _model(family: Family) -> type[Marginal]:
    """Return the model of a family."""
    special = {"mixture": _Mixed, "dirichlet": _Shares}
    plain = Elicited if family.with_quantiles is not None else Truncatable if family.bounded else Marginal
    fields: dict[str, Any] = {
        "family": (_of(Literal, family.name), "fixed" if family.name == "fixed" else ...)
    }
    fields |= {name: _field(family, name, parameter) for name, parameter in family.parameters.items()}
    base = special.get(family.name, plain)
    model = create_model(family.name, __base__=base, __doc__=family.about, **fields)
    return cast(type[Marginal], model)


#: Models by the name of their family.
MARGINALS: Mapping[str, type[Marginal]] = {name: _model(family) for name, family in FAMILIES.items()}

AnyMarginal: Any = Annotated[
    reduce(operator.or_, cast(Any, MARGINALS.values())),
    Field(discriminator="family"),
    BeforeValidator(_name_point_mass),
]

MARGINALS["mixture"].model_rebuild(_types_namespace={"AnyMarginal": AnyMarginal})

#: Reads one prior's table into the model of its family.
PRIOR: TypeAdapter[Marginal] = TypeAdapter(AnyMarginal)
