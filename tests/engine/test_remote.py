"""What an executor's processes compute is what this one does, or it is refused."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from simulator.engine import KernelSpec, MetricKernel, Plan, RemoteBatches
from simulator.engine.worker import BatchResult, compute
from simulator.errors import ExecutorError, ExecutorWarning, UsageError
from simulator.sampling import BATCH
from tests.engine.programs import make

BATCHES = 6
PLAN = Plan(BATCHES * BATCH, 7)

type Change = Callable[[int, BatchResult], BatchResult]


@pytest.fixture(scope="module")
def kernel() -> MetricKernel:
    return MetricKernel(make(PLAN), PLAN)


class Elsewhere:
    """An executor whose answers are changed on their way, as if other processes gave them."""

    def __init__(self, change: Change) -> None:
        self.change = change

    def submit(self, function: Callable[..., Any], /, batch: int) -> Future:
        future: Future = Future()
        try:
            future.set_result(self.change(batch, function(batch)))
        except Exception as error:
            future.set_exception(error)
        return future


def computed(kernel: MetricKernel, executor: Any) -> tuple[RemoteBatches, dict[int, bytes]]:
    remote = RemoteBatches(kernel, KernelSpec("ours", lambda: kernel), executor, 2)
    taken: dict[int, bytes] = {}
    remote(range(BATCHES), lambda batch, values: taken.update({batch: values.tobytes()}))
    return remote, taken


def straight(kernel: MetricKernel) -> dict[int, bytes]:
    return {batch: kernel(batch).tobytes() for batch in range(BATCHES)}


def odd(answer: BatchResult, *, last_bit: bool = True, **changes: Any) -> BatchResult:
    """An answer of another machine, whose arithmetic is another in the last bit."""
    values = np.nextafter(answer.values, np.float32(np.inf)) if last_bit else answer.values
    return answer._replace(
        values=values, machine={**answer.machine, "processor": "odd", "cores": 96}, **changes
    )


def test_anything_with_submit_will_do(kernel: MetricKernel) -> None:
    assert computed(kernel, Elsewhere(lambda _, answer: answer))[1] == straight(kernel)
    with ThreadPoolExecutor(3) as pool:
        assert computed(kernel, pool)[1] == straight(kernel)


def test_another_machine_with_the_same_bits_is_welcome(kernel: MetricKernel) -> None:
    remote, taken = computed(kernel, Elsewhere(lambda _, answer: odd(answer, last_bit=False)))
    assert taken == straight(kernel)
    assert remote.machine["processor"] != "odd"


def test_workers_all_of_another_machine_make_a_run_of_theirs(kernel: MetricKernel) -> None:
    def change(batch: int, answer: BatchResult) -> BatchResult:
        return odd(answer, worker=f"{batch % 3}")

    with pytest.warns(ExecutorWarning, match="the workers compute on .*odd.*only a machine like theirs"):
        remote, taken = computed(kernel, Elsewhere(change))
    assert remote.machine["processor"] == "odd"
    assert all(taken[batch] != ours for batch, ours in straight(kernel).items())


@pytest.mark.filterwarnings("ignore::simulator.errors.ExecutorWarning")
@pytest.mark.parametrize("stranger", range(BATCHES))
def test_two_kinds_of_machine_are_not_mixed(kernel: MetricKernel, stranger: int) -> None:
    def change(batch: int, answer: BatchResult) -> BatchResult:
        return odd(answer, worker="odd") if batch == stranger else answer

    with pytest.raises(ExecutorError, match="cannot take part: its numbers are not those of the others"):
        computed(kernel, Elsewhere(change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda answer: answer._replace(values=answer.values + 1), "its model is another one"),
        (lambda answer: odd(answer, versions={**answer.versions, "jax": "0.1"}), r"jax 0\.1 against"),
        (lambda answer: answer._replace(metrics=("a", *answer.metrics)), r"other metrics \(a\)"),
    ],
)
def test_what_nothing_but_a_mistake_explains_is_refused(
    kernel: MetricKernel, change: Callable[[BatchResult], BatchResult], message: str
) -> None:
    with pytest.raises(ExecutorError, match=message):
        computed(kernel, Elsewhere(lambda _, answer: change(answer)))


def test_a_failure_is_the_executors_and_what_was_finished_is_taken(kernel: MetricKernel) -> None:
    def fail(batch: int, answer: BatchResult) -> BatchResult:
        if batch == 3:
            raise ConnectionError("the switch is gone")
        return answer

    taken: list[int] = []
    remote = RemoteBatches(kernel, KernelSpec("ours", lambda: kernel), Elsewhere(fail), 1)
    with pytest.raises(ExecutorError, match="the executor failed: ConnectionError: the switch is gone"):
        remote(range(BATCHES), lambda batch, _: taken.append(batch))
    assert taken == [0, 1, 2]


def broken(batch: int, answer: BatchResult) -> BatchResult:
    if batch >= 3:
        raise BrokenExecutor("a process died")
    return answer


def test_a_broken_executor_is_replaced_by_this_process(kernel: MetricKernel) -> None:
    with pytest.warns(ExecutorWarning, match="a process died.* goes on alone"):
        assert computed(kernel, Elsewhere(broken))[1] == straight(kernel)


@pytest.mark.filterwarnings("ignore:the workers compute on")
def test_a_broken_executor_of_another_machine_is_not(kernel: MetricKernel) -> None:
    with pytest.raises(ExecutorError, match="start it anew"):
        computed(kernel, Elsewhere(lambda batch, answer: odd(broken(batch, answer))))


def no_kernel() -> MetricKernel:
    raise AssertionError("a fork is refused before anything is compiled in it")


@pytest.mark.filterwarnings("ignore:.*fork")  # as Python and JAX warn of it too
def test_forked_processes_are_refused(kernel: MetricKernel) -> None:
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool,
        pytest.raises(UsageError, match=r"forked processes.*get_context\('spawn'\)"),
    ):
        RemoteBatches(kernel, KernelSpec("ours", no_kernel), pool, 1)(range(1), print)


def test_a_process_makes_a_kernel_once(kernel: MetricKernel) -> None:
    made: list[str] = []

    def spec(key: str) -> KernelSpec:
        def make() -> MetricKernel:
            made.append(key)
            return kernel

        return KernelSpec(key, make)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(compute, spec("a")), range(BATCHES)))
        list(pool.map(lambda batch: compute(spec("a"), batch), range(BATCHES)))  # as unpickled each time
        list(pool.map(partial(compute, spec("b")), range(BATCHES)))
    assert made == ["a", "b"]


def test_errors_of_a_worker_name_it() -> None:
    def make() -> MetricKernel:
        raise UsageError("no such draw")

    with pytest.raises(ExecutorError, match=r"worker process \d+ on .*: no such draw"):
        compute(KernelSpec("c", make), 0)
