"""Any statistics of a run, and how each settles as paths are added."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from simulator.analysis.questions.event import feared_chance
from simulator.analysis.run import Run
from simulator.arguments import names_of
from simulator.estimate import Number, Statistic
from simulator.estimate.verdicts import by_entity, full_name, sign_metric
from simulator.sampling import BATCH
from simulator.study.domain import lead_metric


class Step(NamedTuple):
    """A statistic of the first paths of a run."""

    paths: int
    estimate: Number


class Converging(NamedTuple):
    """A statistic, and how it settles.

    Attributes
    ----------
    statistic
        Which.
    unit
        Of its value; "1" for a chance.
    steps
        Of 8,192 paths, of twice as many, and so on; last of all paths.
    """

    statistic: Statistic
    unit: str
    steps: tuple[Step, ...]

    @property
    def estimate(self) -> Number:
        """Of all paths."""
        return self.steps[-1].estimate

    def to_json(self) -> dict[str, Any]:
        """Return the statistic for JSON."""
        steps = [{"paths": step.paths, **step.estimate.to_json()} for step in self.steps]
        return {
            "statistic": str(self.statistic),
            "unit": self.unit,
            **self.estimate.to_json(),
            "convergence": steps,
        }


@dataclass(frozen=True)
class Estimates:
    """Statistics of a run.

    Attributes
    ----------
    run
        The run.
    statistics
        In the order in which they were asked for.
    """

    run: Run
    statistics: tuple[Converging, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all numbers for JSON, in the units of the model."""
        return {
            **self.run.about(),
            "paths": self.run.plan.paths,
            "statistics": [one.to_json() for one in self.statistics],
        }


def estimates(run: Run, statistics: str | Sequence[str] | None = None) -> Estimates:
    """Return statistics of a run with their errors, of its first paths and of all.

    Parameters
    ----------
    run
        As simulated or opened. Of one that keeps a summary there is the estimate of all paths alone.
    statistics
        One or several, as in a target of accuracy, such as ``prob_below(value_created.group, -500)``. By
        default those that an analyst looks at first: the chance of the verdict that is feared and of a value
        below zero, and the mean of the metric that verdicts are about.

    Raises
    ------
    UsageError
        There is no such statistic, metric or entity.
    """
    wanted = usual(run) if statistics is None else names_of("statistics", statistics)
    return Estimates(run, tuple(_converging(run, text) for text in wanted))


def _converging(run: Run, text: str) -> Converging:
    whole = run.estimate(text)
    steps = [
        Step(batches * BATCH, replace(run, plan=run.plan.first(batches)).estimate(text))
        for batches in _doubled(run)
    ]
    steps.append(Step(run.plan.paths, whole))
    return Converging(run.statistic(text), whole.unit, tuple(steps))


def _doubled(run: Run) -> list[int]:
    """Return the numbers of batches below that of a run at which its statistics are looked at."""
    if run.keep == "summary":
        return []
    powers = (1 << exponent for exponent in range(run.plan.batches.bit_length()))
    return [batches for batches in powers if batches < run.plan.batches]


def usual(run: Run) -> list[str]:
    """Return the statistics that are looked at first."""
    chance = feared_chance(run)
    found = [chance] if chance else []
    entity, own = next(iter(by_entity(run.names).items()))
    sign, lead = (full_name(metric, entity) for metric in (sign_metric(run.names), lead_metric(run.names)))
    found += [f"prob_below({sign}, 0)"] if sign in run.names else []
    return [*found, f"mean({lead if lead in run.names else next(iter(own.values()))})"]
