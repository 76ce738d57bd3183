"""What a run is computed on: what was asked, or what is faster as far as that was measured."""

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest

from simulator.engine import choose, runtime
from simulator.engine.choice import FROM_PATHS
from simulator.engine.measured import Measured, save
from simulator.errors import UsageError


class Device:
    platform, device_kind = "gpu", "NVIDIA H200"


GPU = Device()
type Accelerators = Callable[..., None]


@pytest.fixture
def accelerators(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Accelerators:
    """Return a function that lets the process have these, and an empty cache."""
    monkeypatch.setattr(runtime, "cache_in_use", lambda: tmp_path)
    return lambda *found: monkeypatch.setattr(runtime, "accelerators", lambda: list(found))


def structure() -> Hashable:
    return "study"


def never() -> Hashable:
    raise AssertionError


def test_without_an_accelerator_there_is_nothing_to_choose(accelerators: Accelerators) -> None:
    accelerators()
    for asked in ("auto", "cpu"):
        assert choose(asked, 2**37, never) == ((), "")
    with pytest.raises(
        UsageError, match=r"found gpu.*finds no accelerator here, only cpu.*strandline\[cuda\]"
    ):
        choose("gpu", 1, never)


def test_what_is_asked_is_taken_in_silence(accelerators: Accelerators) -> None:
    accelerators(GPU, GPU)
    assert choose("gpu", 1, never) == ((GPU, GPU), "")
    assert choose("cpu", 2**37, never) == ((), "")
    assert (choose("gpu", 1, never).name, choose("cpu", 1, never).name) == ("gpu", "cpu")


def test_what_is_none_is_refused(accelerators: Accelerators) -> None:
    accelerators(GPU)
    with pytest.raises(UsageError, match="device: found 'tpu'; allowed: auto, cpu, gpu"):
        choose("tpu", 1, never)


def test_a_processor_that_is_left_out_cannot_be_asked_for(
    accelerators: Accelerators, monkeypatch: pytest.MonkeyPatch
) -> None:
    accelerators(GPU)
    monkeypatch.setattr(runtime, "device", lambda: GPU)
    assert choose("auto", 1, never) == ((GPU,), "")
    with pytest.raises(UsageError, match="found cpu, and this process computes on NVIDIA H200 alone"):
        choose("cpu", 1, never)


def known(here: Measured | None, there: Measured | None) -> None:
    for devices, found in (([runtime.device()], here), ([GPU, GPU], there)):
        if found:
            save("study", devices, found)


@pytest.mark.parametrize(
    ("here", "there"), [(None, None), (None, Measured(64, 9.0, 1e7)), (Measured(1, 9.0, 1e5), Measured(64))]
)
def test_until_both_are_measured_many_paths_go_to_accelerators(
    here: Any, there: Any, accelerators: Accelerators
) -> None:
    accelerators(GPU, GPU)
    known(here, there)
    few, many = (choose("auto", paths, structure) for paths in (FROM_PATHS - 8192, FROM_PATHS))
    assert few.accelerators == ()
    assert few.why == (
        "computing on the processor, not on 2 NVIDIA H200: until both are measured, an accelerator is taken "
        "from 4,194,304 paths on"
    )
    assert many.accelerators == (GPU, GPU)
    assert many.why.startswith("computing on 2 NVIDIA H200: until both are measured")


def test_what_took_less_time_is_taken(accelerators: Accelerators) -> None:
    accelerators(GPU, GPU)
    known(Measured(1, 1.0, 1e5), Measured(64, 21.0, 1e7))  # as long on both: 20 s = paths (1e-5 - 1e-7)
    equal = round(20 / (1e-5 - 1e-7))
    few, many = (choose("auto", paths, structure) for paths in (equal - 10**4, equal + 10**4))
    assert (few.name, many.name) == ("cpu", "gpu")
    assert many.why == (
        "computing on 2 NVIDIA H200: by earlier runs 21.3 s on the processor, 21.2 s on 2 NVIDIA H200"
    )
    assert few.why.startswith("computing on the processor: by earlier runs 21.1 s")
