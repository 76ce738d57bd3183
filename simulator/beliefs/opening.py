"""A study read, with a word on whatever in it may not be what its author meant."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

from simulator import study as studies
from simulator.beliefs.compiled import express_all
from simulator.beliefs.notice import warn
from simulator.beliefs.review import remarks
from simulator.errors import StudyError
from simulator.study import Study


def load_study(name_or_path: str | PathLike[str], overrides: Mapping[str, Any] | None = None) -> Study:
    """Return a study by the name of a shipped prior set or by path.

    Parameters
    ----------
    name_or_path
        Name of a shipped set, or path of a TOML file or of a folder of them.
    overrides
        Priors and settings to change, as in `Study.override`.

    Raises
    ------
    StudyError
        With all faults of all files, or of all priors that are no distributions.

    Warns
    -----
    StrandlineWarning
        Quantiles that a family misses; a value far from what it replaces; a spread that float32 loses.
    """
    study = studies.load_study(name_or_path, overrides)
    try:
        warn(remarks(study))
    except StudyError:
        _, faults = express_all(study.priors, study.dependence)
        raise StudyError(faults) from None
    return study
