"""What is being done, in words, for whoever watches: what takes long says so without knowing who listens."""

import contextlib
from collections.abc import Callable, Iterator

_watchers: list[Callable[[str], None]] = []


@contextlib.contextmanager
def watched(show: Callable[[str], None]) -> Iterator[None]:
    """Have a function called with what is being done while the block runs."""
    _watchers.append(show)
    try:
        yield
    finally:
        _watchers.remove(show)


def begin(what: str) -> None:
    """Say that something begins that takes long."""
    for show in tuple(_watchers):
        show(what)
