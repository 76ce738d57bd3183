"""Progress is shown where somebody watches, and nowhere else: of a run, a comparison and an update."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from simulator import diff, simulate, update
from simulator.sampling import BATCH
from simulator.study import Study

BEAM = Study.from_dict({"priors": {"load": {"family": "normal", "mean": 750, "sd": 50}}}, lambda d: dict(d))
#: What takes long and computes this many batches of paths, by name.
CALLS: dict[str, tuple[Callable[..., Any], int]] = {
    "simulate": (lambda **options: simulate(BEAM, paths=3 * BATCH, **options), 3),
    "diff": (
        lambda **options: diff(BEAM, BEAM.override({"load.median": 800.0}), paths=BATCH, **options),
        2,
    ),
    "update": (lambda **options: update(BEAM, {"load": (760.0, 20.0)}, paths=2 * BATCH, **options), 2),
}


@pytest.fixture(params=CALLS)
def call(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return CALLS[request.param][0]


@pytest.mark.parametrize(("call", "least"), CALLS.values(), ids=CALLS)
def test_a_function_of_the_callers_own_is_called_with_paths_done_and_asked_for(call, least: int) -> None:
    seen: list[tuple[int, int]] = []
    call(progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    done, total = seen[-1]
    assert done == total >= least * BATCH


def test_nothing_is_written_where_nobody_watches(call, capfd: pytest.CaptureFixture[str]) -> None:
    call()
    assert capfd.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_unless_it_is_refused(call, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    terminal = SimpleNamespace(
        isatty=lambda: True,
        write=lambda text: written.append(text) or len(text),
        flush=lambda: None,
        encoding="utf-8",
    )
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    call(progress=False)
    assert written == []
    call()
    assert "paths" in "".join(written)


def test_a_notebook_gets_a_line_that_goes_when_the_work_is_done(
    call, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, str]] = []
    handle = SimpleNamespace(update=lambda data, raw: shown.append(data))

    def display(data: dict[str, str], *, raw: bool, display_id: bool) -> SimpleNamespace:
        assert raw
        assert display_id
        shown.append(data)
        return handle

    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace())
    shell = SimpleNamespace(kernel=object())
    ipython = SimpleNamespace(display=SimpleNamespace(display=display), get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    call()
    assert any(" paths" in data.get("text/plain", "") for data in shown)
    assert shown[-1] == {}


def test_a_process_that_only_knows_of_kernels_is_no_notebook(call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that runs notebooks has loaded the same modules, and has no cell to write below."""
    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    call()
