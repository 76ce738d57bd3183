"""Kernels that are there already, in this process or on disk, for programs of the same structure to use."""

import threading
import time
from collections import deque
from collections.abc import Hashable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from simulator.engine import executables, runtime
from simulator.engine.arrangement import Arrangement, InBlocks
from simulator.engine.kernel import MetricKernel, Program, usual
from simulator.engine.named_model import NamedModel
from simulator.engine.plan import Plan
from simulator.engine.reverse import ReversePass
from simulator.sampling import BATCH
from simulator.watching import begin

#: The most kernels that are remembered, those that were asked for last; one of the build-out has some 80 MB.
REMEMBERED = 6
#: Folder of the machine code of passes in reverse.
REVERSE = "reverse"
#: What is said where a kernel has to be compiled.
COMPILING = "compiling the model"

_remembered: deque[tuple[object, MetricKernel]] = deque(maxlen=REMEMBERED)
_one_at_a_time = threading.Lock()


@runtime_checkable
class Structured(Protocol):
    """A part of a program that says what a compiled kernel depends on beside the numbers it is given."""

    @property
    def structure(self) -> Hashable:
        """Equal for parts that one kernel serves."""
        ...


def metric_kernel(program: Program, plan: Plan, arrangement: Arrangement | None = None) -> MetricKernel:
    """Return the kernel of a program: one that is compiled already, where one of the same structure is.

    Beliefs or a model that do not say what their kernel depends on are compiled anew, and so is a model that
    was loaded by its name: its source may change.

    Parameters
    ----------
    program
        Beliefs, sampler and model.
    plan
        The batches, the size of a block and the precision.
    arrangement
        How the paths of a call lie; by default as `usual` has it.
    """
    runtime.prepare()
    arrangement = arrangement or usual()
    structure = structure_of(program, plan)
    if structure is None:
        begin(COMPILING)
        return MetricKernel(program, plan, runtime.compiled, arrangement)
    asked = (structure, runtime.device(), arrangement)
    with _one_at_a_time:
        for known in _remembered:
            if known[0] == asked:
                _remembered.remove(known)
                _remembered.append(known)
                return known[1].with_numbers(program, plan)
        if _is_ours(program.model) and isinstance(arrangement, InBlocks):
            kernel = _from_disk(asked, program, plan)
        else:
            begin(COMPILING)
            kernel = MetricKernel(program, plan, runtime.compiled, arrangement)
        _remembered.append((asked, kernel.without_numbers()))
    return kernel


def reverse_pass(program: Program, plan: Plan, metrics: Sequence[str]) -> ReversePass:
    """Return the pass of a program in reverse, whose machine code is on disk where the model is ours.

    Parameters
    ----------
    program, plan, metrics
        As `ReversePass` takes them.

    Raises
    ------
    NotDifferentiableError
        As `ReversePass`.
    """
    runtime.prepare()
    structure = structure_of(program, plan)
    known = structure is not None and _is_ours(program.model)
    path = executables.file_of((structure, tuple(metrics), runtime.device()), REVERSE) if known else None
    if path is None:
        begin(COMPILING)
        return ReversePass(program, plan, metrics)
    if found := executables.load(path):
        return ReversePass.of(found[0], program, plan)
    last = executables.seconds_last_time(path.parent)
    begin(COMPILING if last is None else f"{COMPILING} ({last:.0f} s last time)")
    back = ReversePass(program, plan, metrics, runtime.compiled_anew)
    executables.save(path, back.code, tuple(metrics), back.seconds)
    again, some = executables.load(path), np.ones((len(metrics), BATCH), plan.dtype)
    if again and ReversePass.of(again[0], program, plan)(0, some).tobytes() != back(0, some).tobytes():
        path.unlink(missing_ok=True)
    return back


def at_hand(program: Program, plan: Plan) -> bool:
    """Return whether `metric_kernel` has a program's kernel without compiling, for what is computed on a CPU.

    Parameters
    ----------
    program, plan
        As `metric_kernel` takes them.
    """
    runtime.prepare()
    structure, arrangement = structure_of(program, plan), usual()
    if structure is None:
        return False
    asked = (structure, runtime.device(), arrangement)
    if any(known[0] == asked for known in list(_remembered)):
        return True
    path = executables.file_of(asked) if _is_ours(program.model) else None
    return path is not None and path.exists() and isinstance(arrangement, InBlocks)


def structure_of(program: Program, plan: Plan) -> Hashable | None:
    """Return what the compiled kernel of a program depends on but its device; None where it does not say.

    Parameters
    ----------
    program, plan
        As `metric_kernel` takes them.
    """
    beliefs, model = program.beliefs, program.model
    named = isinstance(model, NamedModel)
    if named or not (isinstance(beliefs, Structured) and isinstance(model, Structured)):
        return None
    return beliefs.structure, program.sampler.structure, model.structure, plan.dtype


def _is_ours(model: object) -> bool:
    """Whether the source of a model is part of this package, by which what is on disk is known."""
    return type(model).__module__.partition(".")[0] == __name__.partition(".")[0]


def _from_disk(asked: Hashable, program: Program, plan: Plan) -> MetricKernel:
    """Return the kernel, in blocks, of which the machine code is on disk, or one that is written there."""
    path = executables.file_of(asked)
    if path is None:
        return MetricKernel(program, plan, runtime.compiled, InBlocks())
    started = time.perf_counter()
    if found := executables.load(path):
        kernel = MetricKernel.of(*found, program, plan)
        kernel.seconds = time.perf_counter() - started
        return kernel
    last = executables.seconds_last_time(path.parent)
    begin(COMPILING if last is None else f"{COMPILING} ({last:.0f} s last time)")
    kernel = MetricKernel(program, plan, runtime.compiled_anew, InBlocks())
    executables.save(path, kernel.code, kernel.metrics, kernel.seconds)
    again = executables.load(path)
    if again and MetricKernel.of(*again, program, plan)(0).tobytes() != kernel(0).tobytes():
        path.unlink(missing_ok=True)
    return kernel
