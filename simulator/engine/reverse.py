"""One compiled function: the derivatives of every path by all that its draws are made of.

The model is run forwards, and backwards once [1]_: the derivative of one number of a path by all that its
draws are made of costs a few times that number, however many there are of them.

References
----------
.. [1] A. Griewank and A. Walther. Evaluating derivatives, 2nd edition, 2008.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jax.stages import Compiled
from jaxtyping import Array, Float

from simulator.engine import runtime
from simulator.engine.kernel import OUTPUT, Draws, Program, arguments_of
from simulator.engine.model import Named, metrics_of
from simulator.engine.plan import Plan
from simulator.errors import NotDifferentiableError
from simulator.sampling import BATCH, normal, uniform
from simulator.tracing import in_reverse

#: Paths at once: what is remembered of them on the way forwards stays in a cache.
BLOCK = 64
#: What JAX raises of an operation that it cannot run backwards.
_REFUSED = (NotImplementedError, TypeError, ValueError)


@runtime_checkable
class Standardised(Draws, Protocol):
    """Beliefs that say what their draws are made from: see `simulator.beliefs.Beliefs`."""

    def own_scores(self, parameters: Any, scores: Array) -> Array:
        """Return the score of each name itself, of those that are drawn."""
        ...

    def standards(self, parameters: Any, scores: Array, uniforms: Array) -> tuple[Array, ...]:
        """Return scores and uniforms, [row, path] each, of which every draw of a prior is a function.

        Parameters
        ----------
        parameters, scores, uniforms
            As `Draws.draws` takes them, with each name's `own_scores`.
        """
        ...

    def of_standards(
        self, parameters: Any, standards: tuple[Array, ...], scores: Array, uniforms: Array
    ) -> Named:
        """Return the draws that they make.

        Parameters
        ----------
        standards
            As `standards` returns them.
        parameters, scores, uniforms
            As there; of the latter two what shocks are.
        """
        ...


class ReversePass:
    """Derivatives of metrics by what draws are made of, for any batch of a plan, compiled once.

    Parameters
    ----------
    program
        Beliefs that are `Standardised`, a sampler of blocks of `BLOCK` paths, and a model.
    plan
        The batches and the precision.
    metrics
        Those that are differentiated.
    compiler
        Of a function for arguments of some shapes, as `runtime.compiled`.

    Attributes
    ----------
    seconds
        Time taken to trace and compile  [s]

    Raises
    ------
    NotDifferentiableError
        The model computes with an operation that has no derivative to run backwards.
    """

    def __init__(
        self,
        program: Program,
        plan: Plan,
        metrics: Sequence[str],
        compiler: Callable[..., Compiled] = runtime.compiled,
    ) -> None:
        runtime.prepare()
        started = time.perf_counter()
        self._take(program, plan)
        some = np.zeros((len(metrics), BATCH), plan.dtype)
        whole = _whole(program, plan, tuple(metrics))
        try:
            with runtime.precision(plan.dtype):
                self._compiled: Callable[..., Any] = compiler(whole, *self._arguments, np.uint32(0), some)
        except _REFUSED as error:
            message = f"the model has no derivative: {str(error).partition('\n')[0]}"
            raise NotDifferentiableError(message) from error
        self.seconds = time.perf_counter() - started

    @classmethod
    def of(cls, code: Callable[..., Any], program: Program, plan: Plan) -> "ReversePass":
        """Return the pass of a program of which the machine code is there: nothing is traced or compiled.

        Parameters
        ----------
        code
            Of a program of the same structure, for the same metrics.
        program, plan
            As above.
        """
        back = cls.__new__(cls)
        back._compiled, back.seconds = code, 0.0
        back._take(program, plan)
        return back

    def _take(self, program: Program, plan: Plan) -> None:
        """Take the numbers that are computed with."""
        self._arguments, self._dtype = arguments_of(program, plan), plan.dtype

    @property
    def code(self) -> Any:
        """What runs it: compiled here, or read from a file."""
        return self._compiled

    def __call__(
        self, batch: int, cotangents: Float[np.ndarray, "metric path"]
    ) -> Float[np.ndarray, "row path"]:
        """Return the derivative of a sum of metrics of a path by each row of the standards.

        Parameters
        ----------
        batch
            Its number. Any thread may call.
        cotangents
            What each metric of each path counts in the sum.
        """
        given = cotangents.astype(self._dtype)
        return np.asarray(self._compiled(*self._arguments, np.uint32(batch), given)[OUTPUT])


def _whole(program: Program, plan: Plan, metrics: tuple[str, ...]) -> Callable[..., dict[str, Array]]:
    """Return the function of one batch: (parameters, tables, batch, cotangents) -> [row, 8192]."""
    beliefs, sampler, dtype = program.beliefs, program.sampler, plan.dtype
    assert isinstance(beliefs, Standardised)
    scored = len(beliefs.normal_coordinates)

    def of_block(parameters: Any, bits: Array, cotangents: Array) -> Array:
        scores = beliefs.own_scores(parameters, normal(bits[:scored], dtype))
        uniforms = uniform(bits[scored:], dtype)

        def chosen(standards: tuple[Array, ...]) -> Array:
            draws = dict(beliefs.of_standards(parameters, standards, scores, uniforms))
            found = metrics_of(program.model, draws, bits.shape[1], dtype)
            return jnp.stack([found[name] for name in metrics])

        with in_reverse():
            _, back = jax.vjp(chosen, beliefs.standards(parameters, scores, uniforms))
        return jnp.concatenate(back(cotangents)[0])

    def whole(parameters: Any, tables: Any, batch: Array, cotangents: Array) -> dict[str, Array]:
        by_block = jnp.moveaxis(cotangents.reshape(len(metrics), sampler.blocks, -1), 1, 0)

        def one(_: None, at: tuple[Array, Array]) -> tuple[None, Array]:
            index, given = at
            return None, of_block(parameters, sampler.bits(tables, batch, index), given)

        blocks = jnp.arange(sampler.blocks, dtype=jnp.uint32)
        _, found = jax.lax.scan(one, None, (blocks, by_block))
        return {OUTPUT: jnp.moveaxis(found, 0, 1).reshape(found.shape[1], BATCH)}

    return whole
