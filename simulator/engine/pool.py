"""A pool of processes that lost one in the middle of its answer: told that it is broken, not waited for.

The thread of a `ProcessPoolExecutor` that takes the answers reads each to its end. When the process that
writes one is killed there, the rest never comes, the others wait for their turn to write, and the pool waits
for ever [1]_. Once the other processes are gone too and this process lets go of its own end for writing, that
thread reads the end of the file and breaks the pool as it breaks one whose process dies elsewhere.

References
----------
.. [1] CPython 3.12 to 3.14, `concurrent/futures/process.py`, `wait_result_broken_or_wakeup`.
"""

from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any, cast

#: How long an answer is waited for before the pool is looked at  [s]
PATIENCE = 2.0


def answer(future: Future[Any], pool: ProcessPoolExecutor) -> Any:
    """Wait for what a pool was asked, and return it or raise what it raised.

    Raises
    ------
    BrokenProcessPool
        A process of the pool is gone.
    """
    while True:
        lost = _lost(pool)
        try:
            return future.result(PATIENCE)
        except NotYet:
            if future.done():  # just now, or the work itself raised it
                return future.result()
        if lost & _lost(pool):  # a sound pool notices within milliseconds, and forgets its processes
            let_go(pool)


def let_go(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool, and what waits for the rest of an answer."""
    for process in list((pool._processes or {}).values()):
        process.kill()
    cast(Any, pool._result_queue)._writer.close()


def _lost(pool: ProcessPoolExecutor) -> set[int]:
    processes = dict(pool._processes or {})
    return {number for number, process in processes.items() if not process.is_alive()}
