"""All numbers of a report on a run, whatever the language or the format."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any, cast

import numpy as np

from simulator.analysis.checks import Evaluation, evaluate_checks
from simulator.analysis.display import MetricDisplay, displayed_metrics
from simulator.analysis.distribution import Exceedance, Histogram, curve, histogram
from simulator.analysis.explanation import Explanation, explain
from simulator.analysis.explanation.thresholds import (
    MovedThreshold,
    OtherRules,
    moved_thresholds,
    other_rules,
)
from simulator.analysis.fan import Fans, charts_over_time, fans
from simulator.analysis.reproduce import commands
from simulator.analysis.risks import Assessment, assess
from simulator.analysis.run import Run
from simulator.analysis.run.faults import manifest_of, not_numbers
from simulator.analysis.structures import Structures, structures
from simulator.engine import Manifest
from simulator.errors import StrandlineError, UsageError
from simulator.estimate import Number, SamplerName, Summary, codes_of, mean, pool
from simulator.estimate.verdicts import MODEL, by_entity, full_name
from simulator.progress import Step
from simulator.study.domain import lead_metric

#: The most paths of a run that is reported: a metric in order, and the verdicts, take some 60 bytes a path.
MOST_PATHS = 2**25


@dataclass(frozen=True)
class Findings:
    """What a report says of one run.

    Attributes
    ----------
    run
        The run.
    summary
        What `Run.summarise` returns; None of a comparison.
    entities
        The group, if there is one, and the companies: name and title as the study has it.
    charted, tabled
        The metrics that get charts, and those that stand in a table only.
    histograms, curves
        By metric and entity.
    fans
        None where the model has no series.
    drivers
        What `explain` returns; None where the run cannot be explained, for the reason in `unexplained`.
    checks
        The study's predictive checks; None where it has none, or for the reason in `unchecked`.
    risks
        What the cases of the study's risks do; None where it names none, or for the reason in `unassessed`.
    structures
        The study under its structures; None where it names none, or for the reason in `unstructured`.
    manifest
        Of a run with a directory.
    not_finite
        Metrics whose paths are not all numbers, and should be.
    finite_at_a_loss
        By a metric that may be infinite and by entity, the share of paths on which it is finite while the
        metric that verdicts are about is below zero.
    thresholds
        The verdicts on the leading entity where one threshold of the scorecard is moved.
    rules
        The verdicts on it without the scorecard, and with one more pass allowed.
    """

    run: Run
    summary: Summary | None
    entities: Mapping[str, str]
    charted: tuple[MetricDisplay, ...]
    tabled: tuple[MetricDisplay, ...]
    histograms: Mapping[str, Mapping[str, Histogram]] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, Exceedance]] = field(default_factory=dict)
    fans: Fans | None = None
    drivers: Explanation | None = None
    unexplained: str = ""
    checks: Evaluation | None = None
    unchecked: str = ""
    risks: Assessment | None = None
    unassessed: str = ""
    structures: Structures | None = None
    unstructured: str = ""
    manifest: Manifest | None = None
    not_finite: tuple[str, ...] = ()
    finite_at_a_loss: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)
    thresholds: tuple[MovedThreshold, ...] = ()
    rules: tuple[OtherRules, ...] = ()

    @property
    def heavy(self) -> tuple[str, ...]:
        """Metrics whose mean is carried by a handful of paths, of those that the report shows."""
        estimates = self.summary.estimates if self.summary else {}
        return tuple(name for name, estimate in estimates.items() if estimate.heavy_tail)

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON, in the units of the model, without nan and infinities."""
        run, manifest = self.run, self.manifest
        about = ("model", "versions", "platform", "created", "timings")
        return {
            "schema": 1,
            "run": run.directory.name if run.directory else None,
            "status": run.status,
            "study": run.study.to_dict(),
            "summary": self.summary and self.summary.to_json(),
            "gates": {
                "not_finite": list(self.not_finite),
                "checks": list(self.checks.failed) if self.checks else [],
                "heavy_tail": list(self.heavy),
            },
            "histograms": plain_values(self.histograms),
            "exceedance": plain_values(self.curves),
            "series": None if self.fans is None else plain_values(self.fans.to_json()),
            "drivers": None if self.drivers is None else self.drivers.to_json(),
            "thresholds": plain_values(self.thresholds),
            "rules": plain_values(self.rules),
            "risks": None if self.risks is None else self.risks.to_json(),
            **({} if self.structures is None else {"structures": self.structures.to_json()}),
            "checks": None if self.checks is None else self.checks.summary(),
            "manifest": None if manifest is None else {name: getattr(manifest, name) for name in about},
            "commands": commands(run),
        }


