"""A shard is what Zarr would have written, and no damage to it goes unseen."""

from pathlib import Path

import numpy as np
import zarr
from hypothesis import given
from hypothesis import strategies as st
from zarr.codecs import Crc32cCodec

from simulator.engine.shard import Shard
from simulator.sampling import ROUND

METRICS = 3
SHARD = Shard(METRICS, "float32")
VALUES = np.random.default_rng(1).normal(size=(METRICS, ROUND)).astype("f4")
CONTENT = b"".join(bytes(part) for part in SHARD.encode(VALUES))


def test_the_bytes_are_those_that_zarr_writes(tmp_path: Path) -> None:
    array = zarr.create_array(
        tmp_path / "oracle",
        shape=(METRICS, ROUND),
        shards=(METRICS, ROUND),
        chunks=(1, ROUND),
        dtype="f4",
        compressors=Crc32cCodec(),
        filters=None,
        fill_value=np.nan,
    )
    array[:] = VALUES
    assert (tmp_path / "oracle" / "c" / "0" / "0").read_bytes() == CONTENT


def test_it_holds_what_was_put_in() -> None:
    assert len(CONTENT) == SHARD.size
    decoded = SHARD.decode(CONTENT)
    assert decoded is not None
    assert decoded.tobytes() == VALUES.tobytes()


@given(st.integers(0, len(CONTENT) * 8 - 1))
def test_a_flipped_bit_is_seen(bit: int) -> None:
    damaged = bytearray(CONTENT)
    damaged[bit // 8] ^= 1 << bit % 8
    assert SHARD.decode(bytes(damaged)) is None


@given(st.integers(0, len(CONTENT) - 1))
def test_a_truncation_is_seen(length: int) -> None:
    assert SHARD.decode(CONTENT[:length]) is None


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
