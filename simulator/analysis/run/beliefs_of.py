"""The beliefs of a study for its model: what was set to a number needs no other kernel."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.analysis.run.requirements import priors_in_units
from simulator.beliefs import Beliefs, can_be, compile_beliefs
from simulator.engine import Model
from simulator.errors import StudyError
from simulator.study import Prior, Study


def beliefs_of(study: Study, model: Model) -> Beliefs:
    """Return the beliefs of a study, in the units of its model's inputs.

    A prior that is a number in the place of a distribution (`Study.fixed_from`) is a constant of the beliefs
    with that distribution, so that the kernel which has been compiled for those serves it, whatever number
    it is. All other draws are the same either way.

    Raises
    ------
    StudyError
        Priors are missing, or measure something else than the model asks for.
    """
    priors, shocks = priors_in_units(study, model), own_shocks(study, model)
    fixed = {name: before for name, before in study.fixed_from.items() if _fits(priors.get(name), before)}
    if fixed:
        numbers = {name: float(priors[name].parameters["value"]) for name in fixed}
        try:
            before = priors_in_units(replace(study, priors={**study.priors, **fixed}), model)
            beliefs = compile_beliefs(before, study.dependence, shocks, study.directions)
            return beliefs.with_constants(numbers)
        except StudyError:  # what has changed beside them leaves those distributions no place
            pass
    return compile_beliefs(priors, study.dependence, shocks, study.directions)


def _fits(now: Prior | None, before: Prior) -> bool:
    """Whether a prior is a number that the kernel of a distribution can give."""
    if now is None or now.family != "fixed" or now.drawn or now.size != before.size:
        return False
    return before.family != "dirichlet" and can_be(before.family, now.parameters["value"])


def own_shocks(study: Study, model: Model) -> dict[str, Any]:
    """Return the shocks that the study leaves to the model: a prior of a shock's name takes its place."""
    shocks: Mapping[str, Any] = getattr(model, "shocks", {})
    return {name: shock for name, shock in shocks.items() if name not in study.priors}
