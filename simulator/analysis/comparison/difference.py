"""The difference of two studies or runs: what changed, and what each part of it does to the verdict."""

from collections.abc import Sequence
from itertools import count
from os import PathLike
from pathlib import Path

from simulator.analysis.comparison.attribution import PartEffect, effects, together
from simulator.analysis.comparison.common_draws import Counted
from simulator.analysis.comparison.hybrid import Hybrids
from simulator.analysis.comparison.hybrid_statistics import HybridStatistics, jobs, quarter
from simulator.analysis.comparison.listing import with_beliefs
from simulator.analysis.comparison.record import (
    ComparedStatistic,
    Part,
    Side,
    SinglePrior,
    StoredDifference,
    StoredRun,
    StoredStatistic,
    StudyDifference,
    Together,
)
from simulator.analysis.comparison.statistics import feared_chance
from simulator.analysis.comparison.stored import Recomputed, decompose, recompute
from simulator.analysis.run import Progress, Run, open_run, progress_of, read_study
from simulator.analysis.run.program import with_model
from simulator.arguments import checked
from simulator.engine import Model, Plan, reopen, runtime
from simulator.engine.directory import MANIFEST
from simulator.errors import StrandlineError
from simulator.estimate import Number
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.replicated import Replicated
from simulator.sampling import BATCH, REPLICATES
from simulator.study import Study, is_shipped
from simulator.whole_numbers import whole

#: Paths on which studies are compared unless others are asked for.
PATHS = 2**16

type Given = Study | Run | str | PathLike[str]
type Runs = tuple[Run | None, Run | None]


def diff(
    first: Given,
    second: Given,
    *,
    paths: int = PATHS,
    seed: int | None = None,
    model: Model | tuple[Model | None, Model | None] | None = None,
    threads: int | None = None,
    progress: Progress | bool | None = None,
) -> StudyDifference:
    """Return what changed between two studies or runs, and what each part of it does to the verdict.

    Every number comes from studies computed on the same draws: path by path the same world, but for what was
    changed. So a difference has the error of pairs, which is far below the errors of two runs.

    Parameters
    ----------
    first, second
        Studies; or runs, whose studies are compared; or either by name: a prior set, a TOML file, a folder of
        them, a run directory. Of two runs, what is stored is compared too, and divided
        into beliefs, the model, and Monte Carlo noise.
    paths
        Paths of every study that is computed, made up to whole batches of 8192. Single priors get a quarter.
    seed
        Of the common draws. By default that of the first run where there is one, with its sampler and
        precision; of studies 0.
    model
        Function of named draws that runs what is given by name, where that is not the build-out; of a pair,
        the one runs the first and the other the second.
    threads
        Cores to use; all by default. Changes no bit of a result.
    progress
        Called with the paths finished and the paths to be computed in all. By default a bar where standard
        error is a terminal, and a line in a notebook; False shows nothing.

    Returns
    -------
    StudyDifference
        Its `to_json()` is what ``strandline diff --json`` prints.

    Raises
    ------
    UsageError
        The two have no verdict and no metric in common; or the model of a run has to be passed to `open_run`.
    GateError
        Some metric of either is not a number on some path.
    """
    threads = runtime.cores() if threads is None else whole("threads", threads, 1)
    models = model if isinstance(model, tuple) else (model, model)
    first, second = _side("first", first, models[0]), _side("second", second, models[1])
    runs = first if isinstance(first, Run) else None, second if isinstance(second, Run) else None
    for run in runs if all(runs) else ():
        if run is not None:
            run.need_paths("diff of two runs, which compares what they store, and not their studies alone")
    plan = _plan(runs[0] or runs[1], paths, seed)
    with progress_of(progress, plan.paths) as report:
        return _difference(Hybrids(_study(first), _study(second)), runs, plan, threads, report)


def _side(name: str, given: Given, model: Model | None) -> Study | Run:
    """Return a study or a run, read where it is given by a name or a path."""
    if isinstance(given, Study | Run):
        return given
    checked(name, given, str | PathLike, "a study, a run, a prior set's name, or a path")
    if not is_shipped(str(given)) and (Path(given) / MANIFEST).is_file():
        return open_run(given, model)
    return read_study(given, model=model)


def _study(of: Study | Run) -> Study:
    """Return a study with the model that is meant, or with none for the build-out."""
    if isinstance(of, Study):
        return of
    return with_model(of.study, of.model)


def _plan(lead: Run | None, paths: int, seed: int | None) -> Plan:
    if lead is None:
        return Plan(paths, seed=0 if seed is None else seed)
    return Plan(
        paths,
        lead.plan.seed if seed is None else seed,
        lead.plan.sampler,
        lead.plan.block_size,
        lead.plan.dtype,
    )


