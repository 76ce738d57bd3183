"""Progress is shown where somebody watches, and nowhere else."""

import sys
from types import SimpleNamespace

import pytest

from simulator import simulate
from simulator.sampling import ROUND
from simulator.study import Study

BEAM = Study.from_dict({"priors": {"load": {"family": "normal", "mean": 750, "sd": 50}}}, lambda d: dict(d))


def test_a_function_of_the_callers_own_is_called_with_paths_done_and_asked_for() -> None:
    seen: list[tuple[int, int]] = []
    simulate(BEAM, paths=3 * ROUND, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (3 * ROUND, 3 * ROUND)


def test_nothing_is_written_where_nobody_watches(capfd: pytest.CaptureFixture[str]) -> None:
    simulate(BEAM, paths=ROUND)
    assert capfd.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_unless_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    terminal = SimpleNamespace(
        isatty=lambda: True,
        write=lambda text: written.append(text) or len(text),
        flush=lambda: None,
        encoding="utf-8",
    )
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    simulate(BEAM, paths=ROUND, progress=False)
    assert written == []
    simulate(BEAM, paths=ROUND)
    assert "paths" in "".join(written)


def test_a_notebook_gets_a_line_that_goes_when_the_run_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    handle = SimpleNamespace(update=lambda data, raw: shown.append(data))

    def display(data: dict[str, str], *, raw: bool, display_id: bool) -> SimpleNamespace:
        assert raw
        assert display_id
        shown.append(data)
        return handle

    monkeypatch.setitem(sys.modules, "ipykernel", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(display=SimpleNamespace(display=display)))
    simulate(BEAM, paths=2 * ROUND)
    assert any(f"{2 * ROUND:,} paths" in data.get("text/plain", "") for data in shown)
    assert shown[-1] == {}
