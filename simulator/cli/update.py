"""strandline update: what a study believes after evidence."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from simulator.cli.parameters import (
    DEFAULT_STUDY,
    AtLeastZero,
    Flag,
    Many,
    Model,
    Quiet,
    Settings,
    assignments,
    day_of,
    named_model,
)
from simulator.errors import UsageError
from simulator.report.console import errors, print_note, write_text
from simulator.whole_numbers import PATHS

if TYPE_CHECKING:
    from simulator.analysis.run import Run
    from simulator.study import Study

RUNS = Path("runs")


def update(
    study: str = DEFAULT_STUDY,
    /,
    *,
    evidence: Annotated[tuple[Path, ...], Parameter(negative=(), show_default=False)] = (),
    as_of: str | None = None,
    paths: Annotated[int | None, Many] = None,
    seed: Annotated[int | None, AtLeastZero] = None,
    settings: Annotated[tuple[str, ...], Settings] = (),
    model: Annotated[str | None, Model] = None,
    method: Literal["auto", "reweighting", "tempering"] = "auto",
    out: Path | None = None,
    report: Annotated[bool, Flag] = False,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Condition a study on what was observed after its date: the verdict before and after, and what moved.

    Figures that the model has a quantity for and that became known after the study's own day enter, each with
    a stated error; all others are listed with the reason.

    Parameters
    ----------
    study
        A prior set's name, latest for the newest, a TOML file or folder of them, or the directory of a run.
    evidence
        Evidence files, or folders of them, in place of what comes with the program. May be repeated.
    as_of
        Day whose knowledge counts, as 2026-05-31: nothing that became known later is used.
    paths
        Paths of the prior, at most 262,144, which is the default; of a run, its own.
    seed
        Which draws; by default 0, or the run's.
    settings
        NAME=VALUE: holds a prior at a number, or sets a setting of the study. NAME.median=VALUE keeps family
        and spread of a prior and moves its median. May be repeated.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: a model of your own, in place of the build-out. Its code is run.
    method
        auto: reweighting, and tempered sequential Monte Carlo where its diagnostics fail. Or one of the two.
    out
        Folder to write the update into, new or empty; by default a new one under runs/.
    report
        Then write the page of prior and posterior into that folder, as strandline report does.
    json
        Print one JSON object: the same bytes for the same study, evidence, day, paths and seed.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    overrides = assignments(settings)
    day = day_of("--as-of", as_of)

    from simulator.progress import bar

    with ExitStack() as stack, bar(paths or PATHS, errors(), quiet=quiet) as progress:
        from simulator.analysis.learning import NotConvergedError, place, refuse_occupied
        from simulator.analysis.learning import update as updated
        from simulator.analysis.run import open_run, read_study
        from simulator.engine import removed_if_empty
        from simulator.study import is_shipped

        named = named_model(model)
        asked: Study | Run
        if not is_shipped(study) and (Path(study) / "manifest.json").is_file():
            if overrides:
                message = "--set: a run is what it is; give its study instead"
                raise UsageError(message)
            asked = open_run(study, named)
        else:
            asked = read_study(study, overrides, named)
        folder = out or place(RUNS, asked, *map(str, evidence), day, paths, seed, method)
        if out is None:
            stack.enter_context(removed_if_empty(folder))
        refuse_occupied(folder)
        failed = None
        try:
            posterior = updated(
                asked, evidence or None, as_of=day, paths=paths, seed=seed, method=method, progress=progress
            )
        except NotConvergedError as error:
            failed, posterior = error, error.posterior
        posterior.save(folder)

    if json:
        from simulator.estimate import to_json

        write_text(to_json(posterior.summary().to_json()) + "\n")
    else:
        from simulator.report import console
        from simulator.report.update import print_update

        print_update(console.output(), posterior.summary())
    if report:
        from simulator.cli.report import write_update

        write_update(folder, quiet=quiet)
    elif not quiet:
        print_note(f"stored in {folder}; strandline report {folder} writes its page")
    if failed is not None:
        raise failed
