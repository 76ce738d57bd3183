"""Compiled kernels of the programs that were asked for last, shared by all answers."""

from typing import cast

from simulator.analysis.run.program import program
from simulator.beliefs import Beliefs
from simulator.engine import MetricKernel, Model, Plan, metric_kernel, structure_of
from simulator.engine.reuse import REMEMBERED
from simulator.study import Study
from simulator.whatif.recent import Recent


class Kernels:
    """Kernels for studies on the draws of one plan, few of them remembered.

    The engine remembers kernels too, but it compiles one at a time, and a model of the user's own anew each
    time, for its source may change. Here that model is what it was when the server began, and while one
    program is compiled others are computed.

    Parameters
    ----------
    plan
        Batches that may be asked for, seed, sampler and precision.
    most
        How many are remembered, those that were asked for last.
    """

    def __init__(self, plan: Plan, most: int = REMEMBERED) -> None:
        self._plan, self._known = plan, Recent[MetricKernel](most)

    def of(self, study: Study, model: Model) -> MetricKernel:
        """Return the kernel of a study, with the numbers of its beliefs; any thread may call.

        Parameters
        ----------
        study, model
            What is computed. A model that does not say its structure is known by being the same object.

        Raises
        ------
        StrandlineError
            The model cannot be traced.
        """
        made = program(study, model, self._plan)
        beliefs = cast(Beliefs, made.beliefs)
        structure = structure_of(made, self._plan) or (beliefs.structure, id(model))
        key = (structure, study.order)
        kernel = self._known.get(key, lambda: metric_kernel(made, self._plan))
        return kernel.with_parameters(beliefs.parameters)
