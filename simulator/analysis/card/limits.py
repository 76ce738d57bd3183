"""Limits: what went wrong with this run, and what no run of its model can say."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.analysis.findings import Findings
from simulator.estimate import Achieved, Number


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run does not say.

    Attributes
    ----------
    status
        ``complete``, or how far it came.
    not_finite
        A line for each metric that on some paths is no number that it may be.
    heavy
        Metrics whose mean a handful of paths carries.
    failed_checks
        Titles of the predictive checks that the study does not pass.
    missed
        The accuracy that was asked for and not reached.
    unjudged
        By entity, the share of paths without a verdict.
    fixed
        How many priors are one number: what is uncertain about them is in no number of the run.
    of_domain
        Whether the model of a domain ran it, whose own limits are documented.
    """

    status: str
    not_finite: tuple[str, ...]
    heavy: tuple[str, ...]
    failed_checks: tuple[str, ...]
    missed: tuple[Achieved, ...]
    unjudged: Mapping[str, Number]
    fixed: int
    of_domain: bool


def limits(found: Findings) -> Limits:
    """Return what a run does not say."""
    assert found.summary is not None
    run, checks = found.run, found.checks
    titles = {one.check.name: one.check.title for one in checks.outcomes} if checks else {}
    return Limits(
        status=run.status,
        not_finite=found.not_finite,
        heavy=found.heavy,
        failed_checks=tuple(titles[name] for name in checks.failed) if checks else (),
        missed=tuple(one for one in run.accuracy if not one.met),
        unjudged=found.summary.no_verdict,
        fixed=sum(prior.family == "fixed" for prior in run.study.priors.values()),
        of_domain=run.study.domain is not None and run.study.domain.made(run.model),
    )
