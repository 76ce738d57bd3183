"""Arrays in one file are whole, and those of one run; a file with one bit changed is refused."""

import contextlib
import errno
import gc
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from simulator.engine import DamagedError, read_arrays, write_arrays
from simulator.errors import RunError

ARRAYS = {
    "counts": np.array([[0, 1, 300], [2, 0, 70_000]]),
    "signs": np.array([-(2**62), 2**62, 5]),
    "small": np.array([-1, 127]),
    "edges": np.array([-np.inf, 0.1, np.nan], np.float32),
    "place": np.array(7),
    "none": np.zeros((0, 3), np.int64),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_arrays(tmp_path / "totals.npz", "a run", ARRAYS)
    return tmp_path / "totals.npz"


def test_arrays_come_back_as_they_were(path: Path) -> None:
    found = read_arrays(path, "a run")
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert np.array_equal(found[name], array, equal_nan=array.dtype.kind == "f")
        assert found[name].dtype == array.dtype


def test_whole_numbers_take_as_few_bytes_as_they_need(path: Path) -> None:
    with np.load(path, allow_pickle=False) as stored:
        kinds = {name: stored[name].dtype.name for name in ARRAYS}
    assert kinds["counts"] == "uint32"
    assert kinds["small"] == "int8"
    assert kinds["signs"] == "int64"


def test_the_same_arrays_are_the_same_bytes(path: Path, tmp_path: Path) -> None:
    write_arrays(tmp_path / "again.npz", "a run", ARRAYS)
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_a_changed_byte_is_found_wherever_it_is(path: Path) -> None:
    sound = path.read_bytes()
    for place in range(0, len(sound), 37):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        found = {}
        with contextlib.suppress(RunError):  # which does not come for a byte that no reader looks at
            found = read_arrays(path, "a run")
        for name, array in found.items():
            assert np.array_equal(array, ARRAYS[name], equal_nan=array.dtype.kind == "f")


def test_a_file_cut_short_or_of_another_run_is_refused(path: Path) -> None:
    with pytest.raises(RunError, match="another run's"):
        read_arrays(path, "another run")
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(RunError, match="is damaged"):
        read_arrays(path, "a run")


def test_an_array_that_was_exchanged_is_refused(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["small.npy"] = files["place.npy"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(RunError, match="damaged"):
        read_arrays(path, "a run")


def test_whatever_bit_is_flipped_the_file_is_damaged_or_whole(path: Path) -> None:
    """Readers of ZIP files, of headers and of compressed bytes each have errors of their own."""
    content = path.read_bytes()
    for bit in np.random.default_rng(1).integers(0, 8 * len(content), 800).tolist():
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            found = read_arrays(path, "a run")
        except DamagedError:
            continue
        for name, array in ARRAYS.items():
            assert np.array_equal(found[name], array, equal_nan=array.dtype.kind == "f")


def test_a_full_disk_is_said_and_nothing_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor by Python when it clears away what was to be written."""
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    heard: list[object] = []
    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(sys, "unraisablehook", heard.append)
    with pytest.raises(RunError, match="No space left on device; make room"):
        write_arrays(path, "a run", ARRAYS)
    gc.collect()
    assert heard == []
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]
