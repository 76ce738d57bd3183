"""The bytes of one round as one shard of a Zarr v3 array: metric after metric, each with its checksum.

This is what Zarr's codec `sharding_indexed` writes for inner chunks of one metric. It is written here because
Zarr spends 0.2 ms on each inner chunk, a hundred of them a round: as much as the kernel on the whole round.
The format is Zarr's, and so is the description of the array; any program that reads Zarr reads it.

A shard of M metrics: M times (8192 numbers, their crc32c), then M times (offset, length) as little-endian
uint64, then the crc32c of that index.
"""

from collections.abc import Buffer

import numpy as np
from google_crc32c import value as crc32c
from jaxtyping import Float, UInt8

from simulator.sampling import ROUND

#: Length of a checksum  [bytes]
CHECKSUM = 4


class Shard:
    """The layout of a round's shard.

    Parameters
    ----------
    metrics
        Their number.
    dtype
        float32 or float64.
    """

    def __init__(self, metrics: int, dtype: str) -> None:
        self.dtype = np.dtype(dtype).newbyteorder("<")
        self._values = ROUND * self.dtype.itemsize
        self._chunk = self._values + CHECKSUM
        self._metrics = metrics
        starts = np.arange(metrics, dtype="<u8") * self._chunk
        index = np.column_stack([starts, np.full_like(starts, self._chunk)]).tobytes()
        self._index = index + _checksum(index)
        # One for all rounds: a new one each time costs more in page faults than the copy into it.
        self._scratch = np.empty((metrics, self._chunk), np.uint8)
        self.size = metrics * self._chunk + len(self._index)

    def encode(self, values: Float[np.ndarray, "metric path"]) -> tuple[Buffer, Buffer]:
        """Return the parts of a shard's bytes, good until the next call."""
        chunks = self._scratch
        chunks[:, : self._values] = np.ascontiguousarray(values, self.dtype).view(np.uint8)
        for chunk in chunks:
            chunk[self._values :] = np.frombuffer(_checksum(chunk[: self._values]), np.uint8)
        return chunks, self._index

    def decode(self, content: bytes) -> Float[np.ndarray, "metric path"] | None:
        """Return the metrics in a shard, or None if one bit of it is not what was written."""
        if len(content) != self.size or content[self._metrics * self._chunk :] != self._index:
            return None
        chunks = np.frombuffer(content, np.uint8, self._metrics * self._chunk).reshape(self._metrics, -1)
        if not all(self._sound(chunk) for chunk in chunks):
            return None
        return np.ascontiguousarray(chunks[:, : self._values]).view(self.dtype)

    def span(self, metric: int) -> tuple[int, int]:
        """Return where a metric begins in a shard, and how long it is, in bytes."""
        return metric * self._chunk, self._chunk

    def decode_metric(self, content: bytes) -> Float[np.ndarray, " path"] | None:
        """Return the metric in its span of a shard, or None if one bit of it is not what was written."""
        chunk = np.frombuffer(content, np.uint8)
        if chunk.size != self._chunk or not self._sound(chunk):
            return None
        return chunk[: self._values].view(self.dtype)

    def _sound(self, chunk: UInt8[np.ndarray, " byte"]) -> bool:
        return _checksum(chunk[: self._values]) == chunk[self._values :].tobytes()


def _checksum(content: Buffer) -> bytes:
    return crc32c(bytes(content)).to_bytes(CHECKSUM, "little")
