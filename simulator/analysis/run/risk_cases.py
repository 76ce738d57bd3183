"""Whether the cases of a study's risks, its structures and mechanisms ask for what its model can mean."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from simulator.analysis.run.requirements import converted, declared, declares_inputs, refused
from simulator.engine import Model
from simulator.errors import Fault
from simulator.study import Prior, Study, check_units
from simulator.study.records import Unbounded


def fixed_at(prior: Prior, value: float) -> Prior:
    """Return a prior that is one number on every path."""
    return replace(prior, family="fixed", parameters={"value": value}, quantiles={}, bounds=Unbounded)


def case_faults(study: Study, model: Model) -> Iterator[Fault]:
    """Give every number of a case, structure or mechanism that the model would refuse of the prior itself.

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
        fixed = _fixed(study, values)
        # Only the priors of the case are converted anew: a study has hundreds, and many cases.
        moved, faults = check_units(fixed, {n: wanted for n, wanted in inputs.items() if n in fixed})
        for fault in (*faults, *refused({**priors, **moved}, [*misfits, *faults], model)):
            if any(name == fault.key or name.startswith(f"{fault.key}.") for name in fixed):
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


def _fixed(study: Study, values: Mapping[str, Any]) -> dict[str, Prior]:
    """Return the priors that are held at a number."""
    return {
        name: fixed_at(study.priors[name], float(value))
        for name, value in values.items()
        if name in study.priors and isinstance(value, int | float)
    }
