"""All numbers of a report, before a word is said, whatever the language or the format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from simulator.analysis.checks import Evaluation, evaluate_checks
from simulator.analysis.explanation.thresholds import MovedThreshold, moved_thresholds
from simulator.analysis.risks import Assessment
from simulator.analysis.run import Progress, Run
from simulator.engine import Manifest, non_finite_faults
from simulator.errors import StrandlineError, UsageError
from simulator.estimate import SamplerName, codes_of, mean, pool
from simulator.estimate.verdicts import MODEL, by_entity, full_name
from simulator.progress import Step
from simulator.report.page.fans import Fans, fans
from simulator.report.page.shapes import Exceedance, Histogram, curve, histogram
from simulator.report.page.shown import Shown, shown_metrics

#: The metrics that together say how often capital is paid back at a loss.
_PAID = {"payback_years", "value_created"}
#: The most paths of a run that is told of: a metric in order, and the verdicts, take some 60 bytes a path.
MOST_PATHS = 2**25


@dataclass(frozen=True)
class Findings:
    """What a report tells of one run.

    Attributes
    ----------
    run
        The run.
    summary
        What `Run.summary` returns.
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
        The study's predictive checks; None where it has none.
    risks
        What the cases of the study's risks do; None where it names none, or for the reason in `unassessed`.
    manifest
        Of a run with a directory.
    not_finite
        Metrics whose paths are not all numbers, and should be.
    paid_at_a_loss
        By entity, the share of paths that pay back while value created is below zero.
    thresholds
        The verdicts on the leading entity where one threshold of the scorecard is moved.
    """

    run: Run
    summary: Mapping[str, Any]
    entities: Mapping[str, str]
    charted: tuple[Shown, ...]
    tabled: tuple[Shown, ...]
    histograms: Mapping[str, Mapping[str, Histogram]] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, Exceedance]] = field(default_factory=dict)
    fans: Fans | None = None
    drivers: Mapping[str, Any] | None = None
    unexplained: str = ""
    checks: Evaluation | None = None
    risks: Assessment | None = None
    unassessed: str = ""
    manifest: Manifest | None = None
    not_finite: tuple[str, ...] = ()
    paid_at_a_loss: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    thresholds: tuple[MovedThreshold, ...] = ()

    @property
    def heavy(self) -> tuple[str, ...]:
        """Metrics whose mean is carried by a handful of paths, of those that the report shows."""
        return tuple(name for name, estimate in self.summary["estimates"].items() if estimate["heavy_tail"])

    def name(self, metric: str, entity: str) -> str:
        """Return a metric's full name."""
        return full_name(metric, entity)


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
        The run has more paths than `MOST_PATHS`.
    """
    _refuse_large(run)
    step("statistics of the outcomes")
    summary = run.summary()
    table = by_entity(run.units)
    titles = dict(run.study.settings.entities)
    charted, tabled = shown_metrics(run.units)
    histograms: dict[str, dict[str, Histogram]] = {one.metric: {} for one in charted}
    curves: dict[str, dict[str, Exceedance]] = {one.metric: {} for one in charted}
    sampler, code_of = cast(SamplerName, run.plan.sampler), codes_of(run.study.settings.verdicts)
    for one in charted:
        for entity in (entity for entity, own in table.items() if one.metric in own):
            sample = run.metric(table[entity][one.metric])
            codes = run.verdicts.get(full_name("verdict", entity))
            if (shape := histogram(sample, codes, code_of)) is not None:
                histograms[one.metric][entity] = shape
            if (line := curve(pool(sample, sampler))) is not None:
                curves[one.metric][entity] = line
    step("what drives them")
    drivers, unexplained = _tried(_explain, run)
    step("checks against the evidence")
    checks, _ = _tried(_evaluate, run)
    step("what each risk changes")

    def count(done: int, total: int) -> None:
        step(f"what each risk changes: {done:,} of {total:,} paths")

    risks, unassessed = _tried(lambda run: _assess(run, count), run)
    step("quantities over time")
    return Findings(
        run=run,
        summary=summary,
        entities={entity: titles.get(entity, "" if entity == MODEL else entity) for entity in table},
        charted=charted,
        tabled=tabled,
        histograms=histograms,
        curves=curves,
        fans=fans(run),
        drivers=drivers,
        unexplained=unexplained,
        checks=checks,
        risks=risks,
        unassessed=unassessed,
        manifest=_manifest(run),
        paid_at_a_loss={
            entity: _paid_at_a_loss(run, own, sampler) for entity, own in table.items() if own.keys() >= _PAID
        },
        thresholds=moved_thresholds(run, next(iter(table))),
        not_finite=not_numbers(run),
    )


def _manifest(run: Run) -> Manifest | None:
    return None if run.directory is None else Manifest.read(run.directory / "manifest.json")


def not_numbers(run: Run) -> tuple[str, ...]:
    """Return a line for each metric of a run that on some paths is no number that it may be."""
    return tuple(non_finite_faults(run.not_finite, run.model, run.plan.paths))


def _refuse_large(run: Run) -> None:
    if run.plan.paths > MOST_PATHS:
        message = (
            f"report of {run.directory or 'this run'}: found {run.plan.paths:,} paths; allowed: at most "
            f"{MOST_PATHS:,}, whose metrics are held in memory. Report a run of fewer paths"
        )
        raise UsageError(message)


def _paid_at_a_loss(run: Run, own: Mapping[str, str], sampler: SamplerName) -> Mapping[str, float]:
    both = np.isfinite(run.metric(own["payback_years"])) & (run.metric(own["value_created"]) < 0)
    share = mean(pool(both.astype(np.float32), sampler))
    return {"value": share.value, "mcse": share.error}


def _explain(run: Run) -> Mapping[str, Any]:
    from simulator.analysis.explanation import explain

    return explain(run)


def _assess(run: Run, progress: Progress) -> Assessment | None:
    from simulator.analysis.risks import assess

    return assess(run, progress=progress)


def _evaluate(run: Run) -> Evaluation | None:
    if not run.study.checks:
        return None
    # Without its risks: a case that cannot be computed takes no check with it.
    alone, sampler = replace(run.study, risks=()), cast(SamplerName, run.plan.sampler)
    return evaluate_checks(alone, seed=run.plan.seed, sampler=sampler)


def _tried[T](compute: Callable[[Run], T], run: Run) -> tuple[T | None, str]:
    """Return what is computed, or why it cannot be: a run whose model is not at hand has metrics alone."""
    try:
        return compute(run), ""
    except StrandlineError as error:
        return None, str(error)
