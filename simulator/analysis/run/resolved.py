"""What a structure or a case sets made exact: numbers that priors are held at, and the rest of the study."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast

from simulator.analysis.run.program import model_of, priors_of
from simulator.engine import Model
from simulator.study import Study


class Resolved(NamedTuple):
    """A study with some of it set, as it is computed.

    Attributes
    ----------
    study
        With the settings and the beliefs that are stated anew.
    constants
        By prior the number that it is on every path, in the unit that the model asks for: no kernel is
        compiled for these.
    """

    study: Study
    constants: Mapping[str, float]


def resolve(study: Study, values: Mapping[str, Any]) -> Resolved:
    """Return the study with priors and settings set, as `Study.override` takes them.

    Raises
    ------
    StudyError
        Something set is not valid together with the rest of the study.
    """
    if not values:
        return Resolved(study, {})
    changed = study.override(values)
    held = [name for name in values if name in study.priors and _is_number(changed, name)]
    known = priors_of(changed, cast(Model, model_of(changed, None)))
    constants = {name: float(known[name].parameters["value"]) for name in held}
    kept = {name: study.priors[name] for name in held}
    return Resolved(replace(changed, priors={**changed.priors, **kept}), constants)


def _is_number(study: Study, name: str) -> bool:
    """Whether a prior is one number that is known."""
    prior = study.priors[name]
    return prior.family == "fixed" and not prior.drawn
