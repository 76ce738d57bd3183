"""What a prior may look like in TOML: one model per family, told apart by ``family``.

The fields check types and ranges; what involves several fields (an order, a sum) is checked once they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import fsum, inf
from typing import Annotated, Any, Literal, Union, get_args

from pydantic import BeforeValidator, Field, TypeAdapter

from simulator.study.schema.fields import InnerProbability, Positive, Probability, Problem, Real
from simulator.study.schema.marginal import MOST_COMPONENTS, Elicited, Marginal, Truncatable

#: How far probabilities may sum from one: a few roundings of decimal fractions.
_SUM_TOLERANCE = 1e-9


def _name_point_mass(value: Any) -> Any:
    """Return a table that gives only ``value`` with the family that it stands for."""
    if isinstance(value, Mapping) and "value" in value and "family" not in value:
        return {"family": "fixed", **value}
    return value


def _total(numbers: Iterable[float]) -> float:
    """Return the sum of numbers that are not negative; infinity where it is beyond floating point."""
    try:
        return fsum(numbers)
    except OverflowError:
        return inf


class Fixed(Marginal):
    """A point mass: ``value = x``."""

    family: Literal["fixed"] = "fixed"
    value: Real


class Normal(Elicited):
    """Normal."""

    family: Literal["normal"]
    mean: Real | None = None
    sd: Positive | None = None


class LogNormal(Elicited):
    """Lognormal, by median and sd of the logarithm, or by its own mean and sd."""

    family: Literal["lognormal"]
    median: Positive | None = None
    sigma: Positive | None = None
    mean: Positive | None = None
    sd: Positive | None = None
    ends = (0.0, inf)


class LogitNormal(Elicited):
    """Logit-normal on (0, 1), by its median and the sd of the log odds."""

    family: Literal["logitnormal"]
    median: InnerProbability | None = None
    sigma: Positive | None = None
    ends = (0.0, 1.0)


class StudentT(Elicited):
    """Student's t, shifted and scaled."""

    family: Literal["student_t"]
    df: Positive | None = None
    loc: Real | None = None
    scale: Positive | None = None


class _Ranged(Elicited):
    """A family between ``low`` and ``high``, both of them optional beside quantiles."""

    low: Real | None = None
    high: Real | None = None

    def support(self) -> tuple[float, float]:
        """From low to high, where they are given."""
        return (
            self.ends[0] if self.low is None else self.low,
            self.ends[1] if self.high is None else self.high,
        )

    def problems(self) -> Iterator[Problem]:
        """Refuse an empty range."""
        low, high = self.support()
        if low < high:
            yield from super().problems()
        else:
            yield Problem(
                "", f"low {low:g}, high {high:g}", "low < high", "for a single number use value = x"
            )


class Uniform(_Ranged):
    """Uniform."""

    family: Literal["uniform"]


class LogUniform(_Ranged):
    """Uniform in the logarithm."""

    family: Literal["loguniform"]
    low: Positive | None = None
    high: Positive | None = None
    ends = (0.0, inf)


class _Peaked(_Ranged):
    """A family with a mode between its ends."""

    mode: Real | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a mode outside the range; it may lie at an end."""
        yield from super().problems()
        low, high = self.support()
        if self.mode is not None and low < high and not low <= self.mode <= high:
            yield Problem("mode", f"{self.mode:g}", f"{low:g} to {high:g}: low <= mode <= high")


class Triangular(_Peaked):
    """Triangular."""

    family: Literal["triangular"]


class Pert(_Peaked):
    """PERT: a beta on [low, high] with mean (low + shape mode + high) / (shape + 2)."""

    family: Literal["pert"]
    shape: Positive | None = None


class Beta(_Ranged):
    """Beta, on [0, 1] or on [low, high]."""

    family: Literal["beta"]
    alpha: Positive | None = None
    beta: Positive | None = None

    def support(self) -> tuple[float, float]:
        """From low to high, 0 to 1 where they are not given."""
        return 0.0 if self.low is None else self.low, 1.0 if self.high is None else self.high


class Gamma(Elicited):
    """Gamma, by shape and scale or by mean and sd."""

    family: Literal["gamma"]
    shape: Positive | None = None
    scale: Positive | None = None
    mean: Positive | None = None
    sd: Positive | None = None
    ends = (0.0, inf)


class Weibull(Elicited):
    """Weibull."""

    family: Literal["weibull"]
    shape: Positive | None = None
    scale: Positive | None = None
    ends = (0.0, inf)


class Exponential(Elicited):
    """Exponential, by mean or rate."""

    family: Literal["exponential"]
    mean: Positive | None = None
    rate: Positive | None = None
    ends = (0.0, inf)


class Bernoulli(Marginal):
    """1 with probability p, else 0."""

    family: Literal["bernoulli"]
    p: Probability


class Categorical(Truncatable):
    """One of some values."""

    family: Literal["categorical"]
    values: Annotated[list[Real], Field(min_length=1)]
    probabilities: list[Probability] | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse values given twice and probabilities that do not fit them."""
        if len(set(self.values)) < len(self.values):
            yield Problem("values", str(self.values), "each value once")
        chances = self.probabilities
        if chances is not None and len(chances) != len(self.values):
            yield Problem(
                "probabilities", f"{len(chances)} of them", f"one for each of {len(self.values)} values"
            )
        elif chances is not None and abs(_total(chances) - 1) > _SUM_TOLERANCE:
            yield Problem("probabilities", f"a sum of {_total(chances):.9g}", "a sum of 1")
        if self.bounds and not any(self.bounds[0] <= value <= self.bounds[1] for value in self.values):
            yield Problem("bounds", str(self.bounds), "bounds that leave some of the values")


