"""A study read, or refused with all its faults at once."""

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike
from typing import Any

import simulator.study as studies
from simulator.analysis.run.program import misfits_of_domain
from simulator.beliefs import remarks, warn
from simulator.beliefs.lowering import lower_all
from simulator.engine import Model
from simulator.errors import Fault, StudyError, in_order
from simulator.study import Dependence, Study
from simulator.study.study import PartialStudyError
from simulator.study.unread import decided


def load_study(
    name_or_path: str | PathLike[str],
    overrides: Mapping[str, Any] | None = None,
    model: Model | None = None,
) -> Study:
    """Return a study by the name of a shipped prior set or by path.

    Parameters
    ----------
    name_or_path
        Name of a shipped set, ``latest`` for the newest of the dated ones, or path of a TOML file or of a
        folder of them.
    overrides
        Priors and settings to change, as in `Study.override`.
    model
        Function of named draws that runs the study; by default the build-out, for a study of companies.

    Raises
    ------
    StudyError
        With all faults of all files, of all priors that are no distributions, and, where there is any of
        these or overrides are given, with what the build-out model does not take of a study of companies.

    Warns
    -----
    StrandlineWarning
        Quantiles that a family misses; a value far from what it replaces; a spread that float32 loses.
    """
    study = read_study(name_or_path, overrides, model)
    try:
        warn(remarks(study))
    except StudyError:
        raise StudyError(in_order(faults_of(study))) from None
    if overrides and (faults := misfits_of_domain(study)):
        raise StudyError(in_order(faults))
    return study


def read_study(
    name_or_path: str | PathLike[str],
    overrides: Mapping[str, Any] | None = None,
    model: Model | None = None,
) -> Study:
    """Return a study as `load_study` does, without a look at what it believes unless it cannot be read.

    Raises
    ------
    StudyError
        It cannot be read: with its own faults, and those that `faults_of` finds in what could be read.
    """
    try:
        return replace(studies.load_study(name_or_path, overrides), model=model)
    except PartialStudyError as error:
        if error.part is None:
            raise
        more = decided(faults_of(replace(_completed(error.part, error.unread), model=model)), error.unread)
        raise StudyError(in_order([*error.faults, *more])) from None


def faults_of(study: Study) -> list[Fault]:
    """Return the faults of a study that could be read: no distributions, and no fit to its model."""
    _, undrawable = lower_all(study.priors, study.dependence)
    return [*undrawable, *misfits_of_domain(study)]


def _completed(part: Study, unread: frozenset[str]) -> Study:
    """Return what was read of a study with stand-ins for lost settings, without groups of lost priors."""
    stand_ins = part.settings.stand_ins()
    lost = {key: value for key, value in stand_ins.items() if f"study.{key}" in unread}
    sound = (group for group in part.dependence.groups if set(group.members) <= part.priors.keys())
    return replace(part, settings=replace(part.settings, **lost), dependence=Dependence(tuple(sound)))
