"""Machine code on disk is what was compiled, or it is not used."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from simulator.engine import MetricKernel, Plan, executables, reuse, runtime
from simulator.sampling import BATCH
from simulator.watching import watched
from tests.engine.programs import Scores, make
from tests.engine.test_reuse import Margin, Structured

PLAN = Plan(2 * BATCH)
#: Prints the bits of a batch, and whether they come from a file.
SCRIPT = """
from tests.engine.test_executables import PLAN, kernel
from simulator.engine import runtime
made = kernel()
print(type(made.code).__name__, made.metrics, made(1).tobytes().hex()[:4000])
print([d.platform for d in [runtime.device()]])
"""


def kernel(model: Any = None, plan: Plan = PLAN, **beliefs: Any) -> MetricKernel:
    """The kernel of a program of which this process remembers none, its model taken for one of ours."""
    reuse._remembered.clear()
    known, reuse._is_ours = reuse._is_ours, lambda _: True
    try:
        return reuse.metric_kernel(make(plan, model or Margin(), Structured(**beliefs)), plan)
    finally:
        reuse._is_ours = known


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the files are from here on."""
    monkeypatch.setattr(runtime, "cache_in_use", lambda: tmp_path)
    return tmp_path / "executables"


def loaded(found: MetricKernel) -> bool:
    return isinstance(found.code, executables.Executable)


def test_a_file_is_the_kernel_for_any_numbers_of_its_structure(folder: Path) -> None:
    first = kernel()
    assert not loaded(first)
    (file,) = folder.iterdir()
    other: dict[str, Any] = {"parameters": {"fixed": np.array(5.0)}}
    for plan, numbers in ((PLAN, {}), (Plan(4 * BATCH, 8), other)):
        again = kernel(plan=plan, **numbers)
        assert loaded(again)
        assert again.metrics == first.metrics
        alone = MetricKernel(make(plan, Margin(), Scores(**numbers)), plan)
        for batch in range(plan.batches):
            assert again(batch).tobytes() == alone(batch).tobytes()
    assert list(folder.iterdir()) == [file]


@pytest.mark.slow
def test_another_process_loads_it() -> None:
    # In a folder of its own, to which the patch of this process does not reach.
    def run() -> list[str]:
        found = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT],
            capture_output=True,
            text=True,
            check=True,
            env=here,
        )
        return found.stdout.split(maxsplit=1)

    here = {
        **os.environ,
        "XDG_CACHE_HOME": str(runtime.cache_in_use()),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    (compiled, first), (read, second) = run(), run()
    assert (compiled, read) == ("Compiled", "Executable")
    assert first == second


def cut(content: bytes) -> bytes:
    return content[:-100]


def turned(content: bytes) -> bytes:
    return content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]


def renamed(content: bytes) -> bytes:
    assert content.count(b'"margin"') == 1
    return content.replace(b'"margin"', b'"profit"')


@pytest.mark.parametrize(
    "damage", [cut, turned, renamed, lambda _: b"", lambda _: b"{}\n", lambda c: b"1\n" + c]
)
def test_what_is_not_whole_is_compiled_anew(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    first = kernel()
    (file,) = folder.iterdir()
    content = file.read_bytes()
    file.write_bytes(damage(content))
    again = kernel()
    assert not loaded(again)
    assert again(0).tobytes() == first(0).tobytes()
    assert loaded(kernel())


def test_code_that_reads_back_as_something_else_does_not_stay(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other(Margin):
        def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
            found = super().__call__(draws)
            return {**found, "u": 2 * found["u"]}

    other, save = (
        MetricKernel(make(PLAN, Other(), Structured()), PLAN, runtime.compiled_anew),
        executables.save,
    )
    monkeypatch.setattr(executables, "save", lambda path, _, *about: save(path, other.code, *about))
    found = kernel()
    assert not loaded(found)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "found"), [("_source", "another source"), ("_processor", "another processor")]
)
def test_what_decides_the_code_decides_the_file(
    name: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    executables._circumstances.cache_clear()
    first = executables.file_of("structure")
    executables._circumstances.cache_clear()
    monkeypatch.setattr(executables, name, lambda: found)
    assert executables.file_of("structure") != first != executables.file_of("another")
    executables._circumstances.cache_clear()
    monkeypatch.undo()


def test_flags_of_the_compiler_decide_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    first = executables.file_of("structure")
    executables._circumstances.cache_clear()
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=true")
    assert executables.file_of("structure") != first
    executables._circumstances.cache_clear()


def test_no_file_where_the_structure_is_not_all_said_or_nothing_is_cached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert executables.file_of(object()) is None
    with monkeypatch.context() as patch:
        patch.setattr(runtime, "cache_in_use", lambda: None)
        assert executables.file_of("structure") is None
    jax.config.update("jax_enable_compilation_cache", False)
    try:
        assert executables.file_of("structure") is None
    finally:
        jax.config.update("jax_enable_compilation_cache", True)


def test_a_folder_that_cannot_be_written_is_no_fault(folder: Path) -> None:
    folder.touch()  # a file in its place
    assert not loaded(kernel())


def test_jax_caches_as_before_afterwards() -> None:
    before = jax.config.jax_enable_compilation_cache
    kernel()
    assert jax.config.jax_enable_compilation_cache == before


def test_few_files_stay_those_used_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executables, "MOST_FILES", 2)
    kernel(Margin("first"))
    kernel(Margin("second"))
    for age, file in enumerate(sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)):
        os.utime(file, (1e9 + age, 1e9 + age))
    assert loaded(kernel(Margin("first")))
    kernel(Margin("third"))
    assert len(list(folder.iterdir())) == 2
    assert loaded(kernel(Margin("first")))
    assert not loaded(kernel(Margin("second")))


def test_a_model_of_the_users_own_is_not_on_disk(folder: Path) -> None:
    reuse._remembered.clear()
    reuse.metric_kernel(make(PLAN, Margin(), Structured()), PLAN)
    assert not folder.exists()


def test_a_file_that_is_loaded_ahead_is_loaded_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kernel()
    read: list[Path] = []
    real = executables._read
    monkeypatch.setattr(executables, "_read", lambda path: (read.append(path), real(path))[1])
    executables.load_ahead()
    again = kernel()
    assert loaded(again)
    assert again(0).tobytes() == first(0).tobytes()
    assert read == list(folder.iterdir())


def test_a_file_loaded_ahead_for_another_structure_is_left(folder: Path) -> None:
    kernel()
    executables.load_ahead()
    other = kernel(Margin("another"))
    assert not loaded(other)
    assert loaded(kernel(Margin("another")))


def test_only_what_this_program_and_machine_made_is_loaded_ahead(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel()
    executables._ahead.clear()
    monkeypatch.setattr(executables, "_circumstances", lambda: "another program")
    executables.load_ahead()
    assert not executables._ahead


def test_nothing_is_loaded_ahead_from_no_folder() -> None:
    executables._ahead.clear()
    executables.load_ahead()
    assert not executables._ahead


def test_compiling_says_how_long_it_took_last_time(folder: Path) -> None:
    said: list[str] = []
    with watched(said.append):
        kernel()
        kernel()
        kernel(Margin("another"))
    seconds = executables.seconds_last_time(folder)
    assert seconds is not None
    assert said == ["compiling the model", f"compiling the model ({seconds:.0f} s last time)"]
    (folder / "zzz").write_bytes(b"no line\n{}")
    assert executables.seconds_last_time(folder) is None
