"""What becomes of verdicts and leading metrics: before and after, on paths that have weights."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Shaped

from simulator.analysis.comparison.statistics import BELOW_ZERO, MEAN, MEDIAN, common
from simulator.analysis.comparison.statistics import Statistic as Compared
from simulator.analysis.questions.event import names_in
from simulator.analysis.questions.stress.constraints import Constraint
from simulator.analysis.questions.stress.weighing import Weighing
from simulator.analysis.run import Run
from simulator.estimate import VERDICT, Number, Replicated, Statistic, codes_of, parts_of
from simulator.estimate.effect import Effect
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.targets import CHANCE
from simulator.estimate.verdicts import full_name


class Weighed(NamedTuple):
    """A run and the weights of its paths."""

    run: Run
    by: Weighing


class Change(NamedTuple):
    """A number before and after, and by how much it changed.

    Attributes
    ----------
    statistic
        Which.
    before, after, change
        In its unit; errors of the change are those of pairs.
    """

    statistic: Statistic
    before: Number
    after: Number
    change: Effect

    def to_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        numbers = {"before": self.before, "after": self.after, "change": self.change}
        return {
            "statistic": str(self.statistic),
            "unit": self.before.unit,
            **{name: number.to_json() for name, number in numbers.items()},
        }


def changes(
    before: Weighed, after: Weighed, asked: Sequence[Constraint], reached: Mapping[str, float]
) -> tuple[Change, ...]:
    """Return the chances of verdicts and the leading metrics before and after, what was asked for too.

    A metric that is not finite on some path is left out, but for chances of it.

    Parameters
    ----------
    before, after
        The same run, or paths of it with other beliefs.
    asked
        Targets, whose metrics are given too.
    reached
        By name, statistics that are a number exactly, for that is what weights were made for.
    """
    return tuple(_changes(before, after, _wanted(before.run, asked), reached))


def resolved(statistic: Statistic, before: Weighed, after: Weighed) -> tuple[float, float, float]:
    """Return the least errors of a number before, after and of its change: paths resolve no finer chance."""
    if not statistic.chance:
        return 0.0, 0.0, 0.0
    first, second = (RESOLUTION / each.by.effective for each in (before, after))
    return first, second, 0.0 if before is after else max(first, second)


def change(
    statistic: Statistic,
    unit: str,
    before: Replicated,
    after: Replicated,
    least: tuple[float, float, float],
    reached: Mapping[str, float],
) -> Change:
    """Return the change of a number, which is one exactly afterwards where that was `reached`.

    Parameters
    ----------
    statistic, unit
        Of the number.
    before, after
        The number.
    least
        As `resolved` returns them.
    reached
        As in `changes`.
    """
    parts = zip((before, after, after - before), least, strict=True)
    first, second, moved = (
        Number(float(one.value), max(float(one.error), most), unit) for one, most in parts
    )
    if str(statistic) in reached:
        second = Number(reached[str(statistic)], 0.0, unit)
    return Change(statistic, first, second, Effect(moved.value, moved.error, unit))


def _wanted(run: Run, asked: Sequence[Constraint]) -> list[Compared]:
    names, codes = names_in(run), codes_of(run.study.settings.verdicts)
    metrics = dict.fromkeys(one.statistic.name for one in asked if one.statistic.name in run.units)
    own = [Compared(function, name, run.units[name]) for name in metrics for function in (MEAN, MEDIAN)]
    both = common([run.units] * 2, [names.entities] * 2, [codes] * 2)
    return list(dict.fromkeys([*own, *both]))


def _changes(
    before: Weighed, after: Weighed, wanted: Sequence[Compared], reached: Mapping[str, float]
) -> Iterator[Change]:
    for one in wanted:
        samples = [_sample(one, each.run) for each in (before, after)]
        if not all(np.isfinite(sample).all() for sample in samples):
            continue
        first, second = (
            each.by.quantiles(sample, (0.5,))[0] if one.function == MEDIAN else each.by.mean(sample)
            for sample, each in zip(samples, (before, after), strict=True)
        )
        statistic = Statistic(one.function, one.of)
        yield change(statistic, one.unit, first, second, resolved(statistic, before, after), reached)


def _sample(one: Compared, run: Run) -> Shaped[np.ndarray, "replicate point"]:
    """Return that of every path of which a statistic is the mean, or the median."""
    if one.is_chance:
        verdict, codes = one.function.removeprefix(CHANCE), codes_of(run.study.settings.verdicts)
        parts = parts_of(codes)
        if verdict in parts:
            return run.split[one.of] == parts[verdict]
        return run.verdicts[full_name(VERDICT, one.of)] == codes[verdict]
    values = run.metric(one.of)
    return values < 0 if one.function == BELOW_ZERO else values
