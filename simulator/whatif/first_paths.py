"""The first paths of a study as JAX computes them: what a page is checked by, and what drivers rest on."""

from collections.abc import Mapping

from jaxtyping import Float
from numpy import ndarray

from simulator.analysis.run import Run
from simulator.engine import MemoryStore, MetricKernel, Model, Plan, Program, runtime
from simulator.engine.reuse import at_hand, metric_kernel
from simulator.study import Study


def kernel_of(program: Program, plan: Plan) -> MetricKernel:
    """Return the kernel of a program: the one that runs use, where it is compiled, or one compiled fast.

    For a few thousand paths the compiler's effort would take longer than it saves. What the two compute
    differs by rounding.
    """
    if at_hand(program, plan):
        return metric_kernel(program, plan)
    return MetricKernel(program, plan, runtime.compiled_fast)


def first_paths(
    study: Study, model: Model, plan: Plan, metrics: Float[ndarray, "metric path"], names: tuple[str, ...]
) -> Run:
    """Return a run of one batch, in memory.

    Parameters
    ----------
    study, model, plan
        What was computed, and on which draws.
    metrics, names
        Of the first batch, a row for each name.
    """
    store = MemoryStore(names, plan.dtype)
    store.write(0, metrics)
    known: Mapping[str, str] = getattr(model, "metric_units", {})
    return Run(study, plan.first(1), model, store, {name: known.get(name, "") for name in names})
