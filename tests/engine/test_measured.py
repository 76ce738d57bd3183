"""What was measured on a device is known to the next run, or is measured again."""

from pathlib import Path
from typing import Any

import jax
import pytest

from simulator.engine import measured, runtime
from simulator.engine.measured import FIRST_WIDTH, WIDEST, Measured, known, save, tuned

MEMORY = "RESOURCE_EXHAUSTED: Out of memory"


class Device:
    def __init__(self, kind: str = "H200") -> None:
        self.platform, self.device_kind = "gpu", kind


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runtime, "cache_in_use", lambda: tmp_path)
    return tmp_path / "measured"


def test_what_was_measured_is_known_for_this_structure_kind_and_number_of_devices(folder: Path) -> None:
    devices, found = [Device(), Device()], Measured(64, 12.5, 1e7)
    assert known("study", devices) is None
    save("study", devices, found)
    assert known("study", devices) == found
    assert known("study", [Device(), Device()]) == found
    assert known("another", devices) is None
    assert known("study", devices[:1]) is None
    assert known("study", [Device("T4")] * 2) is None
    save("study", devices, Measured(32))
    assert known("study", devices) == Measured(32)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"width": 0, "start": 1.0, "rate": 1.0}',
        b'{"width": 1000, "start": 1.0, "rate": 1.0}',
        b'{"width": "64", "start": 1.0, "rate": 1.0}',
        b'{"width": 64, "start": -1.0, "rate": 1.0}',
        b'{"width": 64, "start": 1.0, "rate": NaN}',
        b'{"start": 1.0, "rate": 1.0}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_file_is_as_none(content: bytes, folder: Path) -> None:
    save("study", [Device()], Measured(64))
    (path,) = folder.iterdir()
    path.write_bytes(content)
    assert known("study", [Device()]) is None
    save("study", [Device()], Measured(64))
    assert known("study", [Device()]) == Measured(64)


def test_nothing_is_known_of_a_program_that_does_not_say_its_structure(folder: Path) -> None:
    for structure in (None, object()):
        save(structure, [Device()], Measured(64))
        assert known(structure, [Device()]) is None
    assert not folder.exists()


def test_where_nothing_can_be_written_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(runtime, "cache_in_use", lambda: tmp_path / "file")
    save("study", [Device()], Measured(64))
    assert known("study", [Device()]) is None


def test_files_are_few(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "MOST_FILES", 3)
    for number in range(6):
        save(f"study {number}", [Device()], Measured(64))
    assert len(list(folder.iterdir())) == 3
    assert known("study 5", [Device()]) == Measured(64)


def of(times: dict[int, float]) -> Any:
    """A call's time by the number of batches  [s]; where none is given, memory is exhausted."""

    def seconds(width: int) -> float:
        if width not in times:
            raise jax.errors.JaxRuntimeError(MEMORY)
        return times[width]

    return seconds


@pytest.mark.parametrize(
    ("per_batch", "width"),
    [
        ({32: 1.0, 64: 0.9, 128: 0.8}, 128),  # twice the width takes a tenth off each time
        ({32: 1.0, 64: 0.9, 128: 0.89}, 64),
        ({32: 1.0, 64: 0.99}, 32),
        ({32: 1.0, 64: 1.5}, 32),
        ({32: 1.0, 64: 0.5}, 64),  # and no memory for more
        ({32: 1.0}, 32),
        ({}, 32),
    ],
)
def test_calls_are_doubled_while_a_path_takes_less_time(per_batch: dict[int, float], width: int) -> None:
    assert (FIRST_WIDTH, WIDEST) == (32, 128)
    assert tuned(of({n: seconds * n for n, seconds in per_batch.items()})) == width


def test_another_error_of_a_device_is_raised() -> None:
    def broken(_: int) -> float:
        message = "INTERNAL: ouch"
        raise jax.errors.JaxRuntimeError(message)

    with pytest.raises(jax.errors.JaxRuntimeError, match="ouch"):
        tuned(broken)


def test_a_call_that_does_not_count_comes_first() -> None:
    calls: list[None] = []
    assert measured.fastest(lambda: calls.append(None)) >= 0
    assert len(calls) == 1 + measured.CALLS
