"""strandline doctor: healthy here, and it says what is wrong where something is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from simulator import cli
from simulator.analysis import health
from simulator.engine import measured, runtime
from simulator.report import health as report
from simulator.study import shipped_sets


def test_a_healthy_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    found: dict[str, Any] = json.loads(captured.out)
    assert found["healthy"]
    assert found["faults"] == {}
    assert found["precision"]["bits"] == {"float32": 24, "float64": 53}
    assert found["devices"]["all"]
    assert found["cache"]["writable"]
    assert tuple(found["prior_sets"]) == shipped_sets()


def test_what_is_wrong_is_told_and_the_rest_is_found(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the place of a folder")
    # In a process of its own, for JAX reads the environment once.
    changed = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "JAX_PLATFORMS": "nothing"}
    command = [sys.executable, "-m", "simulator.cli", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **changed})
    assert done.returncode == 1
    assert "this machine is not as it should be" in done.stderr
    assert "JAX finds no device on nothing" in done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert not found["healthy"]
    assert found["faults"].keys() == {"platform", "devices", "precision", "cache"}
    assert tuple(found["prior_sets"]) == shipped_sets()
    assert found["environment"]["JAX_PLATFORMS"] == "nothing"


def test_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[2:] if not line.startswith(" ")] == [
        "Versions", "Platform", "Devices", "Precision", "Cache", "Prior sets", "Environment",
    ]  # fmt: skip


class Accelerator:
    """What is asked of a device to describe it."""

    platform, device_kind = "gpu", "NVIDIA H200"

    def __init__(self, memory: int | None) -> None:
        self.memory = memory

    def memory_stats(self) -> dict[str, int] | None:
        return None if self.memory is None else {"bytes_limit": self.memory}


@pytest.mark.parametrize(
    ("memory", "width", "words"),
    [
        (None, None, "memory not known; batches at once not tuned yet"),
        (3 * 2**35, 64, "96.0 GiB each for runs; 64 batches at once"),
    ],
)
def test_accelerators_are_described_with_what_auto_chooses(
    memory: int | None, width: int | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = [Accelerator(memory), Accelerator(memory)]
    monkeypatch.setattr(runtime, "accelerators", lambda: devices)
    found = width and measured.Measured(width)
    monkeypatch.setattr(measured, "known", lambda _, asked: found if asked == devices else None)
    finding = health._devices()
    assert finding.values["used"] == runtime.device().device_kind
    assert [one["platform"] for one in finding.values["all"]][:3] == ["gpu", "gpu", "cpu"]
    line = report._line("devices", finding)
    assert line.startswith(
        f"2 NVIDIA H200, {len(jax.devices())} cpu; {words}; with --device auto: computing on "
    )
    assert json.loads(json.dumps(dict(finding.values))) == finding.values


def test_precision_is_measured_on_each_kind_of_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel of an accelerator is compiled for it: where that rounds otherwise, it is a fault."""
    processor, compiled = runtime.device(), runtime.compiled
    named = Accelerator(None)
    monkeypatch.setattr(runtime, "accelerators", lambda: [named])

    def coarse(function: Any, *arguments: Any) -> Any:
        if runtime.device() is not named:
            return compiled(function, *arguments)
        return lambda *given: np.where(given[0] < 2.0**-10, 0, given[0])

    monkeypatch.setattr(runtime, "compiled", coarse)
    finding = health._precision()
    assert finding.values["bits"] == {
        "float32": 24,
        "float64": 53,
        "float32 on NVIDIA H200": 11,
        "float64 on NVIDIA H200": 11,
    }
    assert "float32 on NVIDIA H200 has 11 bits" in finding.fault
    assert "float64 has" not in finding.fault
    assert runtime.device() is processor


def test_a_look_that_fails_is_a_fault_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> health.Finding:
        message = "disk on fire"
        raise OSError(message)

    monkeypatch.setattr(health, "_cache", broken)
    found = health.examine()
    assert found["cache"] == health.Finding({}, "OSError: disk on fire")
    assert not any(one.fault for name, one in found.items() if name != "cache")


def test_a_jax_that_cannot_be_imported_is_a_fault_too(tmp_path: Path) -> None:
    (tmp_path / "jax.py").write_text("raise RuntimeError('jaxlib is of another version')\n")
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    command = [sys.executable, "-m", "simulator.cli", "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 1
    assert "RuntimeError: jaxlib is of another version" in done.stderr
    assert "Traceback" not in done.stderr
    assert shipped_sets()[0] in done.stdout


@pytest.mark.parametrize(("dtype", "bits"), [("float32", 24), ("float64", 53)])
def test_the_measure_of_precision_has_nothing_that_a_compiler_can_simplify(dtype: str, bits: int) -> None:
    """Each number is an argument of its own, and what is computed is a sum, then a difference."""
    small, one = np.exp2(-np.arange(1, 80)).astype(dtype), np.ones(79, dtype)
    with runtime.precision(dtype):
        program = jax.make_jaxpr(health._rest_of_sum)(small, one, one)
        left = runtime.compiled(health._rest_of_sum, small, one, one)(small, one, one)
    assert [str(step.primitive) for step in program.eqns] == ["add", "sub"]
    assert not program.consts
    operands = [each for step in program.eqns for each in step.invars]
    assert not any(hasattr(each, "val") for each in operands)  # a literal would have a value
    assert len(set(operands)) == len(operands) == 4
    assert np.count_nonzero(np.asarray(left)) + 1 == bits
