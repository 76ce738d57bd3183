"""Batches of work through any executor, their results taken in order, few of them at a time."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol, runtime_checkable

from simulator.engine.interrupt import noted

#: Batches under way or waiting to be taken, for each thread: the next is there when one is finished.
BATCHES_AHEAD = 2


@runtime_checkable
class Promise[Result](Protocol):
    """A result to come: a future of `concurrent.futures`, or what is like one in this."""

    def result(self) -> Result:
        """Wait for the work, and return its result or raise what it raised."""
        ...

    def cancel(self) -> bool:
        """Return whether the work is not begun, and now never is."""
        ...


@runtime_checkable
class Executor(Protocol):
    """What `concurrent.futures` pools and a Dask client have in common."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Return at once, with the promise of `function(*arguments)`."""
        ...


def in_order[Result](
    submit: Callable[[int], Promise[Result]],
    batches: Iterable[int],
    consume: Callable[[int, Result], None],
    ahead: Callable[[], int],
    rest: Callable[[int, Result], None] | None = None,
) -> None:
    """Submit every batch, and take the results in the order of the batches.

    An interrupt (Ctrl-C) stops the handing out of work; what was handed out and had begun is finished, taken,
    and the interrupt goes on to the caller. A failure of one batch does the same, save that later batches are
    dropped.

    Parameters
    ----------
    submit
        Called here with a batch's number; returns the promise of its result.
    batches
        Numbers of the batches, from 0.
    consume
        Called here with a batch's number and its result. It may be called twice with the same if an interrupt
        falls into it.
    ahead
        Returns how many batches may be under way or waiting to be taken, at least 1: it bounds memory.
    rest
        Called instead of `consume` with what had begun when an interrupt came.
    """
    queue: deque[tuple[int, Promise[Result]]] = deque()

    def consume_first() -> None:
        batch, promise = queue[0]
        consume(batch, promise.result())
        queue.popleft()

    try:
        with noted() as check:
            for batch in batches:
                check()
                queue.append((batch, submit(batch)))
                while len(queue) >= ahead():
                    consume_first()
                    check()
            while queue:
                consume_first()
                check()
    except KeyboardInterrupt:
        begun = [(batch, promise) for batch, promise in queue if not promise.cancel()]
        for batch, promise in begun:
            (rest or consume)(batch, promise.result())
        raise
    finally:
        for _, promise in queue:
            promise.cancel()


def on_threads[Result](
    work: Callable[[int], Result],
    batches: Iterable[int],
    consume: Callable[[int, Result], None],
    threads: int,
    rest: Callable[[int, Result], None] | None = None,
) -> None:
    """Do the work of every batch on so many threads of this process, and take the results in order.

    Parameters
    ----------
    work
        Called with a batch's number, in a thread.
    batches, consume, rest
        As in `in_order`.
    threads
        How many, at least 1: one a core.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="strandline") as pool:
        in_order(partial(pool.submit, work), batches, consume, lambda: BATCHES_AHEAD * threads, rest)
