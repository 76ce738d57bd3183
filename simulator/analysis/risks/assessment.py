"""Every case of every risk on the draws of a run: its verdicts and value, and the paired change of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

import numpy as np

from simulator.analysis.comparison.common_draws import CommonDraws
from simulator.analysis.comparison.statistics import BELOW_ZERO, MEAN, Statistic, entities, measure
from simulator.analysis.risks.cases import Resolved, resolve
from simulator.analysis.risks.result import (
    Assessment,
    CaseEffect,
    CaseResult,
    LostCase,
    Outlook,
    RiskResult,
)
from simulator.analysis.risks.surprise import surprise_at, surprise_of
from simulator.analysis.run import Progress, Run
from simulator.analysis.run.program import with_model
from simulator.engine import runtime
from simulator.errors import GateError, StudyError, UsageError
from simulator.estimate import Number, codes_of, distinguishable, feared, parts_of
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.replicated import Replicated
from simulator.estimate.verdicts import full_name, sign_metric
from simulator.sampling import BATCH
from simulator.study import Risk, RiskCase, Study, Surprise
from simulator.study.domain import lead_metric
from simulator.study.risks import case_name

#: Most paths on which a case is computed: an effect paired path by path needs few.
PATHS = 2**15


def assess(
    run: Run, *, paths: int = PATHS, threads: int | None = None, progress: Progress | None = None
) -> Assessment | None:
    """Return what each case of each risk of a run's study does to verdicts and value.

    A case is the study with some beliefs at other numbers, computed on the first paths of the run: each path
    is the same world but for what the case changes, so a change has the error of pairs. Other beliefs stay
    as they are, correlated ones too. Without other settings no kernel is compiled for a case.

    Parameters
    ----------
    run
        Whose study names risks; of any other, None is returned.
    paths
        On which each case is computed at most, in whole batches of 8192.
    threads
        Cores to use; all by default. Changes no bit of a result.
    progress
        Called with the paths finished and the paths to be computed in all.

    Raises
    ------
    UsageError
        The study names risks, and the model has no metric of a domain by which they are told.
    GateError
        Some metric is not a number on some path of the study itself; a case of which this is so is among the
        lost ones of its risk, with the reason, and all others stand.
    """
    study = with_model(run.study, run.model)
    lead = lead_metric(run.units)
    judged = [name for name in entities(run.units, study.settings) if full_name(lead, name) in run.units]
    if not study.risks:
        return None
    if not judged:
        message = "cases of risks are told by the metric that verdicts are about, and this model has none"
        raise UsageError(message)
    batches = min(max(1, paths // BATCH), run.plan.batches)
    jobs = 1 + sum(len(risk.cases) for risk in study.risks)
    measured = _Measured(run, study, judged, batches, threads or runtime.cores(), jobs, progress)
    believed = measured(Resolved(study, ()))
    risks = tuple(_result(risk, study, believed, measured) for risk in study.risks)
    codes = codes_of(study.settings.verdicts)
    return Assessment(batches * BATCH, run.plan.paths, measured.outlooks(believed), risks, codes)


class _Measured:
    """Statistics of cases on common draws, and what they are of each entity."""

    def __init__(
        self,
        run: Run,
        study: Study,
        judged: Sequence[str],
        batches: int,
        threads: int,
        jobs: int,
        progress: Progress | None,
    ) -> None:
        done = count(1)

        def counted() -> None:
            finished = next(done)
            if progress is not None:
                progress(finished * BATCH, jobs * batches * BATCH)

        self.lead = lead_metric(run.units)
        self._judged, self._batches = judged, batches
        codes = codes_of(study.settings.verdicts)
        self._verdicts, self._parts = tuple(codes), tuple(parts_of(codes) if sign_metric(run.units) else ())
        self._read = {entity: _read(entity, run, study) for entity in judged}
        prospects = [one for entity in judged for one in _prospects(entity, run, self._verdicts, self._parts)]
        self._wanted = prospects + [one for own in self._read.values() for one in own.values()]
        # The run's own plan: its program is in the cache of what was compiled before.
        self._draws = CommonDraws(run.plan, study, threads, counted)

    def __call__(self, case: Resolved) -> Replicated:
        sample = self._draws.sample(case.study, self._wanted, self._batches)
        return measure(self._wanted, sample, case.study.settings)

    def outlooks(self, found: Replicated) -> dict[str, Outlook]:
        """Return the prospects of every entity."""
        outlooks = {}
        for entity, place in self._places():
            chances = {name: found[place + i] for i, name in enumerate(self._verdicts)}
            first, second, *_ = sorted(chances, key=lambda name: -float(chances[name].value))
            clear = distinguishable((chances[first] - chances[second]).number())
            outlooks[entity] = Outlook(*self._numbers(found, place), first, clear, self._split(found, place))
        return outlooks

    def _split(self, found: Replicated, place: int) -> dict[str, Number]:
        """Return the chances of the two parts of all else: those after the entity's other numbers."""
        first = place + self._each - len(self._parts)
        return {name: found.number(first + i).at_least(self._least) for i, name in enumerate(self._parts)}

    def effects(self, change: Replicated) -> dict[str, CaseEffect]:
        """Return the change of every entity's prospects."""
        return {entity: CaseEffect(*self._numbers(change, place)) for entity, place in self._places()}

    def means(self, change: Replicated) -> dict[str, dict[str, Number]]:
        """Return by entity and metric the change of the mean of what the rules read."""
        places = count(self._each * len(self._judged))
        return {
            entity: {metric: change.number(place) for metric, place in zip(own, places, strict=False)}
            for entity, own in self._read.items()
        }

    def _places(self) -> Iterator[tuple[str, int]]:
        return ((entity, self._each * i) for i, entity in enumerate(self._judged))

    @property
    def _each(self) -> int:
        """How many numbers an entity has: those of its prospects."""
        return len(self._verdicts) + 2 + len(self._parts)

    @property
    def _least(self) -> float:
        """The least error of a chance."""
        return RESOLUTION / (self._batches * BATCH)

    def _numbers(self, found: Replicated, place: int) -> tuple[dict[str, Number], Number, Number]:
        last = place + len(self._verdicts) + 1
        *chances, below = (found.number(at).at_least(self._least) for at in range(place, last))
        named = dict(zip(self._verdicts, chances, strict=True))
        return named, below, found.number(last)


