"""What every action of a decision pays, path by path, on the draws of a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from simulator.analysis.comparison.common_draws import CommonDraws
from simulator.analysis.run import Run
from simulator.analysis.run.agreement import beyond_rounding
from simulator.analysis.run.program import overridden, with_model
from simulator.engine import runtime
from simulator.errors import RunError, UsageError
from simulator.sampling import STRIP
from simulator.study import Decision


@dataclass(frozen=True)
class Payoffs:
    """Payoffs of a decision, in the unit of its metric.

    Attributes
    ----------
    run
        The first paths of the run, on which they are.
    decision
        What is decided.
    values
        Of every action, less its cost, in the order of the decision.
    """

    run: Run
    decision: Decision
    values: Float[np.ndarray, "action replicate point"]

    @property
    def best(self) -> int:
        """Place of the action that pays most on average."""
        return int(self.values.mean(axis=(1, 2)).argmax())

    @property
    def others(self) -> tuple[int, ...]:
        """Places of all other actions."""
        return tuple(place for place in range(len(self.values)) if place != self.best)

    @property
    def gains(self) -> Float[np.ndarray, "other replicate point"]:
        """What every other action pays more than the best on average."""
        return self.values[list(self.others)] - self.values[self.best]

    @property
    def best_on(self) -> Int[np.ndarray, "replicate point"]:
        """Place of the action that pays most on each path; of several, of the best on average if it does."""
        gains = self.gains
        places = np.array(self.others)[gains.argmax(axis=0)]
        return np.where(gains.max(axis=0) > 0, places, self.best)


def payoffs(run: Run, decision: Decision, batches: int, counted: Callable[[], None]) -> Payoffs:
    """Return what every action pays on the first batches of a run.

    Each action is the study with what it sets, on the run's own draws, so that paths are pairs. Where an
    action changes nothing but numbers, no kernel is compiled for it.

    Parameters
    ----------
    run
        With its model.
    decision
        Of its study, or of a file that was laid over it.
    batches
        How many, at most those of the run.
    counted
        Called after each batch of each action.

    Raises
    ------
    UsageError
        The payoff is no metric of the run, or not finite on every path.
    StudyError
        What an action sets is not valid together with the rest of the study.
    ModelNeededError
        Only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    """
    study = with_model(run.study, run.model)
    draws = CommonDraws(run.plan, study, runtime.cores(), counted)
    first = replace(run, plan=run.plan.first(batches), goal=None, looked=())

    def paid(name: str, values: Mapping[str, Any]) -> Float[np.ndarray, "replicate point"]:
        found = draws.metric(overridden(study, values), decision.payoff, batches).astype(np.float64)
        if lost := np.count_nonzero(~np.isfinite(found)):
            message = (
                f"decision {decision.name}: found {decision.payoff} not finite on {lost:,} of {found.size:,} "
                f"paths of the action {name}; allowed: a payoff that is finite on every path"
            )
            raise UsageError(message)
        return found

    written = paid("as written", {})
    _refuse_others(run, decision.payoff, written)
    values = [paid(one.name, one.values) if one.values else written for one in decision.actions]
    costs = np.array([one.cost for one in decision.actions])
    return Payoffs(first, decision, np.stack(values) - costs[:, None, None])


def _refuse_others(run: Run, metric: str, found: Float[np.ndarray, "replicate point"]) -> None:
    """Raise where the model computes other numbers than the run has, of a run that has its paths."""
    if run.keep == "summary":
        return
    stored = run.metric(metric)[:, :STRIP].reshape(1, -1)
    if beyond_rounding(found[:, :STRIP].reshape(1, -1), stored).any():
        message = "the model computes other numbers than the run has: it is not the one that made it"
        raise RunError(message)
