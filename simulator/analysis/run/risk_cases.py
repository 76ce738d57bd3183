"""Whether the cases of a study's risks ask for numbers that its model can mean."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.analysis.run.requirements import converted, declared, declares_inputs, refused
from simulator.engine import Model
from simulator.errors import Fault
from simulator.study import Prior, RiskCase, Study, check_units
from simulator.study.records import Unbounded


def fixed_at(prior: Prior, value: float) -> Prior:
    """Return a prior that is one number on every path."""
    return replace(prior, family="fixed", parameters={"value": value}, quantiles={}, bounds=Unbounded)


def case_faults(study: Study, model: Model) -> Iterator[Fault]:
    """Give every number of a case that the model would refuse of the prior itself.

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
    for risk in study.risks:
        for index, case in enumerate(risk.cases):
            fixed = _fixed(study, case)
            # Only the priors of the case are converted anew: a study has hundreds, and many cases.
            moved, faults = check_units(fixed, {n: wanted for n, wanted in inputs.items() if n in fixed})
            for fault in (*faults, *refused({**priors, **moved}, [*misfits, *faults], model)):
                if any(name == fault.key or name.startswith(f"{fault.key}.") for name in fixed):
                    key = f"risk.{risk.name}.case[{index}].set.{fault.key}"
                    yield replace(fault, file=risk.file, key=key)


def _fixed(study: Study, case: RiskCase) -> dict[str, Prior]:
    """Return the priors that a case holds at a number."""
    return {
        name: fixed_at(study.priors[name], float(value))
        for name, value in case.values.items()
        if name in study.priors and not isinstance(value, str)
    }
