"""Results come in order, few at a time, and an interrupt keeps what had begun."""

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from simulator.engine.execute import in_order


class Later:
    """An executor that does a piece of work when its result is asked for, and counts what is under way."""

    def __init__(self) -> None:
        self.under_way = self.most = 0

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        executor = self

        class Lazy(Future):
            def result(self, timeout: float | None = None) -> Any:
                executor.under_way -= 1
                return function(*arguments)

        return Lazy()


def test_order_whatever_finishes_first() -> None:
    gates = [threading.Event() for _ in range(8)]
    taken: list[tuple[int, int]] = []

    def work(batch: int) -> int:
        if batch % 2 == 0:
            gates[batch].wait()
        else:
            gates[batch - 1].set()  # an odd batch always ends before the even one below it
        return batch * batch

    with ThreadPoolExecutor(4) as pool:
        in_order(
            partial(pool.submit, work),
            range(8),
            lambda batch, result: taken.append((batch, result)),
            lambda: 8,
        )
    assert taken == [(batch, batch * batch) for batch in range(8)]


@pytest.mark.parametrize("ahead", [1, 3])
def test_no_more_under_way_than_allowed(ahead: int) -> None:
    executor = Later()
    in_order(
        partial(executor.submit, lambda batch: batch), range(50), lambda batch, result: None, lambda: ahead
    )
    assert executor.most == ahead


def test_an_interrupt_takes_what_had_begun_and_begins_no_more() -> None:
    began: list[int] = []
    taken: list[int] = []

    def consume(batch: int, _: None) -> None:
        if batch == 3 and 3 not in taken:
            taken.append(batch)
            raise KeyboardInterrupt
        taken.append(batch)

    with ThreadPoolExecutor(2) as pool, pytest.raises(KeyboardInterrupt):
        in_order(partial(pool.submit, lambda batch: began.append(batch)), range(1000), consume, lambda: 4)
    assert taken[:4] == [0, 1, 2, 3]
    assert taken[4] == 3  # again, as the first call was interrupted
    assert sorted(set(taken)) == sorted(began)
    assert len(began) <= 7


def test_the_rest_after_an_interrupt_goes_where_it_is_to() -> None:
    began: list[int] = []
    taken: list[int] = []
    rest: list[int] = []

    def consume(batch: int, _: None) -> None:
        taken.append(batch)
        if batch == 3:
            raise KeyboardInterrupt

    def late(batch: int, _: None) -> None:
        rest.append(batch)

    with ThreadPoolExecutor(2) as pool, pytest.raises(KeyboardInterrupt):
        in_order(partial(pool.submit, lambda batch: began.append(batch)), range(99), consume, lambda: 4, late)
    assert taken == [0, 1, 2, 3]
    assert rest == sorted(began)[3:]  # the fourth was not taken to its end


def test_a_failure_drops_later_batches_and_takes_earlier_ones() -> None:
    taken: list[int] = []

    def work(batch: int) -> int:
        if batch == 5:
            raise MemoryError("batch 5")
        return batch

    with ThreadPoolExecutor(2) as pool, pytest.raises(MemoryError, match="batch 5"):
        in_order(partial(pool.submit, work), range(1000), lambda batch, _: taken.append(batch), lambda: 4)
    assert taken == [0, 1, 2, 3, 4]


class Swallowing:
    """What is destroyed in the middle of a run, and is interrupted while it is."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_a_finaliser_swallows_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    """Python can raise it where nothing comes of it; the next batch that is taken is then the last."""
    taken: list[int] = []

    def consume(batch: int, _: None) -> None:
        taken.append(batch)
        if batch == 3:
            Swallowing()

    # A process begun in the background ignores Ctrl-C, and the tests may be one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            in_order(partial(Later().submit, lambda batch: None), range(50), consume, lambda: 1)
        assert taken == [0, 1, 2, 3]
        assert capsys.readouterr().err == ""
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
