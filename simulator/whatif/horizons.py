"""How far ahead a page may look: its study's own horizon, and others that its domain offers."""

from typing import Any

from simulator.analysis.run.program import of_domain
from simulator.errors import StudyError
from simulator.study import Study

#: What sets it.
SETTING = "study.horizon_quarters"


def horizon_of(study: Study, model: Any) -> int | None:
    """Return the horizon of a study in quarters; None where there is no choice of one.

    Parameters
    ----------
    study, model
        What is computed. A model of one's own has the horizon that it has.
    """
    domain = study.domain
    if domain is None or not of_domain(study) or not domain.made(model) or not domain.horizons:
        return None
    return study.settings.keys()["horizon_quarters"]


def other_horizons(study: Study, model: Any) -> dict[int, Study]:
    """Return the study under each other horizon that its domain offers and that it can have.

    Parameters
    ----------
    study, model
        What is computed.
    """
    own, found = horizon_of(study, model), dict[int, Study]()
    if own is None or study.domain is None:
        return found
    for quarters in study.domain.horizons:
        if quarters != own:
            try:
                found[quarters] = study.override({SETTING: quarters})
            except StudyError:  # something else of this study asks for its own
                continue
    return found
