"""Targets of a stress: statistics that are expectations, and what they are to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Float, Int
from scipy.special import ndtri

from simulator.analysis.questions.event import Event, names_in
from simulator.analysis.run import Run
from simulator.arguments import names_of
from simulator.errors import UsageError
from simulator.estimate import Statistic, parse_condition
from simulator.estimate.targets import Condition, level_of

#: What a target may be about, in words.
ALLOWED = (
    "mean(METRIC), p_VERDICT(ENTITY), prob_below(METRIC, NUMBER), prob_above(METRIC, NUMBER), "
    "between(METRIC, NUMBER, NUMBER), or a quantile such as p05(METRIC), each with =, <= or >= and a number"
)


@dataclass(frozen=True)
class Constraint:
    """An expectation that is to be a number, at most, or at least.

    Attributes
    ----------
    condition
        As it was asked for.
    kind
        Whether it is the mean of a metric, or a chance.
    statistic
        The expectation: of a quantile the chance of less than the number.
    wanted
        What it is to be, in its unit.
    sign
        1 where it may be more, -1 where it may be less, and 0.
    unit
        Of the expectation.
    """

    condition: Condition
    kind: Literal["mean", "chance"]
    statistic: Statistic
    wanted: float
    sign: int
    unit: str

    def __str__(self) -> str:
        return str(self.condition)

    def values(self, run: Run) -> Float[np.ndarray, "replicate point"]:
        """Return that of which it is the expectation, on every path of a run."""
        if self.kind == "chance":
            return Event(str(self), self.statistic).holds(run).astype(np.float64)
        values = run.metric(self.statistic.name).astype(np.float64)
        if lost := np.count_nonzero(~np.isfinite(values)):
            message = (
                f"{self}: found {lost:,} of {values.size:,} paths not finite, so it has no mean; allowed: a "
                "metric that is finite on every path, or a chance or quantile of it"
            )
            raise UsageError(message)
        return values

    @cached_property
    def score(self) -> float:
        """What it is to be on the scale on which it is moved: of a chance the normal score."""
        return float(ndtri(self.wanted)) if self.kind == "chance" else self.wanted

    def guide(self, run: Run) -> Float[np.ndarray, "replicate point"] | None:
        """Return a number of every path whose mean moves the normal score of a chance one to one, nearly.

        As it would of a metric that is normal; None where no metric has that one threshold.
        """
        if self.statistic.statistic not in ("prob_below", "prob_above", "prob_below_zero"):
            return None
        values = run.metric(self.statistic.name).astype(np.float64)
        spread = values.std()
        if not (np.isfinite(spread) and spread > 0):
            return None
        level = self.statistic.levels[0] if self.statistic.levels else 0.0
        side = 1.0 if self.statistic.statistic == "prob_above" else -1.0
        return side * (values - level) / spread


def constraints(run: Run, targets: str | Sequence[str]) -> tuple[Constraint, ...]:
    """Return the targets that texts name.

    Raises
    ------
    UsageError
        A text is no condition on a statistic of the run, or on one that is no expectation; or there is none.
    """
    texts = names_of("target", targets)
    if not texts:
        message = f"target: found none; allowed: {ALLOWED}"
        raise UsageError(message)
    names = names_in(run)
    return tuple(_constraint(run, parse_condition(text, *names)) for text in dict.fromkeys(texts))


def signs(asked: Sequence[Constraint]) -> Int[np.ndarray, " target"]:
    """Return the signs of constraints."""
    return np.array([one.sign for one in asked])


def _constraint(run: Run, condition: Condition) -> Constraint:
    asked, value = condition.statistic, condition.value
    sign = {"=": 0, ">=": 1, "<=": -1}[condition.relation]
    if asked.chance:
        return Constraint(condition, "chance", asked, value, sign, "1")
    if asked.statistic == "mean":
        return Constraint(condition, "mean", asked, value, sign, run.units[asked.name])
    if (level := level_of(asked.statistic)) and level[0] == "p":
        below = Statistic("prob_below", asked.name, levels=(value,))
        # A higher quantile is a smaller chance of less than the number.
        return Constraint(condition, "chance", below, level[1], -sign, "1")
    message = f"target '{condition}': found a statistic that is no expectation; allowed: {ALLOWED}"
    raise UsageError(message)
