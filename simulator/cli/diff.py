"""strandline diff: what changed between two studies or runs, and what each part of it does to the verdict."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

from simulator.cli.parameters import (
    AStudyOrRun,
    AtLeastOne,
    AtLeastZero,
    Flag,
    Many,
    Model,
    Quiet,
    named_model,
)
from simulator.errors import UsageError
from simulator.report.console import errors, write_text

if TYPE_CHECKING:
    from simulator.engine import NamedModel

#: Paths of every study that is computed; single priors that are listed.
PATHS, TOP = 65_536, 10


def diff(
    first: Annotated[str, AStudyOrRun],
    second: Annotated[str, AStudyOrRun],
    /,
    *,
    paths: Annotated[int, Many] = PATHS,
    seed: Annotated[int | None, AtLeastZero] = None,
    model: Annotated[tuple[str, ...], Model] = (),
    top: Annotated[int, AtLeastOne] = TOP,
    threads: Annotated[int | None, AtLeastOne] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Compare two studies or runs: what changed, and what each part of it does to the verdict.

    Both are computed on the same draws, and so are hybrids of the two, with one part as the second has it and
    all others as the first has them, or the other way round.

    Parameters
    ----------
    first
        What is compared with: a prior set's name, latest for the newest, a TOML file, a folder of TOML files,
        or a run directory.
    second
        What is compared, named in the same way. Of two run directories the stored numbers are compared too:
        beliefs, the model, and Monte Carlo noise.
    paths
        Paths of every study that is computed, made up to a multiple of 8,192. Single priors get a quarter.
    seed
        Of the common draws. By default that of the first run directory, if there is one, else 0.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: a model of your own. Its code is run. Given once, both sides have
        it; given twice, the one is the first side's and the other the second's.
    top
        How many single priors to list; --json has them all.
    threads
        Threads to compute on, by default one for each core. No number depends on it.
    json
        Print one JSON object.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    from simulator.progress import bar

    with ExitStack() as stack:
        progress = stack.enter_context(bar(paths, errors(), quiet=quiet))
        from simulator.analysis.comparison import diff as difference

        models = both_models(model)
        found = difference(
            first, second, paths=paths, seed=seed, model=models, threads=threads, progress=progress
        )
    if json:
        from simulator.estimate import to_json

        write_text(to_json(found.to_json()) + "\n")
    else:
        from simulator.report import console
        from simulator.report.diff import print_difference

        print_difference(console.output(), found, top)


def both_models(references: Sequence[str]) -> "tuple[NamedModel | None, NamedModel | None]":
    """Return the models of the first side and the second that --model names, one of both or one of each."""
    if len(references) > 2:
        message = f"--model: found {len(references)}; allowed: one of both sides, or one of each"
        raise UsageError(message)
    models = [named_model(reference) for reference in references] or [None]
    return models[0], models[-1]
