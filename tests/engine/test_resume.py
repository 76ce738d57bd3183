"""Whatever a store holds at first, it ends with the same bytes."""

from functools import partial
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.engine import (
    MemoryStore,
    MetricKernel,
    NonFiniteCounts,
    Plan,
    Store,
    ZarrStore,
    differs,
    on_threads,
    resume,
)
from simulator.errors import RunError
from simulator.sampling import BATCH
from tests.engine.programs import make, margin

BATCHES = 6
PLAN = Plan(BATCHES * BATCH, 7)


@pytest.fixture(scope="module")
def kernel() -> MetricKernel:
    return MetricKernel(make(PLAN), PLAN)


def resumed(kernel: MetricKernel, store: Store, batches: int = BATCHES, threads: int = 2) -> list[int]:
    notes: list[int] = []
    resume(
        partial(on_threads, kernel, threads=threads),
        store,
        batches,
        NonFiniteCounts(kernel.metrics),
        notes.append,
    )
    return notes


def content(store: Store) -> list[bytes]:
    return [store.read(name, BATCHES).tobytes() for name in store.metrics]


@pytest.fixture(scope="module")
def straight(kernel: MetricKernel) -> list[bytes]:
    store = MemoryStore(kernel.metrics, "float32")
    assert resumed(kernel, store, threads=1) == list(range(BATCHES + 1))
    return content(store)


@pytest.fixture
def store(kernel: MetricKernel, tmp_path: Path) -> ZarrStore:
    made = ZarrStore(tmp_path, kernel.metrics, "float32")
    made.prepare(BATCHES)
    return made


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_stores_change_no_bit(
    kernel: MetricKernel, store: ZarrStore, straight: list[bytes], threads: int
) -> None:
    resumed(kernel, store, threads=threads)
    assert content(store) == straight


def test_finished_batches_are_kept_and_missing_ones_made(
    kernel: MetricKernel, store: ZarrStore, straight: list[bytes], tmp_path: Path
) -> None:
    resumed(kernel, store, batches=4)
    shards = tmp_path / "metrics" / "c" / "0"
    (shards / "1").unlink()
    before = {name: (shards / name).stat().st_mtime_ns for name in ("0", "2", "3")}
    assert resumed(kernel, store) == [3, 4, 5, 6]
    assert content(store) == straight
    assert {name: (shards / name).stat().st_mtime_ns for name in before} == before


@pytest.mark.parametrize("damage", ["bit", "truncated", "empty"])
def test_damaged_batches_are_made_again(
    kernel: MetricKernel, store: ZarrStore, straight: list[bytes], tmp_path: Path, damage: str
) -> None:
    resumed(kernel, store)
    for batch in (0, 3):
        path = tmp_path / "metrics" / "c" / "0" / str(batch)
        bytes_ = bytearray(path.read_bytes())
        if damage == "bit":
            bytes_[40_000] ^= 4
        path.write_bytes(bytes_[: {"bit": len(bytes_), "truncated": 50_000, "empty": 0}[damage]])
    assert resumed(kernel, store) == [4, 5, 6]
    assert content(store) == straight


def test_an_interrupt_keeps_what_was_done(
    kernel: MetricKernel, store: ZarrStore, straight: list[bytes]
) -> None:
    def stop(batches: int) -> None:
        if batches == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume(partial(on_threads, kernel, threads=1), store, BATCHES, NonFiniteCounts(kernel.metrics), stop)
    done = store.done()
    assert 2 <= len(done) < BATCHES
    assert done == list(range(len(done)))
    resumed(kernel, store)
    assert content(store) == straight


def test_batches_of_another_model_are_not_mixed_with_ours(kernel: MetricKernel, store: ZarrStore) -> None:
    def edited(draws: dict[str, Any]) -> dict[str, Any]:
        return margin(draws) | {"u": draws["u"] * 2}

    resumed(kernel, store, batches=2)
    with pytest.raises(RunError, match=r"not what this program computes \(batch 0: u\)"):
        resumed(MetricKernel(make(PLAN, edited), PLAN), store)
    assert store.done() == [0, 1]


def test_found_and_made_batches_are_counted_alike() -> None:
    def model(draws: dict[str, Any]) -> dict[str, Any]:
        return {"log": jnp.where(draws["u"] > 0.25, 1.0, jnp.inf)}

    kernel = MetricKernel(make(PLAN, model), PLAN)
    store = MemoryStore(kernel.metrics, "float32")
    counts = [NonFiniteCounts(kernel.metrics) for _ in range(3)]
    work = partial(on_threads, kernel, threads=1)
    resume(work, store, 3, counts[0], lambda _: None)
    resume(work, store, BATCHES, counts[1], lambda _: None)
    resume(work, store, BATCHES, counts[2], lambda _: None)
    assert counts[0].found()["log"]["infinite"] == 3 * BATCH // 4  # a net of points puts a quarter below 1/4
    assert counts[1].found() == counts[2].found() == {"log": {"nan": 0, "infinite": BATCHES * BATCH // 4}}


def test_bits_differ_where_numbers_may_not() -> None:
    ours = np.array([[0.0, 1.0, np.nan, 2.0]], np.float32)
    theirs = np.array([[-0.0, 1.0, np.nan, np.nextafter(np.float32(2), np.float32(3))]], np.float32)
    assert differs(ours, theirs).tolist() == [[True, False, False, True]]
