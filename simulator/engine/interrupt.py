"""Ctrl-C, so that none is lost.

Python raises KeyboardInterrupt wherever the main thread happens to be. Where that is a callback or a
finaliser (JAX and Dask have many), what called it prints the error and goes on, and the interrupt has come to
nothing.
"""

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any


@contextlib.contextmanager
def noted() -> Iterator[Callable[[], None]]:
    """Note every Ctrl-C while the block runs, and hand it what raises the one that was swallowed, if any.

    The interrupt is raised at once as ever. Where another handler than Python's own is set, or in another
    thread than the main one, nothing is noted.
    """
    interrupts = 0

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal interrupts
        interrupts += 1
        signal.default_int_handler(number, frame)

    def check() -> None:
        if interrupts:
            raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield check
        return
    signal.signal(signal.SIGINT, note)
    try:
        with _swallowed_quietly():
            yield check
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def _swallowed_quietly() -> Iterator[None]:
    """Print nothing of an interrupt that something swallows: it is noted, and raised again."""
    before = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        if not isinstance(unraisable.exc_value, KeyboardInterrupt):
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
