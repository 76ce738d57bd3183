"""Rounds of work through any executor, their results taken in order, few of them at a time."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, runtime_checkable

from simulator.engine.interrupt import noted

#: Rounds under way or waiting to be kept, for each thread: the next is there when one is finished.
BATCHES_AHEAD = 2


@runtime_checkable
class Promise[Result](Protocol):
    """What holds a result: a future of `concurrent.futures`, or what is like one in this."""

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
    work: Callable[[int], Result],
    batches: Iterable[int],
    keep: Callable[[int, Result], None],
    executor: Executor,
    ahead: Callable[[], int],
) -> None:
    """Do the work of every batch, and keep the results in the order of the batches.

    An interrupt (Ctrl-C) stops the handing out of work; what was handed out and had begun is finished, kept,
    and the interrupt goes on to the caller. A failure of one batch does the same, save that later batches are
    dropped.

    Parameters
    ----------
    work
        Called with a batch's number, in the executor.
    batches
        Numbers of the batches.
    keep
        Called here with a batch's number and its result. It may be called twice with the same if an interrupt
        falls into it.
    executor
        Where the work is done.
    ahead
        Returns how many batches may be under way or waiting to be kept, at least 1: it bounds memory.
    """
    queue: deque[tuple[int, Promise[Result]]] = deque()

    def keep_first() -> None:
        batch, future = queue[0]
        keep(batch, future.result())
        queue.popleft()

    try:
        with noted() as check:
            for batch in batches:
                check()
                queue.append((batch, executor.submit(work, batch)))
                while len(queue) >= ahead():
                    keep_first()
                    check()
            while queue:
                keep_first()
                check()
    except KeyboardInterrupt:
        begun = [(batch, future) for batch, future in queue if not future.cancel()]
        for batch, future in begun:
            keep(batch, future.result())
        raise
    finally:
        for _, future in queue:
            future.cancel()


def on_threads[Result](
    work: Callable[[int], Result],
    batches: Iterable[int],
    keep: Callable[[int, Result], None],
    threads: int,
) -> None:
    """Do the work of every batch on so many threads of this process, one a core, and keep it in order."""
    with ThreadPoolExecutor(threads, thread_name_prefix="strandline") as pool:
        in_order(work, batches, keep, pool, ahead=lambda: BATCHES_AHEAD * threads)