def _difference(hybrids: Hybrids, runs: Runs, plan: Plan, threads: int, report: Progress) -> StudyDifference:
    parts = () if hybrids.obstacle else hybrids.parts
    priors = hybrids.single() if parts else []
    batches = sum(job.batches for job in jobs(parts, frozenset(hybrids.parts), priors, plan.batches))
    if all(runs):
        batches += sum(min(plan.batches, run.plan.batches) for run in runs if run)
    counted = _counter(batches, report)
    statistics = HybridStatistics(hybrids, plan, threads, counted)
    by_part, by_prior, obstacle = {}, {}, hybrids.obstacle
    try:
        by_part = effects(parts, statistics)
        by_prior = {name: statistics.single(name) for name in priors}
    except StrandlineError as error:
        by_part, by_prior, obstacle = {}, {}, f"a study with parts of both cannot be computed: {error}"
    first, second = statistics.ends
    change, few = second - first, quarter(plan.batches) * BATCH
    ends = statistics.numbers(first, second, change)
    beyond = statistics.numbers(*together(by_part, change)) if by_part else {}
    changes = with_beliefs(hybrids.changes, hybrids.first, hybrids.second)
    return StudyDifference(
        seed=plan.seed,
        sampler=plan.sampler,
        replicates=REPLICATES,
        paths=plan.paths,
        paths_of_priors=few,
        first=_described(hybrids.first, runs[0], statistics.entities[0]),
        second=_described(hybrids.second, runs[1], statistics.entities[1]),
        verdicts=statistics.verdicts,
        statistics={one.name: ComparedStatistic(one, *numbers) for one, numbers in ends.items()},
        parts=tuple(
            Part(
                name,
                sum(one.moves for one in changes if one.part == name),
                _effects(statistics, effect, plan.paths),
            )
            for name, effect in by_part.items()
        ),
        together={one.name: Together(*numbers) for one, numbers in beyond.items()},
        priors=_ordered(
            [
                SinglePrior(name, hybrids.part(name), _effects(statistics, effect, few))
                for name, effect in by_prior.items()
            ],
            statistics,
        ),
        not_attributed=obstacle or None,
        changes=changes,
        stored=_stored(runs, statistics, plan.batches, threads, counted),
    )


def _counter(whole: int, report: Progress) -> Counted:
    """Return what reports the progress of so many batches."""
    done = count(1)
    return lambda: report(next(done) * BATCH, whole * BATCH)


def _effects(
    statistics: HybridStatistics, effect: PartEffect[Replicated], paths: int
) -> dict[str, PartEffect[Number]]:
    """Return the effects of a part; on a chance with no less error than so many paths resolve."""
    columns = effect.into_first, effect.out_of_second, effect.share
    rows = statistics.numbers(*columns, least=RESOLUTION / paths)
    return {one.name: PartEffect(*numbers) for one, numbers in rows.items()}


def _ordered(priors: Sequence[SinglePrior], statistics: HybridStatistics) -> tuple[SinglePrior, ...]:
    """Return single priors, those with the largest share in the leading statistic first."""
    function = feared_chance(statistics.verdicts)
    wanted = statistics.wanted
    leading = next((one for one in wanted if one.function == function), wanted[0])
    return tuple(sorted(priors, key=lambda one: -abs(one.effects[leading.name].share.value)))


def _described(study: Study, run: Run | None, entities: Sequence[str]) -> Side:
    titles = study.settings.entities
    return Side(
        study.name,
        study.title,
        study.as_of,
        study.hash,
        {name: titles.get(name, name) for name in entities},
        str(run.directory) if run and run.directory else None,
        study.changes,
    )


def _stored(
    runs: Runs, statistics: HybridStatistics, batches: int, threads: int, counted: Counted
) -> StoredDifference | None:
    if runs[0] is None or runs[1] is None:
        return None
    first, second = (recompute(run, statistics.wanted, batches, threads, counted) for run in runs if run)
    beliefs = statistics.ends[1] - statistics.ends[0]
    columns = statistics.numbers(first.stored, second.stored, *decompose(first, second, beliefs))
    return StoredDifference(
        runtime.versions(),
        _made(runs[0], first),
        _made(runs[1], second),
        {one.name: StoredStatistic(*numbers) for one, numbers in columns.items()},
    )


def _made(run: Run, again: Recomputed) -> StoredRun:
    versions = reopen(run.directory)[0].versions if run.directory else runtime.versions()
    plan = run.plan
    return StoredRun(plan.paths, plan.seed, plan.sampler, versions, again.paths, again.identical)
