"""Batches computed on the accelerators of this process: many side by side in a call, on all at once."""

import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import Any, Protocol, runtime_checkable

import jax
import numpy as np
from jaxtyping import Array, Float

from simulator.engine import runtime
from simulator.engine.execute import in_order
from simulator.errors import DeviceWarning, RunError
from simulator.sampling import BATCH

#: Calls under way on each device: one is computed while the result of the other is fetched.
CALLS_AHEAD = 2

type Metrics = Float[np.ndarray, "metric path"]


@runtime_checkable
class WideKernel(Protocol):
    """A kernel of several batches in one call, as `MetricKernel` is one."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the rows."""
        ...

    @property
    def seconds(self) -> float:
        """Time taken to compile it  [s]."""
        ...

    def call(self, batches: Sequence[int], /) -> list[Metrics]:
        """Return the metrics of some batches, at most its width."""
        ...

    def left(self, batches: Sequence[int], /) -> Float[Array, "batch metric path"]:
        """Return the same left on the device, before others where these are fewer than its width."""
        ...


class DeviceBatches:
    """The batches of a run, given to accelerators: computes them there, and hands them on in order.

    Where the memory of a device does not suffice, calls are halved until it does.

    Parameters
    ----------
    make
        Makes the kernel of a device for so many batches a call; it may raise that memory is exhausted.
    devices
        At least one, all of one kind.
    width
        Batches of a call to begin with, a power of two.

    Attributes
    ----------
    metrics
        Names of the rows.
    seconds
        Time taken to compile the first kernel  [s]
    width
        Batches of a call now.
    """

    def __init__(self, make: Callable[[Any, int], WideKernel], devices: Sequence[Any], width: int) -> None:
        self._make, self._devices = make, tuple(devices)
        self.width = width
        self._kernels: dict[tuple[int, int], WideKernel] = {}
        self._compiling, self._narrowing = threading.Lock(), threading.Lock()
        self._used: set[int] = set()
        self._warned = False
        first = self._first()
        self.metrics, self.seconds = first.metrics, first.seconds

    @property
    def machine(self) -> dict[str, str | int]:
        """What computed the run, for its manifest: with the batches of a call, which may move last bits."""
        with runtime.using(self._devices[0]):
            host = runtime.host()
        widths = sorted(self._used or {self.width}, reverse=True)
        return {**host, runtime.WIDTH: ", ".join(map(str, widths))}

    def __call__(self, batches: Iterable[int], consume: Callable[[int, Metrics], None]) -> None:
        """Compute the batches there, and call `consume` here with each in order."""
        self._each(batches, lambda kernel, some: kernel.call(some), consume)

    def left(
        self,
        batches: Iterable[int],
        take: Callable[[Sequence[int], Float[Array, "batch metric path"]], None],
        consume: Callable[[int], None],
    ) -> None:
        """Compute the batches there and leave them there; `consume` here each in order, once it is taken.

        Parameters
        ----------
        batches
            Their numbers.
        take
            Called in a thread with the batches of a call and their metrics on the device, before those of
            others where a call has more; at once for as many calls as are under way. Where it raises that
            memory is exhausted it is called again with fewer batches.
        consume
            Called here with the number of each.
        """

        def taken(kernel: WideKernel, some: Sequence[int]) -> list[None]:
            take(some, kernel.left(some))
            return [None] * len(some)

        self._each(batches, taken, lambda batch, _: consume(batch))

    def _each[Result](
        self,
        batches: Iterable[int],
        ask: Callable[[WideKernel, Sequence[int]], list[Result]],
        consume: Callable[[int, Result], None],
    ) -> None:
        """Ask kernels for a result of each batch, and call `consume` here with each in order."""
        calls = list(batched(batches, self.width))
        threads = CALLS_AHEAD * len(self._devices)

        def consume_all(place: int, found: list[Result]) -> None:
            for batch, values in zip(calls[place], found, strict=True):
                consume(batch, values)

        with ThreadPoolExecutor(threads, thread_name_prefix="strandline") as pool:
            in_order(
                lambda place: pool.submit(self._compute, calls[place], place % len(self._devices), ask),
                range(len(calls)),
                consume_all,
                lambda: threads,
            )

    def _first(self) -> WideKernel:
        while True:
            width = self.width
            try:
                return self._kernel(0, width)
            except (jax.errors.JaxRuntimeError, MemoryError) as error:
                self._narrow(width, error)

    def _compute[Result](
        self, batches: Sequence[int], device: int, ask: Callable[[WideKernel, Sequence[int]], list[Result]]
    ) -> list[Result]:
        """Return the results of some batches, in one call or, where memory does not suffice, in several."""
        found: list[Result] = []
        while len(found) < len(batches):
            width = self.width
            try:
                found += ask(self._kernel(device, width), batches[len(found) : len(found) + width])
            except (jax.errors.JaxRuntimeError, MemoryError) as error:
                self._narrow(width, error)
            else:
                self._used.add(width)
        return found

    def _kernel(self, device: int, width: int) -> WideKernel:
        with self._compiling:
            if (device, width) not in self._kernels:
                self._kernels[device, width] = self._make(self._devices[device], width)
            return self._kernels[device, width]

    def _narrow(self, width: int, error: Exception) -> None:
        """Halve the calls where one of so many batches exhausted the memory, unless that is done already."""
        if not runtime.out_of_memory(error):
            raise error
        with self._narrowing:
            if width > self.width:
                return
            kind = self._devices[0].device_kind
            if width == 1:
                message = (
                    f"{kind} has too little memory for {BATCH:,} paths of this study at once; end what else "
                    "uses it, or compute on the processor with --device cpu (device='cpu')"
                )
                raise RunError(message) from error
            if not self._warned:
                warnings.warn(
                    f"{kind} has too little memory for {width * BATCH:,} paths at once; the run goes on with "
                    "fewer",
                    DeviceWarning,
                    stacklevel=2,
                )
            self._warned, self.width = True, width // 2
            with self._compiling:
                self._kernels = {key: one for key, one in self._kernels.items() if key[1] < width}
