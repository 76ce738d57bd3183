"""Totals of what accelerators compute: added up on each, and brought to the host when they are asked for."""

import threading
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float

from simulator.engine import runtime
from simulator.estimate.totals.grid import Grid
from simulator.estimate.totals.layout import Layout
from simulator.estimate.totals.on_device import Tally, places_of, tallied
from simulator.estimate.totals.totals import Totals, refuse_beyond


class DeviceTotals:
    """What calls add up to, on every device that computed some. Any thread may call.

    Parameters
    ----------
    grid
        Where values are counted.
    layout
        The metrics and the cells of the run.
    """

    def __init__(self, grid: Grid, layout: Layout) -> None:
        self._grid, self._layout = grid, layout
        self._devices: dict[Any, _Device] = {}
        self._add = jax.jit(partial(tallied, layout))
        self._lock = threading.Lock()

    def add(self, batches: Sequence[int], values: Float[Array, "batch metric path"]) -> None:
        """Add the batches of a call, whole or not at all, on the device on which their metrics lie.

        Parameters
        ----------
        batches
            Their numbers, of batches that were not added before.
        values
            Their metrics; of a call that has more, those after them are not looked at.

        Raises
        ------
        RunError
            A sum is too large for the unit that the first paths set.
        """
        with runtime.precision("float64"):
            one = self._on(values.device)
            with one.lock:
                tally, beyond = self._add(one.places, one.tally, values, np.int64(len(batches)))
                refuse_beyond(np.asarray(beyond), self._layout)
                one.tally, one.batches = tally, one.batches | set(batches)

    def taken(self) -> Iterator[Totals]:
        """Give the totals of every device since this was asked last; each begins anew."""
        for one in list(self._devices.values()):
            with one.lock, runtime.precision("float64"):
                found = one.tally.totals(self._grid, one.batches)
                one.tally, one.batches = one.nothing, set[int]()
            yield found

    def _on(self, device: Any) -> "_Device":
        with self._lock:
            if device not in self._devices:
                self._devices[device] = _Device(self._grid, self._layout, device)
            return self._devices[device]


class _Device:
    """What there is on a device, in the precision of sums."""

    def __init__(self, grid: Grid, layout: Layout, device: Any) -> None:
        self.lock = threading.Lock()
        self.batches = set[int]()
        self.places, self.nothing = jax.device_put(
            (places_of(grid, layout), Tally.of(Totals.nothing(grid, layout))), device
        )
        self.tally: Tally = self.nothing
