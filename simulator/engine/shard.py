"""The bytes of one batch as one shard of a Zarr v3 array: metric after metric, each with its checksum.

This is what Zarr's codec `sharding_indexed` writes for inner chunks of one metric. It is written here because
Zarr spends 0.2 ms on each inner chunk, a hundred of them a batch: as much as the kernel on the whole batch.
The format is Zarr's, and so is the description of the array; any program that reads Zarr reads it.

A shard of M metrics: its tag, M times (8192 numbers, their crc32c), M times (offset, length) as
little-endian uint64, the crc32c of that index. The tag is a digest of which batch of which run this is, so
that a sound shard of another batch is not taken for this one; the index leads every reader past it. Shards of
the first edition begin with the numbers and have no tag; they are read as they are.
"""

import hashlib
from collections.abc import Buffer
from typing import NamedTuple

import numpy as np
from google_crc32c import value as crc32c
from jaxtyping import Float, UInt8

from simulator.sampling import BATCH

#: Length of a checksum  [bytes]
CHECKSUM = 4
#: Length of a shard's tag  [bytes]
TAG = 16


class Span(NamedTuple):
    """Where a metric begins in a shard, and how long it is  [bytes]."""

    start: int
    length: int


class Shard:
    """The layout of a batch's shard.

    Parameters
    ----------
    metrics
        Their number.
    dtype
        float32 or float64.
    run
        What distinguishes the run from others.
    """

    def __init__(self, metrics: int, dtype: str, run: str = "") -> None:
        self.dtype = np.dtype(dtype).newbyteorder("<")
        self._values = BATCH * self.dtype.itemsize
        self._chunk = self._values + CHECKSUM
        self._metrics = metrics
        self._run = run
        self._index, self._index_without_tag = self._index_from(TAG), self._index_from(0)
        # One for all batches: a new one each time costs more in page faults than the copy into it.
        self._scratch = np.empty((metrics, self._chunk), np.uint8)
        self.size = TAG + metrics * self._chunk + len(self._index)

    def encode(self, batch: int, values: Float[np.ndarray, "metric path"]) -> tuple[Buffer, Buffer, Buffer]:
        """Return the parts of a shard's bytes, good until the next call."""
        chunks = self._scratch
        chunks[:, : self._values] = np.ascontiguousarray(values, self.dtype).view(np.uint8)
        for chunk in chunks:
            chunk[self._values :] = np.frombuffer(_checksum(chunk[: self._values]), np.uint8)
        return self.tag(batch), chunks, self._index

    def decode(self, batch: int, content: bytes) -> Float[np.ndarray, "metric path"] | None:
        """Return the metrics in a shard, or None if one bit of it is not what was written for this batch."""
        start = self.start(len(content))
        if start is None or content[:start] != self.tag(batch)[:start]:
            return None
        end = start + self._metrics * self._chunk
        if content[end:] != (self._index if start else self._index_without_tag):
            return None
        chunks = np.frombuffer(content[start:end], np.uint8).reshape(self._metrics, -1)
        if not all(self._sound(chunk) for chunk in chunks):
            return None
        return np.ascontiguousarray(chunks[:, : self._values]).view(self.dtype)

    def tag(self, batch: int) -> bytes:
        """Return what a shard of this batch begins with."""
        return hashlib.sha256(f"{self._run} {batch}".encode()).digest()[:TAG]

    def start(self, size: int) -> int | None:
        """Return where the numbers begin in a shard of so many bytes; None if it is none."""
        return {self.size: TAG, self.size - TAG: 0}.get(size)

    def span(self, metric: int, start: int = TAG) -> Span:
        """Return where a metric is in a shard whose numbers begin at `start`."""
        return Span(start + metric * self._chunk, self._chunk)

    def decode_metric(self, content: bytes) -> Float[np.ndarray, " path"] | None:
        """Return the metric in its span of a shard, or None if one bit of it is not what was written."""
        chunk = np.frombuffer(content, np.uint8)
        if chunk.size != self._chunk or not self._sound(chunk):
            return None
        return chunk[: self._values].view(self.dtype)

    def _index_from(self, start: int) -> bytes:
        """Return the index of a shard whose numbers begin at `start`, with its checksum."""
        starts = start + np.arange(self._metrics, dtype="<u8") * self._chunk
        index = np.column_stack([starts, np.full_like(starts, self._chunk)]).tobytes()
        return index + _checksum(index)

    def _sound(self, chunk: UInt8[np.ndarray, " byte"]) -> bool:
        return _checksum(chunk[: self._values]) == chunk[self._values :].tobytes()


def _checksum(content: Buffer) -> bytes:
    return crc32c(bytes(content)).to_bytes(CHECKSUM, "little")
