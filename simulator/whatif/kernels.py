"""Compiled kernels of the programs that were asked for last, shared by all answers."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from jax import Array

from simulator.analysis.run.program import program
from simulator.beliefs import Beliefs
from simulator.engine import Kernel, MetricKernel, Model, Plan, Program, metric_kernel, runtime, structure_of
from simulator.engine.reuse import REMEMBERED
from simulator.study import Study
from simulator.whatif.recent import Recent
from simulator.whatif.series import series_rows


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
        self._plan, self._known, self._over_time = plan, Recent[MetricKernel](most), Recent[Kernel](most)

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
        kernel = self._known.get(self._key(study, made, model), lambda: metric_kernel(made, self._plan))
        return kernel.with_parameters(cast(Beliefs, made.beliefs).parameters)

    def over_time(self, study: Study, model: Any) -> Kernel:
        """Return the kernel of a study's series, which is compiled when they are first asked for.

        Parameters
        ----------
        study, model
            What is computed, with series.
        """
        made = program(study, model, self._plan)

        def compiled() -> Kernel:
            observe = partial(_over_time, study, model)
            # What is drawn need not be the bits of a run, and is not to be waited for.
            return Kernel(made, self._plan, observe, runtime.compiled_fast)

        kernel = self._over_time.get(self._key(study, made, model), compiled)
        return kernel.with_parameters(cast(Beliefs, made.beliefs).parameters, self._plan)

    def _key(self, study: Study, made: Program, model: Any) -> object:
        structure = structure_of(made, self._plan) or (cast(Beliefs, made.beliefs).structure, id(model))
        return structure, study.order


def _over_time(study: Study, model: Any, draws: dict[str, Array]) -> Mapping[str, Array]:
    """Return what the page draws over time, of some paths."""
    return series_rows(study, model, model.series(draws))
