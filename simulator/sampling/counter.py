"""A counter-based generator: words that depend on a key and a counter, and on nothing drawn before.

Threefry 2x32 with 20 rounds [1]_, written with operators only, so that the same lines serve NumPy on the
host (the scramble of the points) and JAX in the kernel (plain Monte Carlo), where they fuse with what
consumes them. Keys are BLAKE2b digests of what a stream is for, so streams of different names never meet.

References
----------
.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw. Parallel random numbers: as easy as 1, 2, 3.
   SC '11, 2011.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from jaxtyping import Array, UInt32

from simulator.sampling.layout import Coordinate

#: Skein's key-schedule parity, the third key word being the others' XOR with it.
_PARITY = np.uint32(0x1BD11BDA)
#: Rotation distances, alternating every four rounds [bits].
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))


def stream_keys(
    purpose: str, seed: int | None, coordinates: Iterable[Coordinate]
) -> UInt32[np.ndarray, "2 d"]:
    """Return the key of each coordinate's stream.

    Parameters
    ----------
    purpose
        What the words are for, at most 16 bytes; streams of two purposes are independent.
    seed
        The seed of the run, or None for words that are the same under every seed.
    coordinates
        Name and component of each stream.
    """
    person = purpose.encode()
    # Numbers first and the name last: no two coordinates can spell the same text.
    digests = (
        blake2b(f"{seed} {component} {name}".encode(), digest_size=8, person=person).digest()
        for name, component in coordinates
    )
    words = np.frombuffer(b"".join(digests), dtype="<u4").astype(np.uint32)
    return np.ascontiguousarray(words.reshape(-1, 2).T)


def threefry[Words: (np.ndarray, Array)](
    key: tuple[Words, Words], counter: tuple[Words, Words]
) -> tuple[Words, Words]:
    """Return two random words for each key and counter: arrays of uint32, broadcast against each other."""
    k0, k1 = key
    schedule = (k0, k1, k0 ^ k1 ^ _PARITY)
    x0, x1 = counter[0] + k0, counter[1] + k1
    for group in range(5):
        for distance in _ROTATIONS[group % 2]:
            x0 = x0 + x1
            x1 = x0 ^ ((x1 << np.uint32(distance)) | (x1 >> np.uint32(32 - distance)))
        x0 = x0 + schedule[(group + 1) % 3]
        x1 = x1 + schedule[(group + 2) % 3] + np.uint32(group + 1)
    return x0, x1
