"""What an executor's processes compute is what this one does, or it is refused."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from simulator.engine import Crew, MetricKernel, Plan, Recipe
from simulator.engine.errand import Answer, compute
from simulator.errors import ExecutorError, ExecutorWarning, UsageError
from simulator.sampling import BATCH
from tests.engine.programs import make

BATCHES = 6
PLAN = Plan(BATCHES * BATCH, 7)

type Change = Callable[[int, Answer], Answer]


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


def computed(kernel: MetricKernel, executor: Any) -> tuple[Crew, dict[int, bytes]]:
    crew = Crew(kernel, Recipe("ours", lambda: kernel), executor, 2)
    kept: dict[int, bytes] = {}
    crew(range(BATCHES), lambda batch, values: kept.update({batch: values.tobytes()}))
    return crew, kept


def straight(kernel: MetricKernel) -> dict[int, bytes]:
    return {batch: kernel(batch).tobytes() for batch in range(BATCHES)}


def odd(answer: Answer, *, last_bit: bool = True, **changes: Any) -> Answer:
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
    crew, kept = computed(kernel, Elsewhere(lambda _, answer: odd(answer, last_bit=False)))
    assert kept == straight(kernel)
    assert crew.machine["processor"] != "odd"


def test_workers_all_of_another_machine_make_a_run_of_theirs(kernel: MetricKernel) -> None:
    def change(batch: int, answer: Answer) -> Answer:
        return odd(answer, worker=f"{batch % 3}")

    with pytest.warns(ExecutorWarning, match="the workers compute on .*odd.*only a machine like theirs"):
        crew, kept = computed(kernel, Elsewhere(change))
    assert crew.machine["processor"] == "odd"
    assert all(kept[batch] != ours for batch, ours in straight(kernel).items())


@pytest.mark.filterwarnings("ignore::simulator.errors.ExecutorWarning")
@pytest.mark.parametrize("stranger", range(BATCHES))
def test_two_kinds_of_machine_are_not_mixed(kernel: MetricKernel, stranger: int) -> None:
    def change(batch: int, answer: Answer) -> Answer:
        return odd(answer, worker="odd") if batch == stranger else answer

    with pytest.raises(ExecutorError, match="cannot take part: its numbers are not those of the others"):
        computed(kernel, Elsewhere(change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda answer: answer._replace(values=answer.values + 1), "its model is another one"),
        (lambda answer: odd(answer, versions={**answer.versions, "jax": "0.1"}), r"jax 0\.1 against"),
        (lambda answer: answer._replace(metrics=("a", *answer.metrics)), r"other metrics \(a\)"),
    ],
)
def test_what_nothing_but_a_mistake_explains_is_refused(
    kernel: MetricKernel, change: Callable[[Answer], Answer], said: str
) -> None:
    with pytest.raises(ExecutorError, match=said):
        computed(kernel, Elsewhere(lambda _, answer: change(answer)))


def test_a_failure_is_the_executors_and_what_was_finished_is_kept(kernel: MetricKernel) -> None:
    def fail(batch: int, answer: Answer) -> Answer:
        if batch == 3:
            raise ConnectionError("the switch is gone")
        return answer

    kept: list[int] = []
    crew = Crew(kernel, Recipe("ours", lambda: kernel), Elsewhere(fail), 1)
    with pytest.raises(ExecutorError, match="the executor failed: ConnectionError: the switch is gone"):
        crew(range(BATCHES), lambda batch, _: kept.append(batch))
    assert kept == [0, 1, 2]


def broken(batch: int, answer: Answer) -> Answer:
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


def test_forked_processes_are_refused(kernel: MetricKernel) -> None:
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool,
        pytest.raises(UsageError, match=r"forked processes.*get_context\('spawn'\)"),
    ):
        computed(kernel, pool)


def test_a_process_makes_a_kernel_once(kernel: MetricKernel) -> None:
    made: list[str] = []

    def recipe(key: str) -> Recipe:
        def make() -> MetricKernel:
            made.append(key)
            return kernel

        return Recipe(key, make)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(compute, recipe("a")), range(BATCHES)))
        list(pool.map(lambda batch: compute(recipe("a"), batch), range(BATCHES)))  # as unpickled each time
        list(pool.map(partial(compute, recipe("b")), range(BATCHES)))
    assert made == ["a", "b"]


def test_errors_of_a_worker_name_it() -> None:
    def make() -> MetricKernel:
        raise UsageError("no such draw")

    with pytest.raises(ExecutorError, match=r"worker process \d+ on .*: no such draw"):
        compute(Recipe("c", make), 0)