def _prospects(entity: str, run: Run, verdicts: Iterable[str], parts: Iterable[str]) -> Iterator[Statistic]:
    """Give the chances of verdicts and of a value below 0, the value, and the two parts of all else."""
    metric = full_name(lead_metric(run.units), entity)
    yield from (Statistic(f"p_{name}", entity, "1") for name in verdicts)
    yield Statistic(BELOW_ZERO, metric, "1")
    yield Statistic(MEAN, metric, run.units[metric])
    yield from (Statistic(f"p_{name}", entity, "1") for name in parts)


def _read(entity: str, run: Run, study: Study) -> dict[str, Statistic]:
    """Return the means of what the rules of the verdict on an entity read, beside its value."""
    rules = [metric for rule in study.settings.verdicts for metric in rule.conditions]
    rules += [item.metric for item in study.settings.scorecard]
    endless = getattr(run.model, "may_be_infinite", ())
    apart = (lead_metric(run.units), *endless)
    names = {metric: full_name(metric, entity) for metric in rules if metric not in apart}
    return {
        metric: Statistic(MEAN, name, run.units[name])
        for metric, name in names.items()
        if name in run.units and name not in endless
    }


def _result(risk: Risk, study: Study, believed: Replicated, measured: _Measured) -> RiskResult:
    cases: list[CaseResult] = []
    lost: list[LostCase] = []
    for number, case in enumerate(risk.cases, 1):
        try:
            cases.append(_case(case, case_name(risk.name, number), study, believed, measured))
        except StudyError as error:
            lost.append(LostCase(case, "; ".join(map(str, error.faults))))
        except GateError as error:
            lost.append(LostCase(case, str(error)))
    worst = feared(codes_of(study.settings.verdicts))
    return RiskResult(risk, tuple(cases), tuple(lost), worst)


def _case(case: RiskCase, name: str, study: Study, believed: Replicated, measured: _Measured) -> CaseResult:
    resolved = resolve(study, case)
    found = measured(resolved)
    change = found - believed
    effects = measured.effects(change)
    explained = {
        entity: tuple(
            _explained(study.surprises, name, resolved, {measured.lead: effect.value, **effect.chances})
        )
        for entity, effect in effects.items()
    }
    return CaseResult(
        case, resolved.moved, measured.outlooks(found), effects, explained, measured.means(change)
    )


def _explained(
    surprises: Sequence[Surprise], name: str, case: Resolved, changes: Mapping[str, Number]
) -> Iterator[Surprise]:
    """Give why what a case does to an entity surprises, where it does and the study has a reason.

    A reason for the case itself comes first, then one for all that the case moves.
    """
    direction = _direction(case)
    for metric, change in changes.items():
        seen = int(np.sign(change.value)) if distinguishable(change) else 0
        own = surprise_of(surprises, name, metric, seen)
        reasons = {surprise_at(surprises, one.name, metric, direction * seen) for one in case.moved}
        if own is not None:
            yield own
        elif len(reasons) == 1:
            yield from (reason for reason in reasons if reason is not None)


def _direction(case: Resolved) -> int:
    """Return 1 where a case moves beliefs up alone, -1 where down alone, 0 for all else.

    Where it moves both ways, or a setting too, no one sign belongs to its beliefs.
    """
    if not all(one.quantiles for one in case.moved):
        return 0
    directions = {int(np.sign(float(one.value) - one.quantiles[1])) for one in case.moved}
    return directions.pop() if len(directions) == 1 else 0
