"""One compiled function: the number of a batch in, what the model makes of its 8192 paths out.

Inside: the bits of some paths, the scores, the named draws, the model. On a CPU that is a loop over blocks of
paths small enough to stay in cache, and on an accelerator all paths of some batches side by side
(`simulator.engine.arrangement`). Scores are computed once, behind an optimisation barrier, and beliefs do the
same for draws: the compiler would else fuse a draw into the model and leave out its rounding, differently in
each program.
"""

import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax.stages import Compiled
from jaxtyping import Array, Float

from simulator.engine import runtime
from simulator.engine.arrangement import Arrangement, InBlocks, Outcome, SideBySide
from simulator.engine.model import Named, along_paths, metrics_of
from simulator.engine.plan import Plan
from simulator.sampling import Coordinate, Sampler, normal, uniform

#: Name of what a kernel of metrics returns.
OUTPUT = "metrics"


@runtime_checkable
class Draws(Protocol):
    """What the engine needs of beliefs: see `simulator.beliefs.Beliefs`."""

    @property
    def normal_coordinates(self) -> tuple[Coordinate, ...]:
        """Name and component of each row of the scores."""
        ...

    @property
    def uniform_coordinates(self) -> tuple[Coordinate, ...]:
        """Name and component of each row of the uniforms."""
        ...

    @property
    def parameters(self) -> Any:
        """Arrays to be passed to `draws`."""
        ...

    def draws(self, parameters: Any, scores: Array, uniforms: Array) -> Named:
        """Return the named draws of normal scores and uniforms, one row a coordinate; rounded, not fused.

        Parameters
        ----------
        parameters
            As `parameters` has them, in the precision of the run.
        scores
            Float[Array, "normal path"], standard normal, rows in the order of `normal_coordinates`.
        uniforms
            Float[Array, "uniform path"], above 0 and below 1, rows in the order of `uniform_coordinates`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Program:
    """What turns the number of a path into its outcome."""

    beliefs: Draws
    sampler: Sampler
    model: Callable[..., Named]


def usual() -> Arrangement:
    """Return how the paths of a call lie on the device that is computed on, where nothing else is asked."""
    return InBlocks() if runtime.device().platform == "cpu" else SideBySide()


class Kernel:
    """`observe(draws)` for any batch of a plan, compiled once, for the device that is computed on.

    Parameters
    ----------
    program
        Beliefs, sampler and model.
    plan
        The batches, the size of a block and the precision.
    observe
        Function of the named draws of a block that returns named arrays, their last axis paths.
    compiler
        Of a function for arguments of some shapes, as `runtime.compiled`.
    arrangement
        How the paths of a call lie; by default as `usual` has it.

    Attributes
    ----------
    arrangement
        As above.
    outputs
        Names of what it returns, in the order in which `observe` gave them.
    seconds
        Time taken to trace and compile  [s]
    """

    def __init__(
        self,
        program: Program,
        plan: Plan,
        observe: Callable[..., Named],
        compiler: Callable[..., Compiled] = runtime.compiled,
        arrangement: Arrangement | None = None,
    ) -> None:
        runtime.prepare()
        started = time.perf_counter()
        names: list[str] = []

        def noted(draws: dict[str, Array]) -> Named:
            observed = observe(draws)
            names[:] = observed  # here while tracing: what comes out of the compiler is in another order
            return observed

        self.arrangement = arrangement or usual()
        self._arguments = arguments_of(program, plan)
        with runtime.precision(plan.dtype):
            whole = self.arrangement.whole(program.sampler, _outcome(program, plan, noted))
            self._compiled: Callable[..., Any] = compiler(
                whole, *self._arguments, self.arrangement.numbers([0])
            )
        self.outputs = tuple(names)
        self.seconds = time.perf_counter() - started

    @classmethod
    def of(cls, code: Callable[..., Any], outputs: tuple[str, ...], program: Program, plan: Plan) -> "Kernel":
        """Return the kernel of a program of which the machine code is there, in blocks: nothing is compiled.

        Parameters
        ----------
        code
            Of a program of the same structure.
        outputs
            Names of what it returns.
        program, plan
            As above.
        """
        kernel = cls.__new__(cls)
        kernel.arrangement = InBlocks()
        kernel._compiled, kernel.outputs, kernel.seconds = code, outputs, 0.0
        return kernel.with_numbers(program, plan)

    def with_numbers(self, program: Program, plan: Plan) -> "Kernel":
        """Return this kernel with the numbers of a program of the same structure: nothing is compiled."""
        started, other = time.perf_counter(), copy.copy(self)
        other._arguments = arguments_of(program, plan)
        other.seconds = time.perf_counter() - started
        return other

    def without_numbers(self) -> "Kernel":
        """Return this kernel without the numbers that it computes with, which are large."""
        other = copy.copy(self)
        other._arguments = ()
        return other

    def with_parameters(self, parameters: Any, plan: Plan) -> "Kernel":
        """Return this kernel with those of beliefs of the same structure: nothing is traced or compiled."""
        other = copy.copy(self)
        with runtime.precision(plan.dtype):
            given = jax.device_put(to_dtype(parameters, plan.dtype), runtime.device())
        other._arguments = (given, *self._arguments[1:])
        return other

    @property
    def code(self) -> Any:
        """What runs it: compiled here, or read from a file."""
        return self._compiled

    def __call__(self, batch: int) -> dict[str, np.ndarray]:
        """Return each output of a batch as [..., 8192], in the order of its paths. Any thread may call."""
        return self.call((batch,))[0]

    def left(self, batches: Sequence[int]) -> dict[str, Array]:
        """Return the outputs of a call as they lie on the device, of batches that `call` takes."""
        return self._compiled(*self._arguments, self.arrangement.numbers(batches))

    def call(self, batches: Sequence[int]) -> list[dict[str, np.ndarray]]:
        """Return the outputs of several batches, as many as the arrangement has in one call at most."""
        found = self.left(batches)
        return self.arrangement.split({name: np.asarray(found[name]) for name in self.outputs}, len(batches))


class MetricKernel:
    """The model's metrics for any batch of a plan: float[metrics, 8192], compiled once.

    Parameters
    ----------
    program, plan, compiler, arrangement
        As `Kernel` takes them.

    Attributes
    ----------
    metrics
        Their names, in the order in which the model gave them.
    """

    def __init__(
        self,
        program: Program,
        plan: Plan,
        compiler: Callable[..., Compiled] = runtime.compiled,
        arrangement: Arrangement | None = None,
    ) -> None:
        names: list[str] = []
        arrangement = arrangement or usual()
        paths = arrangement.at_once(plan)

        def observe(draws: dict[str, Array]) -> Named:
            metrics = metrics_of(program.model, draws, paths, plan.dtype)
            names[:] = metrics
            return {OUTPUT: jnp.stack(list(metrics.values()))}

        self._kernel, self._plan = Kernel(program, plan, observe, compiler, arrangement), plan
        self.metrics = tuple(names)
        self.seconds = self._kernel.seconds

    @classmethod
    def of(
        cls, code: Callable[..., Any], metrics: tuple[str, ...], program: Program, plan: Plan
    ) -> "MetricKernel":
        """Return the kernel of a program of which the machine code is there: nothing is compiled.

        Parameters
        ----------
        code
            Of a program of the same structure.
        metrics
            Names of the rows of what it returns.
        program, plan
            As for `Kernel`.
        """
        kernel = cls.__new__(cls)
        kernel.metrics = metrics
        return kernel._around(Kernel.of(code, (OUTPUT,), program, plan), plan)

    def with_parameters(self, parameters: Any) -> "MetricKernel":
        """Return this kernel with those of beliefs of the same structure: nothing is traced or compiled."""
        return self._around(self._kernel.with_parameters(parameters, self._plan), self._plan)

    def with_numbers(self, program: Program, plan: Plan) -> "MetricKernel":
        """Return this kernel with the numbers of a program of the same structure: nothing is compiled."""
        return self._around(self._kernel.with_numbers(program, plan), plan)

    def without_numbers(self) -> "MetricKernel":
        """Return this kernel without the numbers that it computes with, which are large."""
        return self._around(self._kernel.without_numbers(), self._plan)

    def _around(self, kernel: Kernel, plan: Plan) -> "MetricKernel":
        other = copy.copy(self)
        other._kernel, other._plan, other.seconds = kernel, plan, kernel.seconds
        return other

    @property
    def code(self) -> Any:
        """What runs it, compiled here or read from a file; `as_text` is what the compiler made, as HLO."""
        return self._kernel.code

    def __call__(self, batch: int) -> Float[np.ndarray, "metric path"]:
        """Return the metrics of a batch, rows in the order of `metrics`, columns in that of its paths."""
        return self._kernel(batch)[OUTPUT]

    def call(self, batches: Sequence[int]) -> list[Float[np.ndarray, "metric path"]]:
        """Return the metrics of several batches, as many as the arrangement has in one call at most."""
        return [found[OUTPUT] for found in self._kernel.call(batches)]

    def left(self, batches: Sequence[int]) -> Float[Array, "batch metric path"]:
        """Return the metrics of a call, side by side, as they lie on the device; of batches as `call` has."""
        return self._kernel.left(batches)[OUTPUT]


def arguments_of(program: Program, plan: Plan) -> Any:
    """Return the numbers that the kernel of a program computes with: of its beliefs, and of its sampler."""
    beliefs = program.beliefs
    coordinates = (*beliefs.normal_coordinates, *beliefs.uniform_coordinates)
    with runtime.precision(plan.dtype):
        tables = program.sampler.tables(coordinates, plan.batches)
        return jax.device_put((to_dtype(beliefs.parameters, plan.dtype), tables), runtime.device())


def _outcome(program: Program, plan: Plan, observe: Callable[..., Named]) -> Outcome:
    """Return what becomes of the points of some paths: (parameters, bits) -> named arrays [..., path]."""
    scored = len(program.beliefs.normal_coordinates)

    def outcome(parameters: Any, bits: Array) -> dict[str, Array]:
        scores = jax.lax.optimization_barrier(normal(bits[:scored], plan.dtype))
        uniforms = jax.lax.optimization_barrier(uniform(bits[scored:], plan.dtype))
        draws = dict(program.beliefs.draws(parameters, scores, uniforms))
        observed = observe(draws)
        paths = bits.shape[1]
        return {name: along_paths(name, jnp.asarray(value), paths) for name, value in observed.items()}

    return outcome


def to_dtype(parameters: Any, dtype: str) -> Any:
    """Return a pytree of host arrays with every fraction in `dtype`."""

    def as_asked(leaf: Any) -> np.ndarray:
        array = np.asarray(leaf)
        return array.astype(dtype) if np.issubdtype(array.dtype, np.floating) else array

    return jax.tree.map(as_asked, parameters)
