"""strandline run and verify: simulate a study, and compute a run again."""

from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

from simulator.cli.last import last
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
from simulator.errors import RunError, StrandlineError, UsageError
from simulator.report.console import errors, print_note, write_line, write_text
from simulator.whole_numbers import FIRST_PATHS, PATHS


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
    executor: str | None = None,
    out: Path | None = None,
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
        until all are. Statistics: mean, sd, p05 or any other quantile, cvar05, prob_below_zero of a metric;
        p_bull, p_base, p_bear of the group or a company. mcse is the standard error, rel the same over the
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
    executor
        dask://HOST:PORT computes on the workers of the Dask cluster whose scheduler is there, and keeps the
        run here; needs the extra strandline[dask]. No number depends on it on one kind of processor.
    out
        Folder of this run, by default a new one under runs/. The same command goes on with an unfinished run.
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

    from simulator.progress import bar

    # The bar stands before anything heavy is imported: there is a sign of life at once.
    paths = paths if paths is not None else PATHS if until is None else FIRST_PATHS
    with ExitStack() as stack, bar(paths, errors(), quiet=quiet) as progress:
        from simulator.analysis import structures
        from simulator.analysis.risks import case_values
        from simulator.analysis.run import (
            AccuracyError,
            Interrupted,
            NotFiniteError,
            read_study,
            run_folder,
            simulate,
        )
        from simulator.engine import connected, removed_if_empty

        asked = read_study(study, overrides, named_model(model))
        if case is not None:
            asked = asked.override(case_values(asked, case, overrides))
        numbers: dict[str, Any] = {
            "paths": paths,
            "until": until,
            "max_paths": max_paths,
            "seed": seed,
            "sampler": sampler,
            "keep": keep,
        }
        folder = out or run_folder(RUNS, asked, **numbers)
        if out is None:
            stack.enter_context(removed_if_empty(folder))
        workers = stack.enter_context(connected(executor)) if executor else None
        gate = None
        try:
            finished = simulate(
                asked, **numbers, threads=threads, executor=workers, out=folder, progress=progress
            )
        except (AccuracyError, NotFiniteError) as error:
            gate, finished = error, error.run
        except Interrupted as error:
            stored = error.run.plan.paths if error.run else 0
            message = (
                f"interrupted: {stored:,} paths stored in {folder}. The same command goes on from there."
            )
            raise KeyboardInterrupt(message) from error
        summary, alternatives, simulated = finished.summarise(), None, perf_counter()
        try:
            if not isinstance(gate, NotFiniteError):
                alternatives = structures.structures(finished, threads=threads, progress=progress)
        except StrandlineError as error:
            gate = gate or error
        except KeyboardInterrupt as error:
            message = f"interrupted: the run is stored in {folder}, without its structures"
            raise KeyboardInterrupt(message) from error
        beside = None if alternatives is None else perf_counter() - simulated

    if json:
        from simulator.estimate import to_json

        if not quiet:
            print_note(f"stored in {folder}")  # first, for the next line may fail
        own = {} if alternatives is None else {"structures": alternatives.to_json()}
        write_text(to_json(summary.to_json() | own) + "\n")
    else:
        from simulator.report import console, facts, terminal

        known = facts.facts(finished, study, threads, beside)
        if full:
            from simulator.analysis.explanation.thresholds import other_rules
            from simulator.report.rules import by_rules

            judged = summary.verdicts if keep == "all" else {}  # other rules judge every path anew
            found = other_rules(finished, next(iter(judged))) if judged else ()
            rules = by_rules(summary, finished.study, found)
            terminal.print_all(console.output(), summary, finished.study, known, [rules], alternatives)
        else:
            terminal.print_run(console.output(), summary, finished.study, known, alternatives)
    if report:
        from simulator.cli.report import write_report

        write_report(finished, folder, quiet=quiet)
    if gate is not None:
        raise gate


def verify(
    directory: Annotated[Path | None, ARun] = None,
    /,
    *,
    batches: Annotated[int | None, AtLeastOne] = None,
    model: Annotated[str | None, Model] = None,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Compute a stored run again and compare it bit for bit: identical, or where it is not.

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
    from simulator.report.facts import differences

    found = open_run(directory, named_model(model))
    if not quiet:
        whole = found.plan.batches
        print_note(f"computing {min(batches or whole, whole)} of {whole} batches again")
    if wrong := found.verify(batches):
        message = f"{directory} is not what is computed now:\n" + "\n".join(differences(wrong))
        raise RunError(message)
    if batches is None and (other := structures.verify(found)):
        message = f"{directory} has structures that are not what is computed now: {', '.join(other)}"
        raise RunError(message)
    write_line(f"identical: {directory}")
