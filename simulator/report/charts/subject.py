"""What a chart is about: a metric of a run with its paths, its unit and its texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from jaxtyping import Int8, Shaped

from simulator.analysis.display import MetricDisplay, displayed_metrics
from simulator.analysis.run import Run
from simulator.errors import UsageError, did_you_mean
from simulator.estimate import VERDICT, Number, Pool, SamplerName, pool
from simulator.estimate.verdicts import MODEL, by_entity, full_name
from simulator.report.page.locale import Locale

LOCALE = Locale("en")

#: The least share of paths to either side of zero for it to count as being among the outcomes.
AMONG = 0.01


@dataclass(frozen=True)
class Subject:
    """A metric of a run.

    Parameters
    ----------
    run
        As simulated or opened.
    name
        Of the metric, in full.

    Raises
    ------
    UsageError
        It is no run, or has no such metric.
    """

    run: Run
    name: str

    def __post_init__(self) -> None:
        if self.name not in run_of(self.run).units:
            raise UsageError(unknown("metric", self.name, self.run.units))

    @cached_property
    def _parts(self) -> tuple[str, str]:
        ((entity, own),) = by_entity([self.name]).items()
        return next(iter(own)), entity

    @cached_property
    def values(self) -> Shaped[np.ndarray, "replicate point"]:
        """The metric path by path, in the model's unit."""
        return self.run.metric(self.name)

    @property
    def codes(self) -> Int8[np.ndarray, "replicate point"] | None:
        """The verdict of every path; None where there is none."""
        return self.run.verdicts.get(full_name(VERDICT, self._parts[1]))

    @property
    def split(self) -> Int8[np.ndarray, "replicate point"] | None:
        """The same with all else by the sign of value; None where it has none."""
        return self.run.split.get(self._parts[1])

    @cached_property
    def pool(self) -> Pool:
        """The paths together."""
        return pool(self.values, sampler(self.run))

    @cached_property
    def display(self) -> MetricDisplay:
        """How the report displays the metric."""
        return metric_display(self.run, self._parts[0])

    @property
    def factor(self) -> float:
        """What brings the metric from the model's unit to the one displayed."""
        return self.display.factor * LOCALE.unit(self.display.unit).factor

    @property
    def unit(self) -> str:
        """The unit displayed, beside an axis."""
        return LOCALE.unit(self.display.unit).axis

    @property
    def axis(self) -> str:
        """The metric with its unit, beside an axis."""
        return titled(label(self.display.metric), self.unit)

    @property
    def title(self) -> str:
        """The metric as a title begins with it."""
        return titled(label(self.display.metric), self.entity)

    @property
    def entity(self) -> str:
        """Whose it is, as the report writes it; nothing for a model without entities."""
        return entity_title(self.run, self._parts[1])

    def amount(self, estimate: Number) -> str:
        """Return an estimate of the metric in a sentence."""
        return LOCALE.estimate(estimate.to_json(), self.factor, LOCALE.unit(self.display.unit))

    @property
    def note(self) -> str:
        """Of which run the metric is."""
        return note(self.run)

    @property
    def crosses_zero(self) -> bool:
        """Whether zero lies well within the paths, so that a title gives the share of one side."""
        return AMONG < float(np.mean(self.values < 0)) < 1 - AMONG


def run_of(found: object) -> Run:
    """Return a run as it is.

    Raises
    ------
    UsageError
        It is none.
    """
    if isinstance(found, Run):
        return found
    message = f"found a {type(found).__name__}; allowed: a Run (Run.from_datatree brings back that of a tree)"
    raise UsageError(message)


def answer_of[T](found: object, kind: type[T], verb: str) -> T:
    """Return an answer to a question as it is.

    Parameters
    ----------
    found
        What a chart was given.
    kind
        The class of the answers.
    verb
        The function of `simulator` that returns one.

    Raises
    ------
    UsageError
        It is something else.
    """
    if isinstance(found, kind):
        return found
    message = f"{verb}: found a {type(found).__name__}; allowed: what simulator.{verb} returns"
    raise UsageError(message)


def metric_display(run: Run, metric: str) -> MetricDisplay:
    """Return how the report displays a metric, by its short name."""
    charted, tabled = displayed_metrics(run.units)
    return next(one for one in (*charted, *tabled) if one.metric == metric)


def sampler(run: Run) -> SamplerName:
    """Return how a run's paths were drawn, which decides the rule for errors."""
    return cast(SamplerName, run.plan.sampler)


def label(metric: str) -> str:
    """Return a metric's name for a reader."""
    key = f"metric.{metric}.label"
    return LOCALE(key) if LOCALE.has(key) else metric.replace("_", " ")


def within(name: str) -> str:
    """Return a name as it stands within a sentence: an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def titled(what: str, entity: str) -> str:
    """Return what a title is about, such as "Value created, group"."""
    return f"{what}, {entity}" if entity else what


def percent(estimate: Number) -> str:
    """Return a chance or a share as a percentage with its error."""
    return LOCALE.percent(estimate.to_json())


def entity_title(run: Run, entity: str) -> str:
    """Return an entity as the report writes it; nothing for a model without any."""
    if entity == MODEL:
        return ""
    return dict(run.study.settings.entities).get(entity, entity)


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Return that there is no such name, and which there are."""
    known = list(known)
    return f"there is no {kind} {name!r}. {did_you_mean(name, known) or f'There are {", ".join(known)}'}"


def note(run: Run, paths: int | None = None) -> str:
    """Return of which run a chart is, and of how many of its paths, by default all."""
    plan = run.plan
    some = LOCALE.count(plan.paths)
    if paths is not None and paths != plan.paths:
        some = f"{LOCALE.count(paths)} of {some}"
    return f"Study {run.study.name}, {some} paths, seed {plan.seed}, {plan.sampler}."
