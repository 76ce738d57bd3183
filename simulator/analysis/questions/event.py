"""Events: what is true on some paths of a run and not on the others, by name."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from simulator.analysis.run import Run
from simulator.arguments import checked
from simulator.errors import UsageError, did_you_mean
from simulator.estimate import VERDICT, Statistic, codes_of, feared
from simulator.estimate.targets import CHANCE
from simulator.estimate.verdicts import full_name


class Event(NamedTuple):
    """What is true on some paths of a run.

    Attributes
    ----------
    text
        As it was named.
    statistic
        Its chance.
    """

    text: str
    statistic: Statistic

    def holds(self, run: Run) -> Bool[np.ndarray, "replicate point"]:
        """Return on which paths of a run it is true; false on a path without a verdict.

        Raises
        ------
        UsageError
            The metric is not a number on some path.
        """
        name, levels = self.statistic.name, self.statistic.levels
        if self.statistic.verdict:
            code = codes_of(run.study.settings.verdicts)[self.statistic.verdict]
            return run.verdicts[full_name(VERDICT, name)] == code
        values = run.metric(name)
        if lost := np.count_nonzero(np.isnan(values)):
            message = (
                f"{self.text}: found {lost:,} of {values.size:,} paths on which {name} is not a number; "
                "allowed: a metric that is a number on every path"
            )
            raise UsageError(message)
        match self.statistic.statistic:
            case "prob_above":
                return values > levels[0]
            case "between":
                return (values >= levels[0]) & (values <= levels[1])
            case _:
                return values < (levels[0] if levels else 0.0)


class Names(NamedTuple):
    """The names by which statistics of a run are asked for."""

    metrics: tuple[str, ...]
    entities: tuple[str, ...]
    verdicts: tuple[str, ...]


def names_in(run: Run) -> Names:
    """Return the names of a run's metrics, of the entities that have a verdict, and of the verdicts."""
    return Names(run.names, run.entities, tuple(codes_of(run.study.settings.verdicts)))


def feared_chance(run: Run) -> str | None:
    """Return the chance of the verdict that is feared, on the first entity that has one, as text.

    None of a run without verdicts.
    """
    if not run.entities:
        return None
    return f"{CHANCE}{feared(codes_of(run.study.settings.verdicts))}({run.entities[0]})"


def event_of(run: Run, text: str) -> Event:
    """Return the event that a text names.

    Parameters
    ----------
    run
        Whose metrics and verdicts it is about.
    text
        ``VERDICT.ENTITY``, such as ``bear.group``, or any chance of `simulator.estimate.grammar`, such as
        ``prob_below(value_created.group, 0)``.

    Raises
    ------
    UsageError
        It names none; or the run keeps a summary, which has no paths.
    """
    checked("target", text, str, "text such as 'bear.group'")
    run.need_paths("an event")
    names = names_in(run)
    if "(" in text:
        statistic = run.statistic(text)
        if not statistic.chance:
            message = (
                f"{text}: found a statistic that is no chance; allowed: a verdict's, such as bear.group, or "
                "that of a metric, such as prob_below(METRIC, NUMBER)"
            )
            raise UsageError(message)
        return Event(text, statistic)
    known = [f"{verdict}.{entity}" for entity in names.entities for verdict in names.verdicts]
    if text not in known:
        verdicts = f"a verdict: {', '.join(known)}; or " if known else ""
        message = f"{text}: allowed: {verdicts}the chance of a metric, such as prob_below(METRIC, NUMBER). "
        raise UsageError(f"{message}{did_you_mean(text, known)}".rstrip())
    verdict, entity = text.split(".", 1)
    return Event(text, Statistic(f"{CHANCE}{verdict}", entity))
