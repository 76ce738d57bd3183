"""Values by name, each computed when it is first asked for: who asks for a few does not wait for all."""

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from concurrent.futures import ThreadPoolExecutor


class OnDemand[Value](Mapping[str, Value]):
    """What a function returns for some names, each computed once.

    Parameters
    ----------
    names
        Which there are, in order.
    compute
        Returns the value of a name; called from several threads.
    threads
        How many values are computed at once where all are asked for, at least 1. Each is the work of one
        thread alone, so that no number depends on how many there are.
    """

    def __init__(self, names: Iterable[str], compute: Callable[[str], Value], threads: int) -> None:
        self._names = dict.fromkeys(names)
        self._compute = compute
        self._threads = threads
        self._known: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._compute(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def items(self) -> ItemsView[str, Value]:
        """Return names and values; all of them are computed."""
        return self._all().items()

    def values(self) -> ValuesView[Value]:
        """Return the values; all of them are computed."""
        return self._all().values()

    def _all(self) -> dict[str, Value]:
        """Return every value by name, in order."""
        with ThreadPoolExecutor(self._threads) as pool:
            return dict(zip(self._names, pool.map(self.__getitem__, self._names), strict=True))
