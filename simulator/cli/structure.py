"""strandline structure: what each mechanism of a study's model does, and the study under other structures."""

from contextlib import ExitStack
from typing import Annotated

from simulator.cli.parameters import (
    DEFAULT_STUDY,
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
from simulator.report.console import errors, write_text

#: Paths of every study that is computed.
PATHS = 65_536


def structure(
    study: Annotated[str, AStudy] = DEFAULT_STUDY,
    /,
    *,
    paths: Annotated[int, Many] = PATHS,
    seed: Annotated[int, AtLeastZero] = 0,
    settings: Annotated[tuple[str, ...], Settings] = (),
    model: Annotated[str | None, Model] = None,
    threads: Annotated[int | None, AtLeastOne] = None,
    json: Annotated[bool, Flag] = False,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Print what each mechanism of a study's model does to the verdict, and the study under other structures.

    All are computed on the same draws: the study with every mechanism off, with each alone, with all, and
    with all but one; then with what each [structure.NAME] sets, and the mixture of these by their weights.

    Parameters
    ----------
    study
        A prior set's name, a TOML file, or a folder of TOML files, with tables [mechanism.NAME],
        [structure.NAME], or both.
    paths
        Paths of every study that is computed, made up to a multiple of 8,192.
    seed
        Which draws.
    settings
        NAME=VALUE: fixes a prior at a number, or sets a setting of the study. May be repeated.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: a model of your own. Its code is run.
    threads
        Threads to compute on, by default one for each core. No number depends on it.
    json
        Print one JSON object.
    quiet
        Print nothing on standard error unless something is wrong.
    """
    overrides = assignments(settings)

    from simulator.progress import bar

    with ExitStack() as stack:
        progress = stack.enter_context(bar(paths, errors(), quiet=quiet))
        from simulator.analysis.run import read_study
        from simulator.analysis.structures import tables

        asked = read_study(study, overrides, named_model(model))
        found = tables(asked, paths=paths, seed=seed, threads=threads, progress=progress)
    if json:
        from simulator.estimate import to_json

        write_text(to_json(found.to_json()) + "\n")
    else:
        from simulator.report import console
        from simulator.report.structures import print_tables

        print_tables(console.output(), found, asked)
