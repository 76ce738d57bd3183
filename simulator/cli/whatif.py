"""strandline whatif: a study's page as one file with the model inside."""

from pathlib import Path
from typing import Annotated

from simulator.cli.parameters import (
    DEFAULT_STUDY,
    AStudyOrRun,
    AtLeastZero,
    Language,
    Model,
    Quiet,
    named_model,
)
from simulator.cli.subject import given, run_directory, subject
from simulator.cli.writing import write
from simulator.report.console import errors, write_line
from simulator.report.saving import HTML, destination

#: Name of the page in the folder of a run.
PAGE = "whatif.html"


def whatif(
    study: Annotated[str, AStudyOrRun] = DEFAULT_STUDY,
    /,
    *,
    out: Path | None = None,
    lang: Language = "en",
    seed: Annotated[int | None, AtLeastZero] = None,
    model: Annotated[str | None, Model] = None,
    quiet: Annotated[bool, Quiet] = False,
) -> None:
    """Write a page on which beliefs of a study are changed and the verdict follows, with the model inside.

    It is one file that opens from a disk or an e-mail, needs nothing installed and asks nothing of a network:
    the model is in it as WebAssembly, and computes in the reader's browser.

    Parameters
    ----------
    study
        A prior set's name, latest for the newest, a TOML file, a folder of TOML files, or a run directory,
        whose study, seed and sampler are taken.
    out
        File to write. By default whatif.html in the folder of the run, or NAME-whatif.html here for a study.
        One that is there is replaced if its name ends in .html or .htm.
    lang
        The language that it opens in, English or Traditional Chinese; the page has both.
    seed
        Which draws; by default those of the run, else 0.
    model
        FILE.py:FUNCTION or MODULE:FUNCTION: a model of your own. Its code is run. What it uses has to have a
        form without Python: what has none is refused by name.
    quiet
        Show no progress on standard error.
    """
    from simulator.progress import steps

    with steps(errors(), quiet=quiet) as step:
        from simulator.engine import load_ahead

        load_ahead()
        asked, plan = subject(study, seed, named_model(model))

        from simulator.whatif.making import portable_page

        folder = run_directory(study)
        usual = folder / PAGE if folder else Path(f"{asked.name}-{PAGE}")
        place = destination("--out", out or usual, *HTML)
        made = portable_page(asked, None, plan, lang, step, given(study))
        written = write(made.html, place)
    write_line(written)
