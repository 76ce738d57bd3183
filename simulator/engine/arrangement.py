"""How the paths of one call lie on a device: block after block in a CPU's cache, or side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from simulator.engine.plan import Plan
from simulator.sampling import BATCH, Sampler
from simulator.tracing import side_by_side

#: Of the parameters and the 32-bit points of some paths: named arrays, their last axis paths.
type Outcome = Callable[[Any, Array], dict[str, Array]]
#: Of the parameters, the sampler's tables and the number or numbers of batches: the same, of whole batches.
type Whole = Callable[[Any, Any, Array], dict[str, Array]]


@runtime_checkable
class Arrangement(Protocol):
    """How the paths of one call lie. It moves no point of the sampler, and no path in a batch."""

    @property
    def batches(self) -> int:
        """Batches of a call."""
        ...

    def at_once(self, plan: Plan) -> int:
        """Return how many paths the model is given at once."""
        ...

    def whole(self, sampler: Sampler, outcome: Outcome) -> Whole:
        """Return the function of one call.

        Parameters
        ----------
        sampler
            Has the points.
        outcome
            What becomes of the points of some paths.
        """
        ...

    def numbers(self, batches: Sequence[int]) -> Any:
        """Return the numbers of batches, at least 1 and at most `batches`, as `whole` takes them."""
        ...

    def split(self, found: Mapping[str, np.ndarray], count: int) -> list[dict[str, np.ndarray]]:
        """Return what a call returned of its first batches, so many, each named arrays [..., 8192]."""
        ...


@dataclass(frozen=True, slots=True)
class InBlocks:
    """One batch a call, a block of paths after the other, each small enough to stay in cache: for a CPU."""

    batches: int = 1

    def at_once(self, plan: Plan) -> int:
        """Return the size of a block."""
        return plan.block_size

    def whole(self, sampler: Sampler, outcome: Outcome) -> Whole:
        """Return the function of one batch: (parameters, tables, batch) -> named arrays [..., 8192].

        Parameters
        ----------
        sampler, outcome
            As in `Arrangement.whole`.
        """

        def whole(parameters: Any, tables: Any, batch: Array) -> dict[str, Array]:
            def one(_: None, index: Array) -> tuple[None, dict[str, Array]]:
                return None, outcome(parameters, sampler.bits(tables, batch, index))

            _, stacked = jax.lax.scan(one, None, jnp.arange(sampler.blocks, dtype=jnp.uint32))
            return {
                name: jnp.moveaxis(value, 0, -2).reshape(*value.shape[1:-1], BATCH)
                for name, value in stacked.items()
            }

        return whole

    def numbers(self, batches: Sequence[int]) -> np.uint32:
        """Return the number of the one batch."""
        return np.uint32(batches[0])

    def split(self, found: Mapping[str, np.ndarray], count: int) -> list[dict[str, np.ndarray]]:
        """Return the one batch."""
        return [dict(found)]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """All paths of one or several batches at once, in each operation of the model: for an accelerator.

    Parameters
    ----------
    batches
        How many, at least 1: the width of a call.
    """

    batches: int = 1

    def at_once(self, plan: Plan) -> int:
        """Return the paths of a call."""
        return self.batches * BATCH

    def whole(self, sampler: Sampler, outcome: Outcome) -> Whole:
        """Return the function of one call: (parameters, tables, batches) -> arrays [batch, ..., 8192].

        Parameters
        ----------
        sampler, outcome
            As in `Arrangement.whole`.
        """

        def whole(parameters: Any, tables: Any, batches: Array) -> dict[str, Array]:
            of_batch = jax.vmap(partial(sampler.bits, tables), in_axes=(None, 0))
            blocks = jnp.arange(sampler.blocks, dtype=jnp.uint32)
            points = jax.vmap(of_batch, in_axes=(0, None))(batches, blocks)  # [batch, block, d, path]
            points = jnp.moveaxis(points, 2, 0).reshape(points.shape[2], -1)
            with side_by_side():
                found = outcome(parameters, points)
            return {
                name: jnp.moveaxis(value.reshape(*value.shape[:-1], self.batches, BATCH), -2, 0)
                for name, value in found.items()
            }

        return whole

    def numbers(self, batches: Sequence[int]) -> np.ndarray:
        """Return the numbers of the batches, the last one again for those that a call has beside them."""
        more = self.batches - len(batches)
        return np.array([*batches, *[batches[-1]] * more], dtype=np.uint32)

    def split(self, found: Mapping[str, np.ndarray], count: int) -> list[dict[str, np.ndarray]]:
        """Return the first batches of a call."""
        return [{name: values[place] for name, values in found.items()} for place in range(count)]
