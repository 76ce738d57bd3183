"""What is to be computed: how many paths, from which seed, by which sampler, in what precision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.errors import UsageError
from simulator.sampling import BATCH, MAX_BATCHES
from simulator.whole_numbers import PATHS, whole

#: Paths in flight at once in one pass of the kernel; each divides a strip.
BLOCK_SIZES = (64, 128, 256)
#: Of these, the fastest for the build-out model where a core has 1 MB of cache, if by a few percent.
BLOCK = 128


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides the numbers of a run, beside its study and its model.

    Parameters
    ----------
    paths
        How many, from 1 to 2^37; rounded up to whole batches of 8192.
    seed
        Any whole number from 0 to 2^64 - 1.
    sampler
        "rqmc" or "mc".
    block_size
        Paths in flight at once in a thread, 64, 128 or 256. It moves no draw; the compiler may fuse a large
        model differently, and then the last bits of its metrics move.
    dtype
        "float32" or "float64": the precision of the kernel and of what is stored.
    """

    paths: int = PATHS
    seed: int = 0
    sampler: str = "rqmc"
    block_size: int = BLOCK
    dtype: str = "float32"

    def __post_init__(self) -> None:
        for key, allowed in (
            ("sampler", ("rqmc", "mc")),
            ("block_size", BLOCK_SIZES),
            ("dtype", ("float32", "float64")),
        ):
            if getattr(self, key) not in allowed:
                choices = ", ".join(str(one) for one in allowed)
                message = f"{key}: found {getattr(self, key)!r}; allowed: {choices}"
                raise UsageError(message)
        object.__setattr__(self, "seed", whole("seed", self.seed, 0, 2**64 - 1))
        object.__setattr__(self, "paths", whole("paths", self.paths, 1, MAX_BATCHES * BATCH))
        object.__setattr__(self, "paths", self.batches * BATCH)

    @property
    def batches(self) -> int:
        """Number of batches, the unit of work, of storage and of resuming."""
        return -(-self.paths // BATCH)

    def first(self, batches: int) -> "Plan":
        """Return the same plan for its first (or for more) batches: a path that both have is the same."""
        return replace(self, paths=batches * BATCH)


def current_names(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a plan of this edition or of the first, which called the size of a block lanes."""
    return {"block_size" if key == "lanes" else key: value for key, value in record.items()}
