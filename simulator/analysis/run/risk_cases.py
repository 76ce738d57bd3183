"""Whether cases of a study's risks, structures, mechanisms and actions ask for what its model can mean."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from simulator.analysis.run.requirements import converted, declared, declares_inputs, refused
from simulator.beliefs import range_faults
from simulator.engine import Model
from simulator.errors import Fault, StudyError
from simulator.study import Prior, Study, check_units
from simulator.study.records import Unbounded


def fixed_at(prior: Prior, value: float) -> Prior:
    """Return a prior that is one number on every path."""
    return replace(prior, family="fixed", parameters={"value": value}, quantiles={}, bounds=Unbounded)


def case_faults(study: Study, model: Model) -> Iterator[Fault]:
    """Give every number of a case, structure, mechanism or action that the model would refuse of its prior.

    A quantile of a prior is as good as the prior is, and what only the paths show stands with the case.

    Parameters
    ----------
    study, model
        The two; a model that does not declare its inputs refuses nothing.
    """
    if not declares_inputs(model):
        return
    inputs = declared(study, model)
    priors, misfits = converted(study, model)
    for file, key, values in _asked(study):
        try:
            changed = _fixed(study, values) | _stated(study, values)
        except StudyError as error:
            own = (fault for fault in error.faults if any(_about(fault, name) for name in values))
            yield from (replace(fault, file=file, key=f"{key}.{fault.key}") for fault in own)
            continue
        # Only the priors of the case are converted anew: a study has hundreds, and many cases.
        wanted = {name: one for name, one in inputs.items() if name in changed}
        moved, faults = check_units(changed, wanted)
        if not faults:
            drawn = {name: one for name, one in wanted.items() if changed[name].family != "fixed"}
            faults = range_faults({**priors, **moved}, drawn)
        for fault in (*faults, *refused({**priors, **moved}, [*misfits, *faults], model)):
            if any(_about(fault, name) for name in changed):
                yield replace(fault, file=file, key=f"{key}.{fault.key}")


def _asked(study: Study) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Give what is set beside the study itself, each with its file and key."""
    for risk in study.risks:
        for index, case in enumerate(risk.cases):
            yield risk.file, f"risk.{risk.name}.case[{index}].set", case.values
    for structure in study.structures:
        yield structure.file, f"structure.{structure.name}.set", structure.values
    for mechanism in study.mechanisms:
        yield mechanism.file, f"mechanism.{mechanism.name}.off", mechanism.values
    for decision in study.decisions:
        for action in decision.actions:
            yield decision.file, f"decision.{decision.name}.action.{action.name}.set", action.values


def _about(fault: Fault, name: str) -> bool:
    """Whether a fault is of a prior, of a key of it or of what it is a part of."""
    return name == fault.key or fault.key.startswith(f"{name}.") or name.startswith(f"{fault.key}.")


def _stated(study: Study, values: Mapping[str, Any]) -> dict[str, Prior]:
    """Return the priors that are stated anew, by a table of their own or by another median."""
    stated = {
        name: value
        for name, value in values.items()
        if (isinstance(value, Mapping) and name in study.priors)
        or (name not in study.priors and name.removesuffix(".median") in study.priors)
    }
    if not stated:
        return {}
    changed = study.override(stated).priors
    return {name: changed[name] for name in (one.removesuffix(".median") for one in stated)}


def _fixed(study: Study, values: Mapping[str, Any]) -> dict[str, Prior]:
    """Return the priors that are held at a number."""
    return {
        name: fixed_at(study.priors[name], float(value))
        for name, value in values.items()
        if name in study.priors and isinstance(value, int | float)
    }
