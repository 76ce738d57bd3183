"""What was made last, by what it was made of: each is made once, by whoever asks for it first."""

import threading
from collections.abc import Callable
from concurrent.futures import Future


class Recent[Value]:
    """Remembers a few values; any thread may ask, and waits only where the one it asks for is being made.

    Parameters
    ----------
    most
        How many are remembered, those that were asked for last.
    """

    def __init__(self, most: int) -> None:
        self._most, self._looking = most, threading.Lock()
        self._known: list[tuple[object, Future[Value]]] = []

    def get(self, key: object, make: Callable[[], Value]) -> Value:
        """Return the value of a key, which is compared and need not be hashable.

        Parameters
        ----------
        key
            What the value is made of.
        make
            Makes it. What it raises is raised for everyone who waits, and not remembered.
        """
        with self._looking:
            promise = next((promise for known, promise in self._known if known == key), None)
            first = promise is None
            promise = promise or Future[Value]()
            self._known = [*self._others(promise), (key, promise)][-self._most :]
        if first:
            try:
                promise.set_result(make())
            except BaseException as error:
                promise.set_exception(error)
                with self._looking:
                    self._known = self._others(promise)
        return promise.result()

    def _others(self, promise: Future[Value]) -> list[tuple[object, Future[Value]]]:
        return [pair for pair in self._known if pair[1] is not promise]
