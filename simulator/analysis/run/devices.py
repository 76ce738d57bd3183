"""What a run is computed on, and what was measured of that for the next run to know."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from simulator.analysis.run.accuracy import plans
from simulator.analysis.run.program import model_of, program
from simulator.engine import (
    Choice,
    DeviceBatches,
    MetricKernel,
    Plan,
    Program,
    SideBySide,
    Work,
    choose,
    measured,
    metric_kernel,
    on_threads,
    runtime,
    structure_of,
)
from simulator.errors import RunError
from simulator.sampling import BATCH
from simulator.study import Study


def choose_device(
    asked: str,
    study: Study,
    *,
    paths: int | None = None,
    until: str | None = None,
    max_paths: int | None = None,
    **plan: Any,
) -> Choice:
    """Return what `simulate` computes a study on, and why.

    Parameters
    ----------
    asked
        "cpu", "gpu", or "auto": what is faster for the paths that the run begins with.
    study
        The study to be run by its own model.
    paths, until, max_paths, plan
        As `simulate` takes them.
    """
    first, _ = plans(paths, until, max_paths, **plan)
    return choose(asked, first.paths, partial(structure_in, study, first))


def structure_in(study: Study, plan: Plan) -> Hashable | None:
    """Return what the compiled kernel of a study depends on, as `structure_of`; its own model runs it."""
    return structure_of(program(study, model_of(study, None), plan), plan)


def kernel_on(
    choice: Choice, made: Program, plan: Plan, paths: int, machine: Mapping[str, str | int]
) -> MetricKernel | DeviceBatches:
    """Return what computes the batches of a plan: a kernel, or on accelerators the work itself.

    Parameters
    ----------
    choice
        What is computed on.
    made, plan
        What is computed.
    paths
        How many the run begins with.
    machine
        What it was begun on, if it is gone on with: calls of another width might have other last bits.
    """
    if not choice.accelerators:
        return metric_kernel(made, plan)
    make, devices = partial(_wide, made, plan), choice.accelerators
    if _is_kind(devices[0], machine):
        return DeviceBatches(make, devices, _width_in(machine))
    return DeviceBatches(make, devices, _width(structure_of(made, plan), make, devices, paths))


def again(
    made: Program, plan: Plan, machine: Mapping[str, str | int], metrics: tuple[str, ...]
) -> tuple[Work, Callable[[], Mapping[str, str | int]]]:
    """Return what computes a plan again, on the device that computed it if there is one, and what that is.

    Where memory does not suffice an accelerator goes on with narrower calls, and then is another machine.

    Parameters
    ----------
    made, plan
        What is computed.
    machine
        What it was computed on, as its manifest has it; empty where that is not known.
    metrics
        Their names, as its manifest has them.

    Raises
    ------
    RunError
        The model returns others, or in another order.
    """
    same = [one for one in runtime.accelerators() if _is_kind(one, machine)]
    if not same:
        kernel = metric_kernel(made, plan)
        refuse_other_metrics(kernel.metrics, metrics)
        return partial(on_threads, kernel, threads=runtime.cores()), runtime.host
    work = DeviceBatches(partial(_wide, made, plan), same, _width_in(machine))
    refuse_other_metrics(work.metrics, metrics)
    return work, lambda: work.machine


def refuse_other_metrics(computed: tuple[str, ...], recorded: tuple[str, ...]) -> None:
    """Raise where a manifest names other metrics than a model returns, or names them in another order."""
    if computed != recorded:
        message = (
            f"the manifest names the metrics {', '.join(recorded)}, and the model returns "
            f"{', '.join(computed)}: one of the two was changed"
        )
        raise RunError(message)


def _is_kind(device: Any, machine: Mapping[str, str | int]) -> bool:
    """Whether a device is of the kind that a machine computed on."""
    return (device.platform, device.device_kind) == (machine.get("backend"), machine.get("device"))


def _width_in(machine: Mapping[str, str | int]) -> int:
    """Return the batches of the first calls of a machine."""
    return int(str(machine.get(runtime.WIDTH, 1)).partition(",")[0])


def _wide(made: Program, plan: Plan, device: Any, width: int) -> MetricKernel:
    with runtime.using(device):
        return metric_kernel(made, plan, SideBySide(width))


def _width(
    structure: Hashable | None, make: Callable[[Any, int], MetricKernel], devices: Sequence[Any], paths: int
) -> int:
    """Return how many batches a call is to have, as it was found best on these devices.

    That is found out by the first run that has several of the widest calls, of a program that says its
    structure; until then it is `measured.FIRST_WIDTH`.
    """
    if (known := measured.known(structure, devices)) is not None:
        return known.width
    if structure is None or paths < 2 * measured.WIDEST * BATCH:
        return measured.FIRST_WIDTH
    found: dict[int, measured.Measured] = {}

    def seconds(width: int) -> float:
        kernel = make(devices[0], width)
        spent = measured.fastest(partial(kernel.call, range(width)))
        found[width] = measured.Measured(width, kernel.seconds, len(devices) * width * BATCH / spent)
        return spent

    width = measured.tuned(seconds)
    if width in found:  # not where memory did not suffice for the first
        measured.save(structure, devices, found[width])
    return width


def remember(
    structure: Hashable | None,
    choice: Choice,
    kernel: MetricKernel | DeviceBatches,
    paths: int,
    computing: float,
) -> None:
    """Remember how long a run took, where a later one will have to choose between devices.

    A short run says nothing of its rate; of starts the shortest counts, for the next one finds the kernel.

    Parameters
    ----------
    structure
        Of what was computed.
    choice, kernel
        On what, and by what.
    paths
        How many were computed.
    computing
        Time that this took without the start  [s]
    """
    accelerators = runtime.accelerators()
    if not accelerators or computing < measured.LEAST_SECONDS:
        return
    width = kernel.width if isinstance(kernel, DeviceBatches) else 1
    devices = choice.accelerators or (runtime.device(),)
    before = measured.known(structure, devices)
    start = kernel.seconds if before is None else min(before.start, kernel.seconds)
    measured.save(structure, devices, measured.Measured(width, start, paths / computing))
