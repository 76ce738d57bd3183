"""Batches that a pool of processes computes and returns by files; a pool that answers no more is given up."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from simulator.engine import files
from simulator.engine.worker import BatchResult, KernelSpec, compute

#: How long an answer is awaited that should be there, twice over  [s]
PATIENCE = 5.0


class Processes(ProcessPoolExecutor):
    """Processes of this host, started anew; they leave Ctrl-C to this one, and end when it does.

    Parameters
    ----------
    count
        How many, at least 1.
    """

    def __init__(self, count: int) -> None:
        super().__init__(count, multiprocessing.get_context("spawn"), initializer=_follow_parent)
        self.batches_at_once = count

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Return the promise of a call; a process that is started for it is born deaf to Ctrl-C."""
        with _interrupts_deferred():
            return super().submit(function, *arguments, **named)


@contextlib.contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Let a Ctrl-C wait for the end of the block; processes started in it inherit this for good."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where processes have a Ctrl-C of their own
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_parent() -> None:
    """Let this process end when the one that started it is killed: it would else wait for work for ever."""
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def compute_to_file(spec: KernelSpec, path: Path, batch: int) -> None:
    """Write a batch to a file, whole or not at all: see `ProcessPool`.

    Parameters
    ----------
    spec
        Makes the kernel.
    path
        The file, in a folder that exists.
    batch
        Number of the batch, from 0.
    """
    files.write_whole(path, [pickle.dumps(compute(spec, batch), pickle.HIGHEST_PROTOCOL)], flush=False)


class ProcessPool:
    """A pool of processes on this host, given batches of one run.

    Processes of a `ProcessPoolExecutor` return what they compute through one pipe. One that is killed while
    it writes there leaves half a message, for whose rest the pool waits for ever; it can be killed in the
    middle of any message longer than `select.PIPE_BUF` (4096 bytes on Linux), and a batch has megabytes. In
    the middle of a file it is missed like any process that dies, and the pool says that it is broken.

    The pool may have other jobs, whose answers are long. It is taken for stuck where a batch is in its file,
    or a child of this process was killed, and no answer comes.

    Parameters
    ----------
    executor
        The pool.
    spec
        Makes the kernel in its processes.
    folder
        For the files.
    """

    def __init__(self, executor: ProcessPoolExecutor, spec: KernelSpec, folder: Path) -> None:
        self._executor, self._spec, self._folder = executor, spec, folder
        self._children: set[BaseProcess] = set()

    def submit(self, batch: int) -> "BatchInFile":
        """Return the promise of a batch."""
        path = self._folder / str(batch)
        future = self._executor.submit(compute_to_file, self._spec, path, batch)
        self._children.update(multiprocessing.active_children())  # the pool starts them as they are needed
        return BatchInFile(future, path, self._children)


@dataclass(frozen=True, slots=True)
class BatchInFile:
    """The promise of a batch that a process of a pool writes to a file."""

    future: Future[None]
    path: Path
    children: Collection[BaseProcess]

    def cancel(self) -> bool:
        """Return whether the batch is not begun, and now never is."""
        return self.future.cancel() or (self.future.done() and not self.path.exists())

    def result(self) -> BatchResult:
        """Wait for the batch, and return it: as often as it is asked for, while its file is there.

        Raises
        ------
        BrokenExecutor
            The pool broke, or answers no more.
        """
        overdue = False
        while not wait([self.future], PATIENCE).done:
            if overdue:
                message = "a process was killed while it answered, and the pool waits for the rest"
                raise BrokenExecutor(message)
            overdue = self.path.exists() or any((child.exitcode or 0) < 0 for child in self.children)
        self.future.result()
        return pickle.loads(self.path.read_bytes())
