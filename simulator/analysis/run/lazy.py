"""Metrics by name, each read when it is asked for, so that memory does not grow with their number."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from jaxtyping import Shaped


class LazyMetrics(Mapping[str, Shaped[np.ndarray, "replicate point"]]):
    """The metrics of some names.

    Parameters
    ----------
    names
        Which there are, in order.
    read
        Returns the metric of a name, [replicate, point].
    """

    def __init__(self, names: Iterable[str], read: Callable[[str], np.ndarray]) -> None:
        self._names = dict.fromkeys(names)
        self._read = read

    def __getitem__(self, name: str) -> Shaped[np.ndarray, "replicate point"]:
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
