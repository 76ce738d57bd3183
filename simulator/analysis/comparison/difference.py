"""The difference of two studies or runs: what changed, and what each part of it does to the verdict."""

from itertools import count
from os import PathLike
from pathlib import Path
from typing import Any

from simulator.analysis.comparison.attribution import effects
from simulator.analysis.comparison.between import Between, jobs
from simulator.analysis.comparison.replay import Counted
from simulator.analysis.comparison.stored import divided, kept
from simulator.analysis.comparison.swap import Swap
from simulator.analysis.comparison.told import Difference, to_plain
from simulator.analysis.run import Progress, Run, open_run, progress_of, read_study
from simulator.analysis.run.program import with_model
from simulator.arguments import checked
from simulator.engine import Model, Plan, runtime
from simulator.engine.directory import MANIFEST
from simulator.errors import StrandlineError
from simulator.sampling import BATCH
from simulator.study import Study, shipped_sets
from simulator.whole_numbers import whole

#: Paths on which studies are compared unless others are asked for.
PATHS = 2**16


def diff(
    first: Study | Run | str | PathLike[str],
    second: Study | Run | str | PathLike[str],
    *,
    paths: int = PATHS,
    seed: int | None = None,
    model: Model | None = None,
    threads: int | None = None,
    progress: Progress | bool | None = None,
) -> dict[str, Any]:
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
        Function of named draws that runs what is given by name, where that is not the build-out.
    threads
        Cores to use; all by default. Changes no bit of a result.
    progress
        Called with the paths finished and the paths to be computed in all. By default a bar where standard
        error is a terminal, and a line in a notebook; False shows nothing.

    Returns
    -------
    dict
        In which EST is ``{"value", "mcse"}``, in the unit of its statistic, None where there is no number;
        and EFFECTS is by the name of a statistic ``{"into_first", "out_of_second", "share"}``, each an EST,
        as `simulator.analysis.comparison.attribution` defines them::

            schema, seed, sampler, replicates
            paths, paths_of_priors     of every study with parts swapped, and with single priors swapped
            first, second              study, title, as_of, study_hash; entities: titles of those on which it
                                       has a verdict, by name; run: its folder, or None
            verdicts                   of the first study, codes by name in the order they are told
            statistics                 by name, as p_bear(group), mean(value_created.meta), p50(...):
                                       function, of, entity, unit; first, second, change: EST, on common draws
            parts                      [{name, changes, effects: EFFECTS}]: mechanisms of priors, dependence,
                                       settings, rules; changes counts what can move a number
            together                   by name of a statistic: beyond_alone, the change less the sum of
                                       into_first; beyond_pairs, what three or more parts do together: EST
            priors                     [{name, part, effects: EFFECTS}], those that both studies have, in
                                       which share is the mean of the other two; the largest first,
                                       on the chance of the verdict told last, or on the first statistic
            not_attributed             None, or why there are no effects
            changes                    [{part, name, kind, first, second}]: kind is added, removed, changed,
                                       or reworded (the same numbers for other reasons); of priors before and
                                       after: family, unit, quantiles (of each component p05, p50, p95),
                                       basis, sources, as_of, note, or None
            stored                     None, or of two runs: now, the present versions; first, second: paths,
                                       seed, sampler, versions, paths_again (computed again), identical;
                                       statistics: by name first, second, change, and what it consists of:
                                       beliefs, model, noise: EST

    Raises
    ------
    UsageError
        The two have no verdict and no metric in common; or the model of a run has to be passed to `open_run`.
    GateError
        Some metric of either is not a number on some path.
    """
    threads = runtime.cores() if threads is None else whole("threads", threads, 1)
    first, second = _side("first", first, model), _side("second", second, model)
    runs = tuple(one if isinstance(one, Run) else None for one in (first, second))
    swap = Swap(_study(first), _study(second))
    plan = _plan(runs[0] or runs[1], paths, seed)
    with progress_of(progress, plan.paths) as report:
        return to_plain(_found(swap, (runs[0], runs[1]), plan, threads, report))


def _side(name: str, given: Study | Run | str | PathLike[str], model: Model | None) -> Study | Run:
    """Return a study or a run, read where it is given by a name or a path."""
    if isinstance(given, Study | Run):
        return given
    checked(name, given, str | PathLike, "a study, a run, a prior set's name, or a path")
    if given not in shipped_sets() and (Path(given) / MANIFEST).is_file():
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


def _found(
    swap: Swap, runs: tuple[Run | None, Run | None], plan: Plan, threads: int, report: Progress
) -> Difference:
    parts = () if swap.obstacle else swap.parts
    priors = [change.name for change in swap.single()] if parts else []
    batches = sum(job.batches for job in jobs(parts, frozenset(swap.parts), priors, plan.batches))
    both = (runs[0], runs[1]) if runs[0] and runs[1] else ()
    counted = _counter(batches + sum(min(plan.batches, run.plan.batches) for run in both), report)
    between = Between(swap, plan, threads, counted)
    by_part, by_prior, obstacle = {}, {}, swap.obstacle
    try:
        by_part = effects(parts, between)
        by_prior = {name: between.single(name) for name in priors}
    except StrandlineError as error:
        by_part, by_prior, obstacle = {}, {}, f"a study with parts of both cannot be computed: {error}"
    stored = None
    if both:
        first, second = (kept(run, between.wanted, plan.batches, threads, counted) for run in both)
        stored = divided(first, second, between.ends[1] - between.ends[0])
    return Difference(swap, runs, plan, between, by_part, by_prior, obstacle, stored)


def _counter(whole: int, report: Progress) -> Counted:
    """Return what tells the progress of so many batches."""
    done = count(1)

    def counted() -> None:
        report(next(done) * BATCH, whole * BATCH)

    return counted
