"""Rounds of work through any executor, their results taken in order, few of them at a time."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, runtime_checkable

from simulator.engine.interrupt import noted

#: Rounds under way or waiting to be kept, for each thread: the next is there when one is finished.
ROUNDS_AHEAD = 2


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
    rounds: Iterable[int],
    keep: Callable[[int, Result], None],
    executor: Executor,
    ahead: Callable[[], int],
) -> None:
    """Do the work of every round, and keep the results in the order of the rounds.

    An interrupt (Ctrl-C) stops the handing out of work; what was handed out and had begun is finished, kept,
    and the interrupt goes on to the caller. A failure of one round does the same, save that later rounds are
    dropped.

    Parameters
    ----------
    work
        Called with a round's number, in the executor.
    rounds
        Numbers of the rounds.
    keep
        Called here with a round's number and its result. It may be called twice with the same if an interrupt
        falls into it.
    executor
        Where the work is done.
    ahead
        Returns how many rounds may be under way or waiting to be kept, at least 1: it bounds memory.
    """
    queue: deque[tuple[int, Promise[Result]]] = deque()

    def keep_first() -> None:
        round, future = queue[0]
        keep(round, future.result())
        queue.popleft()

    try:
        with noted() as check:
            for round in rounds:
                check()
                queue.append((round, executor.submit(work, round)))
                while len(queue) >= ahead():
                    keep_first()
                    check()
            while queue:
                keep_first()
                check()
    except KeyboardInterrupt:
        begun = [(round, future) for round, future in queue if not future.cancel()]
        for round, future in begun:
            keep(round, future.result())
        raise
    finally:
        for _, future in queue:
            future.cancel()


def on_threads[Result](
    work: Callable[[int], Result],
    rounds: Iterable[int],
    keep: Callable[[int, Result], None],
    threads: int,
) -> None:
    """Do the work of every round on so many threads of this process, one a core, and keep it in order."""
    with ThreadPoolExecutor(threads, thread_name_prefix="strandline") as pool:
        in_order(work, rounds, keep, pool, ahead=lambda: ROUNDS_AHEAD * threads)
