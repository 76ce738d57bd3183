"""A study made ready to be computed: checked, its kernel there, and its first batch once it was computed."""

import threading
from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

from simulator.engine import MetricKernel, Model
from simulator.study import Study


class Prepared:
    """What is computed of one study; its first batch is computed once, for whoever asks for more comes again.

    While a slider is dragged the page asks for a part of that batch, and for all of it when it is let go.

    Parameters
    ----------
    study, model
        As asked for.
    kernel
        With the numbers of the study's beliefs.
    remarks
        What the study's author may not know of it.
    """

    def __init__(self, study: Study, model: Model, kernel: MetricKernel, remarks: Iterable[str]) -> None:
        self.study, self.model, self.remarks = study, model, tuple(remarks)
        self._kernel, self._first = kernel, None
        self._computing_first = threading.Lock()

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the rows of a batch."""
        return self._kernel.metrics

    def batch(self, number: int) -> Float[np.ndarray, "metric path"]:
        """Return the metrics of a batch, which are not to be changed; any thread may call."""
        if number > 0:
            return self._kernel(number)
        with self._computing_first:
            if self._first is None:
                self._first = self._kernel(0)
            return self._first
