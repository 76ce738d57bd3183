"""A study against the evidence before anyone believes its verdict: its predictive checks, evaluated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any, cast

from simulator.analysis.run import Progress, Run, silent, simulate
from simulator.analysis.run.program import of_domain
from simulator.engine import Model
from simulator.errors import Fault, StudyError, did_you_mean
from simulator.estimate import Number, SamplerName, is_clear_of, mean, pool, quantile
from simulator.sampling import BATCH
from simulator.study import Check, Study
from simulator.study.units import UnitError, convert_factor

#: Version of what `Evaluation.summary` returns.
SCHEMA = 1

#: The 80% interval and the median, which checks are about.
QUANTILES: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check and what the study says about it, in the unit of the check.

    Attributes
    ----------
    check
        The range of the evidence, and which statistic has to lie in it.
    quantiles
        Over paths, by the keys of `QUANTILES`.
    mean
        Over paths; of a quantity that is 0 or 1 the probability.
    inside
        Share of paths that lie in the range of the evidence themselves, whatever the check asks.
    """

    check: Check
    quantiles: Mapping[str, Number]
    mean: Number
    inside: Number

    @property
    def compared(self) -> tuple[tuple[Number, float, float], ...]:
        """Each statistic that the check is about, with the least and greatest value that agree with it."""
        low, high = self.check.low, self.check.high
        match self.check.statistic:
            case "median_within":
                return ((self.quantiles["p50"], low, high),)
            case "value_within":
                return ((self.mean, low, high),)
            case "interval_overlaps":
                return ((self.quantiles["p10"], -inf, high), (self.quantiles["p90"], low, inf))

    @property
    def passed(self) -> bool:
        """Whether the study agrees with the evidence. What is not a number agrees with nothing."""
        return all(low <= found.value <= high for found, low, high in self.compared)

    @property
    def clear(self) -> bool:
        """Whether other draws would agree: every bound is clear of what is compared with it."""
        return all(is_clear_of(found, bound) for found, low, high in self.compared for bound in (low, high))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All checks of a study, and the run that they were evaluated on."""

    run: Run
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that the study does not pass."""
        return tuple(outcome.check.name for outcome in self.outcomes if not outcome.passed)

    def summary(self) -> dict[str, Any]:
        """Return the evaluation as plain values: what ``--json`` prints."""
        study, plan = self.run.study, self.run.plan
        return {
            "schema": SCHEMA,
            "study": study.name,
            "study_hash": study.hash,
            "seed": plan.seed,
            "paths": plan.paths,
            "sampler": plan.sampler,
            "passed": not self.failed,
            "checks": {outcome.check.name: _plain(outcome) for outcome in self.outcomes},
        }


def evaluate_checks(
    study: Study,
    *,
    paths: int = BATCH,
    seed: int = 0,
    sampler: SamplerName = "rqmc",
    threads: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Run a study once, and evaluate each of its checks.

    The checks of a study that its domain runs are about the domain's quantities, those of one with a model of
    its own about that model's metrics.

    Parameters
    ----------
    study
        With its checks.
    paths, seed, sampler, threads, progress
        As for `simulate`.

    Raises
    ------
    StudyError
        There is no check, or one is about a quantity that is not there or in a unit of something else.
    """
    if not study.checks:
        advice = "a check names a quantity and the range of the evidence for it"
        raise StudyError([Fault("", "check", "nothing", "predictive checks, [[check]]", advice)])
    model = _model(study)
    factors = _factors(study.checks, getattr(model, "metric_units", None))
    # The rules of the verdict are about other metrics.
    unjudged = replace(study, settings=replace(study.settings, scorecard=(), verdicts=()))
    run = simulate(
        unjudged,
        model=model,
        paths=paths,
        seed=seed,
        sampler=sampler,
        threads=threads,
        progress=progress or silent,
    )
    factors = factors or _factors(study.checks, run.units)
    outcomes = (_outcome(check, run, factor) for check, factor in zip(study.checks, factors, strict=True))
    return Evaluation(replace(run, study=study), tuple(outcomes))


def _model(study: Study) -> Model | None:
    """Return the model whose outputs the checks are about; None where the study has none."""
    if study.domain is None or not of_domain(study):
        return study.model
    return study.domain.predictive(study.settings, study.priors)


def _factors(checks: Iterable[Check], units: Mapping[str, str] | None) -> tuple[float, ...]:
    """Return what turns each check's quantity into its unit; nothing where the units are not known yet."""
    if units is None:
        return ()
    factors, faults = [], []
    for check in checks:
        key, unit = f"check.{check.name}", units.get(check.name)
        if unit is None:
            allowed = f"one of {', '.join(units)}"
            faults.append(Fault("", key, "no quantity", allowed, did_you_mean(check.name, units)))
            continue
        try:
            factors.append(convert_factor(unit, check.unit) if unit else 1.0)
        except UnitError as error:
            faults.append(Fault("", f"{key}.unit", f'"{check.unit}"', f'"{unit}"', str(error)))
    if faults:
        raise StudyError(faults)
    return tuple(factors)


def _outcome(check: Check, run: Run, factor: float) -> Outcome:
    sampler, paths = cast(SamplerName, run.plan.sampler), run.metric(check.name)
    values = pool(paths, sampler)
    quantiles = {name: quantile(values, p) * factor for name, p in QUANTILES.items()}
    within = (check.low <= factor * paths) & (factor * paths <= check.high)
    inside = mean(pool(within.astype(paths.dtype), sampler))
    return Outcome(check, quantiles, mean(values) * factor, inside)


def _plain(outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    return {
        "title": check.title,
        "unit": check.unit,
        "low": check.low,
        "high": check.high,
        "statistic": check.statistic,
        **{
            name: estimate.to_json()
            for name, estimate in (
                *outcome.quantiles.items(),
                ("mean", outcome.mean),
                ("inside", outcome.inside),
            )
        },
        "passed": outcome.passed,
        "clear": outcome.clear,
        "sources": list(check.sources),
    }
