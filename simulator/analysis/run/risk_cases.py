"""Whether the cases of a study's risks ask for numbers that its model can mean."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.analysis.run.requirements import converted, declares_inputs, refused
from simulator.engine import Model
from simulator.errors import Fault
from simulator.study import Prior, Risk, RiskCase, Study
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
    for risk in study.risks:
        for index, case in enumerate(risk.cases):
            yield from _faults(study, model, risk, case, f"risk.{risk.name}.case[{index}].set")


def _faults(study: Study, model: Model, risk: Risk, case: RiskCase, key: str) -> Iterator[Fault]:
    fixed = {
        name: fixed_at(study.priors[name], float(value))
        for name, value in case.values.items()
        if name in study.priors and not isinstance(value, str)
    }
    priors, faults = converted(replace(study, priors={**study.priors, **fixed}), model)
    for fault in (*faults, *refused(priors, faults, model)):
        if fault.key in fixed:
            yield replace(fault, file=risk.file, key=f"{key}.{fault.key}")
