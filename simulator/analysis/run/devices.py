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


def kernel_on(choice: Choice, made: Program, plan: Plan, paths: int) -> MetricKernel | DeviceBatches:
    """Return what computes the batches of a plan: a kernel, or on accelerators the work itself.

    Parameters
    ----------
    choice
        What is computed on.
    made, plan
        What is computed.
    paths
        How many the run begins with.
    """
    if not choice.accelerators:
        return metric_kernel(made, plan)
    structure, make = structure_of(made, plan), partial(_wide, made, plan)
    width = _width(structure, make, choice.accelerators, paths)
    return DeviceBatches(make, choice.accelerators, width)


def again(
    made: Program, plan: Plan, machine: Mapping[str, str | int]
) -> tuple[Work, Callable[[], Mapping[str, str | int]]]:
    """Return what computes a plan again, on the device that computed it if there is one, and what that is.

    Where memory does not suffice an accelerator goes on with narrower calls, and then is another machine.

    Parameters
    ----------
    made, plan
        What is computed.
    machine
        What it was computed on, as its manifest has it; empty where that is not known.
    """
    wanted = machine.get("backend"), machine.get("device")
    same = [one for one in runtime.accelerators() if (one.platform, one.device_kind) == wanted]
    if not same:
        return partial(on_threads, metric_kernel(made, plan), threads=runtime.cores()), runtime.host
    width = int(str(machine.get(runtime.WIDTH, 1)).partition(",")[0])
    work = DeviceBatches(partial(_wide, made, plan), same, width)
    return work, lambda: work.machine


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

    A short run says nothing of its rate, and one whose kernel was there already nothing of a start.

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
    if not accelerators or computing < measured.LEAST_SECONDS or kernel.seconds < measured.LEAST_START:
        return
    width = kernel.width if isinstance(kernel, DeviceBatches) else 1
    devices = choice.accelerators or (runtime.device(),)
    measured.save(structure, devices, measured.Measured(width, kernel.seconds, paths / computing))
