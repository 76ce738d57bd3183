"""A text names where batches are computed, or it is said what it may be."""

import re
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest

from simulator.engine import executor_of, executors, runtime
from simulator.engine.process_pool import Processes
from simulator.errors import UsageError


@pytest.mark.parametrize(("text", "workers"), [("processes:3", 3), ("processes", None)])
def test_processes_of_this_machine(text: str, workers: int | None) -> None:
    with executor_of(text) as pool:
        assert isinstance(pool, Processes)
        assert pool.batches_at_once == (workers or runtime.cores())


@pytest.mark.parametrize(
    ("text", "named", "given"),
    [
        ("slurm", "slurm", "None"),
        ("slurm:a:b.toml", "slurm", "a:b.toml"),
        ("dask://a:1", "connected", "dask://a:1"),
        ("dask:1", "connected", "dask:1"),  # and that is told what addresses there are
    ],
)
def test_the_scheme_says_what_is_meant(
    text: str, named: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def begin(rest: Any) -> AbstractContextManager[Any]:
        asked.append(str(rest))
        return nullcontext()

    monkeypatch.setattr(executors, named, begin)
    executor_of(text)
    assert asked == [given]


@pytest.mark.parametrize(
    "text", ["", "threads", "process:2", "slurm:", "10.0.0.1:8786", "Processes", "x" * 999]
)
def test_what_names_nothing(text: str) -> None:
    with pytest.raises(
        UsageError, match=r"executor: found .*processes:N.*slurm:FILE\.toml.*dask://HOST:PORT"
    ) as error:
        executor_of(text)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("count", ["0", "-1", "two", ""])
def test_no_number_of_processes(count: str) -> None:
    with pytest.raises(UsageError, match=rf"processes: found '{re.escape(count)}'; allowed: a whole number"):
        executor_of(f"processes:{count}")
