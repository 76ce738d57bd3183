"""A shard is what Zarr would have written, and no damage to it goes unseen."""

from pathlib import Path

import numpy as np
import zarr
from google_crc32c import value as crc32c
from hypothesis import given
from hypothesis import strategies as st
from zarr.codecs import Crc32cCodec

from simulator.engine.shard import CHECKSUM, TAG, Shard
from simulator.sampling import BATCH

METRICS = 3
SHARD = Shard(METRICS, "float32", "this run")
BATCH_NUMBER = 5
VALUES = np.random.default_rng(1).normal(size=(METRICS, BATCH)).astype("f4")
CONTENT = b"".join(bytes(part) for part in SHARD.encode(BATCH_NUMBER, VALUES))


def without_place() -> bytes:
    """A shard as the first edition wrote it, and as Zarr does."""
    starts = np.arange(METRICS, dtype="<u8") * SHARD.span(0).length
    index = np.column_stack([starts, np.full_like(starts, SHARD.span(0).length)]).tobytes()
    chunks = CONTENT[TAG : TAG + METRICS * SHARD.span(0).length]
    return chunks + index + crc32c(index).to_bytes(CHECKSUM, "little")


def test_the_bytes_are_those_that_zarr_writes_but_for_the_place(tmp_path: Path) -> None:
    array = zarr.create_array(
        tmp_path / "oracle",
        shape=(METRICS, BATCH),
        shards=(METRICS, BATCH),
        chunks=(1, BATCH),
        dtype="f4",
        compressors=Crc32cCodec(),
        filters=None,
        fill_value=np.nan,
    )
    array[:] = VALUES
    assert (tmp_path / "oracle" / "c" / "0" / "0").read_bytes() == without_place()


def test_zarr_reads_past_the_place(tmp_path: Path) -> None:
    store = tmp_path / "oracle"
    array = zarr.create_array(
        store,
        shape=(METRICS, BATCH),
        shards=(METRICS, BATCH),
        chunks=(1, BATCH),
        dtype="f4",
        compressors=Crc32cCodec(),
        filters=None,
        fill_value=np.nan,
    )
    array[:] = 0.5
    (store / "c" / "0" / "0").write_bytes(CONTENT)
    assert np.array_equal(zarr.open_array(store, mode="r")[:], VALUES)


def test_a_shard_without_a_place_is_read_as_any_batch() -> None:
    for batch in (0, BATCH_NUMBER):
        decoded = SHARD.decode(batch, without_place())
        assert decoded is not None
        assert decoded.tobytes() == VALUES.tobytes()


def test_a_shard_is_taken_for_no_other_batch_and_no_other_run() -> None:
    assert SHARD.decode(BATCH_NUMBER + 1, CONTENT) is None
    assert Shard(METRICS, "float32", "another run").decode(BATCH_NUMBER, CONTENT) is None


def test_it_holds_what_was_put_in() -> None:
    assert len(CONTENT) == SHARD.size
    decoded = SHARD.decode(BATCH_NUMBER, CONTENT)
    assert decoded is not None
    assert decoded.tobytes() == VALUES.tobytes()


@given(st.integers(0, len(CONTENT) * 8 - 1))
def test_a_flipped_bit_is_seen(bit: int) -> None:
    damaged = bytearray(CONTENT)
    damaged[bit // 8] ^= 1 << bit % 8
    assert SHARD.decode(BATCH_NUMBER, bytes(damaged)) is None


@given(st.integers(0, len(CONTENT) - 1))
def test_a_truncation_is_seen(length: int) -> None:
    assert SHARD.decode(BATCH_NUMBER, CONTENT[:length]) is None


def test_one_metric_is_read_by_its_own_bytes() -> None:
    damaged = bytearray(CONTENT)
    damaged[SHARD.span(1)[0] + 17] ^= 1
    for metric in range(METRICS):
        start, length = SHARD.span(metric)
        found = SHARD.decode_metric(bytes(damaged[start : start + length]))
        if metric == 1:
            assert found is None
        else:
            assert found is not None
            assert found.tobytes() == VALUES[metric].tobytes()
    assert SHARD.decode_metric(CONTENT[:100]) is None
