"""A case of a risk made exact: which numbers beliefs take in it, and which settings."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from simulator.analysis.risks.result import Moved
from simulator.analysis.run.program import overridden
from simulator.beliefs import laws, quantile
from simulator.errors import UsageError
from simulator.study import RiskCase, Study
from simulator.study.domain import choices
from simulator.study.quantile_keys import probability_of
from simulator.study.risks import case_name

#: Probabilities of the quantiles that describe a belief.
DESCRIBED = (0.1, 0.5, 0.9)


class Resolved(NamedTuple):
    """A case as it is computed.

    Attributes
    ----------
    study
        With the settings and the numbers of the case.
    moved
        What is otherwise than in the study.
    """

    study: Study
    moved: tuple[Moved, ...]


def resolve(study: Study, case: RiskCase) -> Resolved:
    """Return a case made exact.

    Raises
    ------
    StudyError
        Some number is none that the model can mean.
    """
    moved = tuple(_moved(study, case))
    return Resolved(overridden(study, _values(moved)), moved)


def case_values(study: Study, name: str, given: Collection[str] = ()) -> dict[str, Any]:
    """Return what makes a study one of its own cases, as `Study.override` takes it.

    Parameters
    ----------
    study
        Whose risks have cases.
    name
        Of a risk, and the number of the case: ``headline.1`` is the first case of the risk ``headline``.
    given
        Names that are set otherwise, which a case must not set as well.

    Raises
    ------
    UsageError
        There is no such case, or it sets what is set otherwise.
    """
    cases = {case_name(risk.name, n): case for risk in study.risks for n, case in enumerate(risk.cases, 1)}
    if name not in cases:
        known = "\n  ".join(f"{key}: {case.title}" for key, case in cases.items())
        allowed = f"a case of the study:\n  {known}" if cases else "none, for the study names no risks"
        message = f"--case {name}: found no such case; allowed: {allowed}"
        raise UsageError(message)
    moved = tuple(_moved(study, cases[name]))
    if twice := [one.name for one in moved if {one.name, f"{one.name}.median"} & set(given)]:
        message = f"--set {twice[0]}: found with --case {name}, which sets it too; allowed: one of the two"
        raise UsageError(message)
    return _values(moved)


def _values(moved: Iterable[Moved]) -> dict[str, Any]:
    """Return what is otherwise in a case: the number of a belief, a setting as it is asked for."""
    return {one.name: one.asked if one.name in choices() else float(one.value) for one in moved}


def _moved(study: Study, case: RiskCase) -> Iterator[Moved]:
    known = laws(study)
    for name, asked in case.values.items():
        if name in choices():
            before = getattr(study.settings, name.partition(".")[2])
            yield Moved(name, "", asked, str(asked), before=str(before))
            continue
        prior = known[name]
        at = quantile(prior)
        quantiles = tuple(at(special.ndtri(np.array(DESCRIBED))).tolist())
        if isinstance(asked, str):
            value = float(at(special.ndtri(np.array([probability_of(asked)], dtype=float)))[0])
        else:
            value = float(asked)
        yield Moved(name, prior.unit, asked, value, quantiles)
