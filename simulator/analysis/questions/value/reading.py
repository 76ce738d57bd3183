"""A decision from a file, for a run: checked against its study and its model as those of the study are."""

from dataclasses import replace
from os import PathLike

from simulator.analysis.run import Run
from simulator.analysis.run.program import with_model
from simulator.analysis.run.requirements import payoff_faults
from simulator.analysis.run.risk_cases import case_faults
from simulator.errors import StudyError, in_order
from simulator.study import Decision


def read_decision(run: Run, path: str | PathLike[str]) -> Decision:
    """Return the decision of a TOML file, one table ``[decision.NAME]``, for the study of a run.

    Raises
    ------
    StudyError
        With all faults of the file, among them actions that the model refuses and a payoff that is none of
        the run's metrics.
    """
    study = with_model(run.study, run.model)
    found = study.decision_from(path)
    alone = replace(study, decisions=(found,), risks=(), structures=(), mechanisms=())
    if faults := [*case_faults(alone, run.model), *payoff_faults((found,), run.names)]:
        raise StudyError(in_order(faults))
    return found