def find(run: Run, step: Step = lambda _: None) -> Findings:
    """Compute all numbers of a run's report.

    Parameters
    ----------
    run
        The run.
    step
        Called with what is done next, in a few words.

    Raises
    ------
    UsageError
        The run has more paths than `MOST_PATHS`, or keeps a summary.
    """
    run.need_paths("a report")
    refuse_large(run)
    step("statistics of the outcomes")
    summary = run.summarise()
    table = by_entity(run.units)
    charted, tabled = displayed_metrics(run.units)
    histograms: dict[str, dict[str, Histogram]] = {one.metric: {} for one in charted}
    curves: dict[str, dict[str, Exceedance]] = {one.metric: {} for one in charted}
    sampler, code_of = cast(SamplerName, run.plan.sampler), codes_of(run.study.settings.verdicts)
    for one in charted:
        for entity in (entity for entity, own in table.items() if one.metric in own):
            sample = run.metric(table[entity][one.metric])
            codes = run.verdicts.get(full_name("verdict", entity))
            if (shape := histogram(sample, codes, code_of, run.split.get(entity))) is not None:
                histograms[one.metric][entity] = shape
            if (line := curve(pool(sample, sampler))) is not None:
                curves[one.metric][entity] = line
    step("what drives them")
    drivers, unexplained = tried(explain, run)
    step("checks against the evidence")
    checks, unchecked = tried(evaluated, run)
    step("what each risk changes")

    def count(done: int, total: int) -> None:
        step(f"what each risk changes: {done:,} of {total:,} paths")

    risks, unassessed = tried(lambda run: assess(run, progress=count), run)
    step("the study under other structures")

    def mix(done: int, total: int) -> None:
        step(f"the study under other structures: {done:,} of {total:,} paths")

    mixed, unstructured = tried(lambda run: structures(run, progress=mix), run)
    step("quantities over time")
    return Findings(
        run=run,
        summary=summary,
        entities=entity_titles(run, table),
        charted=charted,
        tabled=tabled,
        histograms=histograms,
        curves=curves,
        fans=fans(run, charts) if (charts := charts_over_time(run)) else None,
        drivers=drivers,
        unexplained=unexplained,
        checks=checks,
        unchecked=unchecked,
        risks=risks,
        unassessed=unassessed,
        structures=mixed,
        unstructured=unstructured,
        manifest=manifest_of(run),
        finite_at_a_loss=_finite_at_a_loss(run, table, [one.metric for one in charted if one.infinite]),
        thresholds=moved_thresholds(run, next(iter(table))),
        rules=other_rules(run, next(iter(table))),
        not_finite=not_numbers(run),
    )


def entity_titles(run: Run, names: Mapping[str, Any]) -> dict[str, str]:
    """Return entities by name with their titles as the study has them; none of a user's own model."""
    titles = run.study.settings.entities
    return {name: titles.get(name, "" if name == MODEL else name) for name in names}


def plain_values(value: Any) -> Any:
    """Return records as mappings, arrays as lists, days as text, and what is no finite number as None."""
    if hasattr(value, "to_json"):
        return plain_values(value.to_json())
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain_values(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain_values(value._asdict())  # pyright: ignore[reportAttributeAccessIssue]
    if isinstance(value, Mapping):
        return {key: plain_values(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain_values(value.tolist())
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def refuse_large(run: Run) -> None:
    """Refuse a run whose metrics do not fit into memory at once."""
    if run.plan.paths > MOST_PATHS:
        message = (
            f"report of {run.directory or 'this run'}: found {run.plan.paths:,} paths; allowed: at most "
            f"{MOST_PATHS:,}, whose metrics are in memory. Report a run of fewer paths"
        )
        raise UsageError(message)


def _finite_at_a_loss(
    run: Run, table: Mapping[str, Mapping[str, str]], metrics: Sequence[str]
) -> dict[str, dict[str, Number]]:
    """Return how often metrics are finite, by entity, while the one that verdicts are about is below zero."""
    lead, sampler = lead_metric(run.units), cast(SamplerName, run.plan.sampler)

    def share(own: Mapping[str, str], metric: str) -> Number:
        both = np.isfinite(run.metric(own[metric])) & (run.metric(own[lead]) < 0)
        return mean(pool(both.astype(np.float32), sampler))

    return {
        metric: {entity: share(own, metric) for entity, own in table.items() if own.keys() >= {lead, metric}}
        for metric in metrics
    }


def evaluated(run: Run) -> Evaluation | None:
    """Return the predictive checks of a run's study on the run's draws; None where it has none."""
    if not run.study.checks:
        return None
    # Without its risks: a case that cannot be computed takes no check with it.
    alone, sampler = replace(run.study, risks=()), cast(SamplerName, run.plan.sampler)
    return evaluate_checks(alone, seed=run.plan.seed, sampler=sampler)


def tried[T](compute: Callable[[Run], T], run: Run) -> tuple[T | None, str]:
    """Return what is computed, or why it cannot be: a run whose model is not at hand has metrics alone."""
    try:
        return compute(run), ""
    except StrandlineError as error:
        return None, str(error)
