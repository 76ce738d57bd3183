"""strandline run and verify: simulate a study, and compute a run again."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from simulator.cli.last import last
from simulator.cli.outcome import outcome, show
from simulator.cli.parameters import (
    DEFAULT_STUDY,
    RUNS,
    ARun,
    AStudy,
    AtLeastOne,
    AtLeastZero,
    Flag,
    Many,
    Model,
    Quiet,
    Settings,
    assignments,
    named_model,
)
from simulator.cli.parts import compute_part, refuse_beside_part
from simulator.errors import RunError, UsageError
from simulator.report.console import errors, print_note, write_line
from simulator.whole_numbers import FIRST_PATHS, PATHS

if TYPE_CHECKING:
    from simulator.analysis.run import Run


def run(
    study: Annotated[str, AStudy] = DEFAULT_STUDY,
    /,
    *,
    paths: Annotated[int | None, Many] = None,
    until: str | None = None,
    max_paths: Annotated[int | None, Many] = None,
    seed: Annotated[int, AtLeastZero] = 0,
    sampler: Literal["rqmc", "mc"] = "rqmc",
    settings: Annotated[tuple[str, ...], Settings] = (),
    case: str | None = None,
    model: Annotated[str | None, Model] = None,
    threads: Annotated[int | None, AtLeastOne] = None,
    device: Literal["auto", "cpu", "gpu"] = "auto",
    executor: str | None = None,
    out: Path | None = None,
    part: str | None = None,
    report: Annotated[bool, Flag] = False,
    full: Annotated[bool, Flag] = False,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
    keep: Literal["all", "summary"] = "all",
) -> None:
    """Run a study: draw its priors, simulate, and print the verdict with its errors.

    Parameters
    ----------
    study
        A prior set's name (see strandline priors list), latest for the newest, a TOML file, or a folder of
        TOML files.
    paths
        Number of simulated paths, made up to a multiple of 8,192; by default 262,144. With --until, how many
        to begin with; by default 32,768.
    until
        Errors to reach, as in 'p_bear(group) mcse < 0.001, p05(roic.meta) rel < 0.01': paths are doubled
        until all are. Statistics: mean, sd, p05 or any other quantile, cvar05, prob_below(METRIC,
        NUMBER), prob_above, between(METRIC, LOW, HIGH) of a metric; p_bull, p_base, p_bear of the group or a
        company. mcse is the standard error, rel the same over the
        value.
    max_paths
        With --until, the most paths to come to, by default 16,777,216; exit code 4 if an error is not
        reached with them.
    seed
        Which draws. Two studies with the same seed, order and directions draw the same numbers for each
        prior: a paired experiment.
    sampler
        rqmc: scrambled Sobol points, smaller errors. mc: plain Monte Carlo, the reference.
    settings
        NAME=VALUE: fixes a prior at a number, or sets a setting of the study. NAME.median=VALUE keeps family
        and spread of a prior and moves its median. May be repeated.
    case
        RISK.NUMBER: sets the beliefs of a case of one of the study's risks, as in
        headline.1, the first case of the risk headline. A name that is none shows all there are.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: a model of your own, in place of the build-out. Its code is run.
    threads
        Threads to compute on, by default one for each core. No number depends on it.
    device
        cpu, gpu (every accelerator that JAX finds), or auto: what is faster for this many paths; a line says
        which where there is a choice. Numbers of the two differ by rounding.
    executor
        Computes elsewhere, and keeps the run here. processes:N: so many processes of this machine, by default
        one for each core. slurm:FILE.toml, or slurm: jobs of Slurm, with the options in the file; needs the
        extra strandline[slurm]. dask://HOST:PORT: the workers of the Dask cluster whose scheduler is there;
        needs the extra strandline[dask]. No number depends on it on one kind of processor.
    out
        Folder of this run, by default a new one under runs/. The same command goes on with an unfinished run.
    part
        K/N, with --out: computes the Kth of N parts only, for job arrays. Each part is a command of its own,
        on any machine that has the folder; strandline merge then makes the run of them.
    report
        Then write the probability report into the folder of the run, as strandline report does.
    full
        Print every table: each metric, medians by verdict, the scorecard.
    json
        Print one JSON object: the same bytes for the same study, paths, seed and sampler.
    quiet
        Print nothing on standard error unless something is wrong.
    keep
        all paths, or a summary of them, whose size does not grow with their number: what this command
        prints, and nothing path by path, as report, explain and a comparison of runs need it.
    """
    if report and keep == "summary":
        message = "--report: found --keep summary; allowed: --keep all, for a report needs every path"
        raise UsageError(message)
    overrides = assignments(settings)
    if part is not None:
        given = {"--until": until, "--max-paths": max_paths, "--executor": executor, "--report": report}
        given |= {"--device gpu": device == "gpu", "--full": full, "--json": json}
        refuse_beside_part(out, given)

    from simulator.progress import bar

    # The bar stands before anything heavy is imported: there is a sign of life at once.
    paths = paths if paths is not None else PATHS if until is None else FIRST_PATHS
    with ExitStack() as stack, bar(paths, errors(), quiet=quiet) as progress:
        from simulator.engine import load_ahead, removed_if_empty

        load_ahead()

        from simulator.analysis.run import Interrupted, choose_device, read_study, run_folder, simulate

        asked = read_study(study, overrides, named_model(model))
        if case is not None:
            from simulator.analysis.risks import case_values

            asked = asked.override(case_values(asked, case, overrides))
        numbers: dict[str, Any] = {"paths": paths, "seed": seed, "sampler": sampler}
        if part is not None and out is not None:
            numbers |= {"threads": threads, "keep": keep}
            compute_part(asked, part, out, progress, numbers, quiet=quiet)
            return
        numbers |= {"until": until, "max_paths": max_paths}
        if out is None and not Path(RUNS).exists():
            stack.enter_context(removed_if_empty(Path(RUNS)))
        folder = out or run_folder(RUNS, asked, **numbers, keep=keep)
        if out is None:
            stack.enter_context(removed_if_empty(folder))
        if executor is None:
            choice = choose_device(device, asked, **numbers)
            device = choice.name
            if choice.why and not quiet:
                print_note(choice.why)
        more: dict[str, Any] = {"threads": threads, "device": device, "executor": executor, "keep": keep}

        def finish() -> "Run":
            try:
                return simulate(asked, **numbers, **more, out=folder, progress=progress)
            except Interrupted as error:
                if error.run is None:
                    message = f"interrupted before any path was stored in {folder}"
                else:
                    stored = error.run.plan.paths
                    message = (
                        f"interrupted: {stored:,} paths stored in {folder}. The same command goes on from "
                        "there."
                    )
                raise KeyboardInterrupt(message) from error

        found = outcome(finish)

    def facts(seconds: float | None) -> dict[str, str]:
        from simulator.report.facts import facts

        return facts(found.run, study, threads, seconds)

    show(found, folder, facts, threads, full=full, json=json, report=report, quiet=quiet)


def verify(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    batches: Annotated[int | None, AtLeastOne] = None,
    model: Annotated[str | None, Model] = None,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Compute a stored run again and compare it: identical bit for bit, or where it is not.

    On another kind of processor or accelerator than the run's, numbers are compared within tolerances; the
    last line says which was done.

    Parameters
    ----------
    directory
        A run directory, as named at the end of strandline run; by default the last run.
    batches
        How many batches of 8,192 paths to compute again, spread over the run; by default all, and what the
        structures of the study make of them.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION of the model of your own that made the run.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    directory = directory or last("strandline verify")

    from simulator.analysis import structures
    from simulator.analysis.run import open_run
    from simulator.report.facts import compared, differences

    found = open_run(directory, named_model(model))
    if not quiet:
        whole = found.plan.batches
        print_note(f"computing {min(batches or whole, whole)} of {whole} batches again")
    again = found.verification(batches)
    if again.differences:
        lines = [f"{directory} is not what is computed now:", *differences(again.differences)]
        message = "\n".join(lines if again.exact else [*lines, compared(found, again)])
        raise RunError(message)
    if batches is None and (other := structures.verify(found)):
        message = f"{directory} has structures that are not what is computed now: {', '.join(other)}"
        raise RunError(message)
    write_line(f"identical: {directory}" if again.exact else f"equal: {directory}, {compared(found, again)}")