class Dirichlet(Marginal):
    """Shares that sum to one, one for each alpha."""

    family: Literal["dirichlet"]
    alpha: Annotated[list[Positive], Field(min_length=2, max_length=MOST_COMPONENTS)]

    def problems(self) -> Iterator[Problem]:
        """Refuse a size: the number of shares is that of the alphas."""
        if self.size is not None:
            yield Problem("size", str(self.size), "no size", "alpha says how many shares there are")
        if _total(self.alpha) == inf:
            yield Problem("alpha", "a sum that is not finite", "a finite sum")


class Metalog(Elicited):
    """Any continuous shape, by any set of quantiles; bounds are its ends."""

    family: Literal["metalog"]


class Empirical(Truncatable):
    """Values as observed, with equal weights or given ones."""

    family: Literal["empirical"]
    values: Annotated[list[Real], Field(min_length=2)]
    weights: list[Annotated[float, Field(ge=0)]] | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse weights that do not fit the values, and bounds that leave none."""
        weights = self.weights
        if weights is not None and len(weights) != len(self.values):
            yield Problem("weights", f"{len(weights)} of them", f"one for each of {len(self.values)} values")
        elif weights is not None and not 0 < _total(weights) < inf:
            yield Problem("weights", f"a sum of {_total(weights):g}", "a finite sum above 0")
        if self.bounds and not any(self.bounds[0] <= value <= self.bounds[1] for value in self.values):
            yield Problem("bounds", str(self.bounds), "bounds that leave some of the values")


class Mixture(Truncatable):
    """One of some priors, each with its weight."""

    family: Literal["mixture"]
    components: Annotated[list[AnyMarginal], Field(min_length=2)]

    def problems(self) -> Iterator[Problem]:
        """Refuse components with provenance of their own, and weights that do not sum to one."""
        yield from super().problems()
        own = ("size", "unit", "basis", "sources", "as_of", "note", "spare")
        for index, part in enumerate(self.components):
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
            if part.family == "dirichlet":
                yield Problem(f"{key}.family", "dirichlet", "a family of single numbers")
        weights = [part.weight for part in self.components if part.weight is not None]
        if len(weights) == len(self.components) and abs(_total(weights) - 1) > _SUM_TOLERANCE:
            yield Problem("components", f"weights that sum to {_total(weights):.9g}", "a sum of 1")


class SciPy(Truncatable):
    """Any distribution of scipy.stats, by name."""

    family: Literal["scipy"]
    distribution: Annotated[str, Field(min_length=1)]
    args: dict[str, Real] | None = None


AnyMarginal = Annotated[
    Union[  # noqa: UP007  (one name per line reads better than a chain of bars)
        Fixed,
        Normal,
        LogNormal,
        LogitNormal,
        StudentT,
        Uniform,
        LogUniform,
        Triangular,
        Pert,
        Beta,
        Gamma,
        Weibull,
        Exponential,
        Bernoulli,
        Categorical,
        Dirichlet,
        Metalog,
        Empirical,
        Mixture,
        SciPy,
    ],
    Field(discriminator="family"),
    BeforeValidator(_name_point_mass),
]

Mixture.model_rebuild()

#: Reads one prior's table into the model of its family.
PRIOR: TypeAdapter[Marginal] = TypeAdapter(AnyMarginal)

#: Models by the name of their family.
MARGINALS: dict[str, type[Marginal]] = {
    get_args(model.model_fields["family"].annotation)[0]: model
    for model in get_args(get_args(AnyMarginal)[0])
}
