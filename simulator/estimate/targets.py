"""Statistics by name, the error that an analyst asks of one, and what a run achieved of it."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from simulator.estimate.number import Number, finite
from simulator.estimate.observed import Observed
from simulator.estimate.source import Source
from simulator.estimate.statistics import (
    expected_shortfall,
    mean,
    probability_above,
    probability_below,
    probability_between,
    quantile,
    share,
    standard_deviation,
)

type Measure = Literal["mcse", "rel"]
type Relation = Literal["=", "<=", ">="]

#: What the statistic that is the chance of a verdict begins with.
CHANCE = "p_"
#: Statistics of a metric that take no level.
PLAIN: Mapping[str, Callable[[Observed], Number]] = {
    "mean": mean,
    "sd": standard_deviation,
    "prob_below_zero": lambda pool: probability_below(pool, 0.0),
}
#: Chances of a metric that take numbers in its unit.
THRESHOLDS: Mapping[str, Callable[..., Number]] = {
    "prob_below": probability_below,
    "prob_above": probability_above,
    "between": probability_between,
}
_LEVEL = re.compile(r"(p|cvar)(\d{1,2}(?:\.\d+)?)", re.ASCII)


def level_of(statistic: str) -> tuple[str, float] | None:
    """Return ``p`` or ``cvar`` and the level of a statistic such as ``p05``, as a share above 0 and below 1.

    None where it has no such level, or one that is 0 or 1 as the floating-point number nearest to it.
    """
    match = _LEVEL.fullmatch(statistic)
    level = float(match[2]) / 100 if match else 0.0
    return (match[1], level) if match and 0 < level < 1 else None


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number of a run, such as ``mean(value_created.group)`` or ``p_bear(group)``.

    Attributes
    ----------
    statistic, name
        What is estimated, and of which metric or entity.
    levels
        The numbers that it takes, in the metric's unit: one of `THRESHOLDS` has one, or two.
    """

    statistic: str
    name: str
    levels: tuple[float, ...] = field(default=(), kw_only=True)

    def __str__(self) -> str:
        return f"{self.statistic}({', '.join((self.name, *map(written, self.levels)))})"

    @property
    def verdict(self) -> str:
        """The verdict whose chance it is; empty for a statistic of a metric."""
        return self.statistic.removeprefix(CHANCE) if self.statistic.startswith(CHANCE) else ""

    @property
    def chance(self) -> bool:
        """Whether it is a chance: of a verdict, or of a metric that is where it says."""
        return bool(self.verdict) or self.statistic in ("prob_below_zero", *THRESHOLDS)

    def of(self, source: Source) -> Number:
        """Return its estimate from what a run has."""
        if self.verdict:
            return share(source.judged[self.name], source.codes[self.verdict])
        pool = source.pool(self.name)
        if self.statistic in THRESHOLDS:
            return THRESHOLDS[self.statistic](pool, *self.levels)
        if level := level_of(self.statistic):
            kind, p = level
            if kind == "p":
                return quantile(pool, p)
            return expected_shortfall(pool, p) if p <= 0.5 else expected_shortfall(pool, 1 - p, "upper")
        return PLAIN[self.statistic](pool)


@dataclass(frozen=True, slots=True)
class Target(Statistic):
    """One target: the error of a statistic, absolute or relative, below a limit.

    Attributes
    ----------
    measure
        ``mcse``, in the statistic's unit, or ``rel``, the same over the size of the value.
    limit
        What the error must be below.
    """

    measure: Measure
    limit: float

    def __str__(self) -> str:
        return f"{Statistic.__str__(self)} {self.measure} < {self.limit}"

    def error(self, estimate: Number) -> float:
        """Return the error that an estimate has by this target's measure; inf where it is not known."""
        if math.isnan(estimate.error):
            return math.inf
        if self.measure == "mcse":
            return estimate.error
        return estimate.error / abs(estimate.value) if estimate.value else math.inf


class Condition(NamedTuple):
    """What is to be true of a statistic: equal to a number, at most, or at least.

    Attributes
    ----------
    statistic
        Which.
    relation
        How it is to lie to the number.
    value
        The number, in the statistic's unit; a chance is a fraction.
    """

    statistic: Statistic
    relation: Relation
    value: float

    def __str__(self) -> str:
        return f"{self.statistic} {self.relation} {written(self.value)}"


class Achieved(NamedTuple):
    """What a run achieved of a target."""

    target: Target
    estimate: Number
    error: float

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.error < self.target.limit

    def to_json(self) -> dict[str, Any]:
        """Return it for JSON: null where it is not known or not finite."""
        return {
            "target": str(self.target),
            "value": finite(self.estimate.value),
            "mcse": finite(self.estimate.error),
            "achieved": finite(self.error),
            "met": self.met,
        }


def written(number: float) -> str:
    """Return a number as text that reads back as the same: short where it is."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def achieved(target: Target, source: Source) -> Achieved:
    """Return what the paths so far achieve of a target."""
    estimate = target.of(source)
    return Achieved(target, estimate, target.error(estimate))
