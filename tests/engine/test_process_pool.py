"""A pool of processes that answers no more is given up, and the run goes on without it."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from simulator.engine import KernelSpec, MetricKernel, Plan, RemoteBatches, process_pool
from simulator.errors import ExecutorWarning
from simulator.sampling import BATCH
from tests.engine.programs import make

BATCHES = 3
PLAN = Plan(BATCHES * BATCH, 7)


@pytest.fixture(scope="module")
def kernel() -> MetricKernel:
    return MetricKernel(make(PLAN), PLAN)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "PATIENCE", 0.2)


def test_a_batch_that_was_taken_is_not_asked_for_again(tmp_path: Path) -> None:
    """An interrupt may come after its file is removed and before it leaves the queue."""
    future: Future[None] = Future()
    batch = process_pool.BatchInFile(future, tmp_path / "0", ())
    assert future.set_running_or_notify_cancel()
    assert not batch.cancel()
    (tmp_path / "0").touch()
    future.set_result(None)
    assert not batch.cancel()
    (tmp_path / "0").unlink()
    assert batch.cancel()


class Silent(ProcessPoolExecutor):
    """A pool whose answers do not arrive: of work that is done, or of a process that was killed."""

    def __init__(self, work: Callable[..., Any]) -> None:
        super().__init__(1)
        self.work = work

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        self.work(function, *arguments)
        return Future()


def killed(*_: Any) -> None:
    child = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,))
    child.start()
    threading.Timer(0.1, child.kill).start()


@pytest.mark.parametrize("work", [lambda function, *arguments: function(*arguments), killed])
def test_a_pool_that_answers_no_more_is_given_up(kernel: MetricKernel, work: Callable[..., Any]) -> None:
    remote = RemoteBatches(kernel, KernelSpec("ours", lambda: kernel), Silent(work), 2)
    taken: dict[int, bytes] = {}
    with pytest.warns(ExecutorWarning, match="killed while it answered.* goes on alone"):
        remote(range(BATCHES), lambda batch, values: taken.update({batch: values.tobytes()}))
    assert taken == {batch: kernel(batch).tobytes() for batch in range(BATCHES)}


def test_a_pool_that_is_slow_is_waited_for(kernel: MetricKernel) -> None:
    class Slow(ProcessPoolExecutor):
        def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
            future: Future = Future()

            def answer() -> None:
                time.sleep(1.0)
                future.set_result(function(*arguments))

            threading.Thread(target=answer).start()
            return future

    taken: list[int] = []
    remote = RemoteBatches(kernel, KernelSpec("ours", lambda: kernel), Slow(1), 2)
    remote(range(BATCHES), lambda batch, _: taken.append(batch))
    assert taken == list(range(BATCHES))


def test_an_interrupt_while_a_batch_is_taken_takes_it_again(kernel: MetricKernel) -> None:
    class Prompt(ProcessPoolExecutor):
        def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
            future: Future = Future()
            future.set_result(function(*arguments))
            return future

    taken: list[int] = []

    def take(batch: int, _: Any) -> None:
        taken.append(batch)
        if len(taken) == 1:
            raise KeyboardInterrupt

    remote = RemoteBatches(kernel, KernelSpec("ours", lambda: kernel), Prompt(1), 2)
    with pytest.raises(KeyboardInterrupt):
        remote(range(BATCHES), take)
    assert taken[:2] == [0, 0]
