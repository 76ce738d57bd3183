"""Arrays in one file, whole or not there, with a digest: what a run that keeps a summary goes on from.

The file is NumPy's .npz, so that any program that reads those reads it; nothing in it is pickled.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from simulator.engine import files
from simulator.errors import RunError

#: Name of the file in the folder of a run.
TOTALS = "totals.npz"
#: The array that holds the digest of all others.
_DIGEST = "digest"
#: Kinds of whole numbers, the shortest first.
_KINDS = (np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.int64)
#: Least compression, which takes a third of the time of the usual one for a tenth more bytes.
_LEVEL = 1


class DamagedError(RunError):
    """A file of arrays is not whole, or not of the run that asks for it."""


def write_arrays(path: Path, run: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays of whole numbers and fractions, those in as few bytes as they need.

    Parameters
    ----------
    path
        The file; its folder exists.
    run
        What distinguishes the run from others.
    arrays
        By name.
    """
    content = io.BytesIO()
    digest = np.frombuffer(_digest(run, arrays), np.uint8)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, array in {**arrays, _DIGEST: digest}.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, _small(array), allow_pickle=False)
    files.write_whole(path, [content.getvalue()], flush=True)


def read_arrays(path: Path, run: str) -> dict[str, np.ndarray]:
    """Return the arrays in a file, whole numbers as int64.

    Parameters
    ----------
    path
        The file.
    run
        What distinguishes the run from others.

    Raises
    ------
    DamagedError
        It is damaged, or another run's.
    RunError
        It cannot be read.
    """
    with files.access(path, "read"):
        content = path.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            arrays = {name: _wide(found[name]) for name in found.files}
        digest = arrays.pop(_DIGEST).astype(np.uint8).tobytes()
    except Exception as error:  # a flipped bit may raise anything in what reads ZIP files and headers
        message = f"{path} is damaged: {error}"
        raise DamagedError(message) from error
    if digest != _digest(run, arrays):
        message = f"{path} is damaged, or another run's"
        raise DamagedError(message)
    return arrays


def _digest(run: str, arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the SHA-256 of arrays and of what run they are of."""
    found = hashlib.sha256(run.encode())
    for name, array in arrays.items():
        wide = _wide(array)
        found.update(f"{name} {wide.dtype.str} {wide.shape}".encode())
        found.update(np.ascontiguousarray(wide))
    return found.digest()


def _wide(array: np.ndarray) -> np.ndarray:
    """Return whole numbers as int64; anything else as it is."""
    return array.astype(np.int64, copy=False) if array.dtype.kind in "iu" else array


def _small(array: np.ndarray) -> np.ndarray:
    """Return whole numbers in the fewest bytes that hold them all; anything else as it is."""
    if array.dtype.kind not in "iu" or not array.size:
        return array
    ends = int(array.min()), int(array.max())
    fits = (kind for kind in _KINDS if all(np.iinfo(kind).min <= end <= np.iinfo(kind).max for end in ends))
    return array.astype(next(fits))
