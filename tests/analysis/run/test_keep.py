"""A run that keeps a summary says what one that keeps its paths says, and goes on after whatever stops it."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.comparison.difference import diff
from simulator.analysis.comparison.paired import compare
from simulator.analysis.explanation import explain
from simulator.analysis.findings import find
from simulator.analysis.run import Interrupted, Run, open_run, simulate, summed
from simulator.engine import TOTALS
from simulator.errors import RunError, RunWarning, UsageError
from simulator.estimate import exceedance
from simulator.sampling import BATCH
from tests.analysis.run.small_run import margin
from tests.analysis.run.summary_run import BATCHES, PATHS, judged, totals_of

ROOT = str(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def whole() -> Run:
    return simulate(judged(), paths=PATHS, seed=7)


def test_it_says_what_the_paths_say(whole: Run, kept: Run) -> None:
    paths, summary = whole.summary(), kept.summary()
    assert summary.pop("keep") == "summary"
    bound = summary.pop("quantile_bound")
    assert 0 <= bound["metrics"] < 0.1
    assert 0 <= bound["conditional"] < 0.1
    assert paths.keys() == summary.keys()
    for key in ("verdicts", "paths", "seed", "study_hash", "replicates"):
        assert paths[key] == summary[key]
    for name, statistics in paths["estimates"].items():
        for statistic, number in statistics.items():
            if isinstance(number, dict) and number.get("mcse"):
                found = summary["estimates"][name][statistic]
                assert abs(found["value"] - number["value"]) < 0.1 * number["mcse"], (name, statistic)


def test_any_statistic_is_estimated(whole: Run, kept: Run) -> None:
    for text in ("mean(margin)", "sd(margin)", "cvar05(margin)", "cvar95(margin)", "p_bear(model)"):
        a, b = whole.estimate(text), kept.estimate(text)
        assert b.value == pytest.approx(a.value, rel=1e-9)
        assert b.error == pytest.approx(a.error, rel=0.05)
    # Of a quantile that nobody asked for beforehand the interval is known, and the error says so.
    a, b = whole.estimate("p60(margin)"), kept.estimate("p60(margin)")
    assert abs(a.value - b.value) <= b.error
    assert b.error > 2 * a.error


def test_curves_of_exceedance_are_made_of_it(whole: Run, kept: Run) -> None:
    thresholds = np.linspace(0.0, 6.0, 25)
    exact, found = (exceedance(run.pool("margin"), thresholds) for run in (whole, kept))
    assert np.all(np.abs(exact.values - found.values) <= found.mcse)


def test_threads_change_no_bit(kept: Run, tmp_path: Path) -> None:
    for threads in (1, 3):
        run = simulate(
            judged(), paths=PATHS, seed=7, keep="summary", threads=threads, out=tmp_path / str(threads)
        )
        assert totals_of(run) == totals_of(kept)


def test_it_is_read_back_and_verified(kept: Run) -> None:
    assert kept.directory is not None
    found = open_run(kept.directory, margin)
    assert found.keep == "summary"
    assert found.summary() == kept.summary()
    assert found.verify() == ()
    with pytest.raises(UsageError, match="all are added up"):
        found.verify(2)


def test_workers_elsewhere_change_no_bit(kept: Run, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        run = simulate(judged(), paths=PATHS, seed=7, keep="summary", executor=pool, out=tmp_path)
    assert totals_of(run) == totals_of(kept)


def test_a_run_that_is_refused_stays_what_it_was(tmp_path: Path) -> None:
    simulate(judged(), paths=2 * BATCH, seed=7, keep="summary", out=tmp_path)
    before = (tmp_path / "manifest.json").read_bytes()

    def other(draws: dict[str, Any]) -> dict[str, Any]:
        return {**(found := margin(draws)), "margin": 2.0 * found["margin"]}

    with pytest.raises(RunError, match="not what this program computes"):
        simulate(judged(), model=other, paths=2 * BATCH, seed=7, keep="summary", out=tmp_path)
    assert (tmp_path / "manifest.json").read_bytes() == before


def test_what_was_tampered_with_is_found_by_computing_it_again(kept: Run, tmp_path: Path) -> None:
    run = simulate(judged(), paths=2 * BATCH, seed=7, keep="summary", out=tmp_path)
    assert run.totals is not None
    run.totals.counts[1, 0, 0, 5] += 1
    assert [one.metric for one in run.verify()] == [run.names[1]]


@pytest.mark.parametrize("needs", ["metric", "to_pandas", "to_datatree", "where"])
def test_what_needs_paths_says_that_there_are_none(kept: Run, needs: str) -> None:
    asks = {
        "metric": lambda: kept.metric("margin"),
        "to_pandas": lambda: kept.to_pandas(),
        "to_datatree": lambda: kept.to_datatree(),
        "where": lambda: kept.estimate("mean(margin)", np.ones((32, 1), bool)),
    }
    with pytest.raises(UsageError, match="keeps a summary, not its paths; run it with --keep all"):
        asks[needs]()


def test_analyses_that_need_paths_refuse_at_once(whole: Run, kept: Run) -> None:
    for asked in (
        lambda: explain(kept),
        lambda: find(kept),
        lambda: compare(whole, kept),
        lambda: diff(whole, kept),
    ):
        with pytest.raises(UsageError, match="keeps a summary"):
            asked()


def test_draws_are_computed_again(whole: Run, kept: Run) -> None:
    assert np.array_equal(whole.draws("load", 64)["load"], kept.draws("load", 64)["load"])


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a checkpoint after every batch."""
    monkeypatch.setattr(summed, "SECONDS", 0.0)
    monkeypatch.setattr(summed, "TIMES", 0.0)


@pytest.mark.slow
@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("stop", [1, summed.FIRST, summed.FIRST + 1, BATCHES - 1, BATCHES])
def test_stopped_anywhere_it_ends_with_the_same_bytes(kept: Run, tmp_path: Path, stop: int) -> None:
    def progress(done: int, total: int) -> None:
        if done == stop * BATCH:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        simulate(judged(), paths=PATHS, seed=7, keep="summary", out=tmp_path, progress=progress)
    part = stopped.value.run
    if stop > summed.FIRST:
        assert part is not None
        assert part.plan.paths == open_run(tmp_path).plan.paths >= stop * BATCH
        assert part.summary() == open_run(tmp_path).summary()
    else:  # the first batches are kept in memory alone until the grid is placed
        assert part is None
    run = simulate(judged(), paths=PATHS, seed=7, keep="summary", out=tmp_path)
    assert totals_of(run) == totals_of(kept)


CHILD = """
import sys
sys.path.insert(0, sys.argv[2])
from simulator.analysis.run import simulate, summed
from tests.analysis.run.summary_run import PATHS, judged
summed.SECONDS = summed.TIMES = 0.0
def progress(done, total):
    print(done, flush=True)
    import time; time.sleep(0.05)
simulate(judged(), paths=PATHS, seed=7, keep="summary", out=sys.argv[1], progress=progress)
"""


@pytest.mark.slow
def test_killed_it_ends_with_the_same_bytes(kept: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path), ROOT]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < (summed.FIRST + 2) * BATCH:
            pass
        process.kill()
        process.communicate()
    assert summed.FIRST <= open_run(tmp_path).plan.batches < BATCHES
    run = simulate(judged(), paths=PATHS, seed=7, keep="summary", out=tmp_path)
    assert totals_of(run) == totals_of(kept)


def test_more_paths_go_on_from_fewer(kept: Run, tmp_path: Path) -> None:
    simulate(judged(), paths=summed.FIRST * BATCH, seed=7, keep="summary", out=tmp_path)
    run = simulate(judged(), paths=PATHS, seed=7, keep="summary", out=tmp_path)
    assert totals_of(run) == totals_of(kept)
    with pytest.raises(RunError, match="more than the 8192 asked for"):
        simulate(judged(), paths=BATCH, seed=7, keep="summary", out=tmp_path)


def test_a_damaged_checkpoint_is_said_and_computed_anew(kept: Run, tmp_path: Path) -> None:
    run = simulate(judged(), paths=PATHS, seed=7, keep="summary", out=tmp_path)
    (tmp_path / TOTALS).write_bytes(totals_of(run)[:-100])
    with pytest.raises(RunError, match="damaged"):
        open_run(tmp_path)
    with pytest.warns(RunWarning, match="computed anew"):
        simulate(judged(), paths=PATHS, seed=7, keep="summary", out=tmp_path)
    assert totals_of(run) == totals_of(kept)


def test_totals_of_another_model_are_not_gone_on_with(tmp_path: Path) -> None:
    simulate(judged(), paths=2 * BATCH, keep="summary", out=tmp_path)

    def other(draws):
        return margin(draws) | {"margin": 2 * margin(draws)["margin"]}

    with pytest.raises(RunError, match="not what this program computes"):
        simulate(judged(), model=other, paths=3 * BATCH, keep="summary", out=tmp_path)


def test_a_folder_has_paths_or_a_summary(tmp_path: Path) -> None:
    simulate(judged(), paths=BATCH, keep="summary", out=tmp_path / "summary")
    simulate(judged(), paths=BATCH, out=tmp_path / "all")
    assert "keep" not in json.loads((tmp_path / "all" / "manifest.json").read_text())
    assert json.loads((tmp_path / "summary" / "manifest.json").read_text())["keep"] == "summary"
    assert sorted(path.name for path in (tmp_path / "summary").iterdir()) == ["manifest.json", TOTALS]
    with pytest.raises(RunError, match="keep summary against all"):
        simulate(judged(), paths=BATCH, out=tmp_path / "summary")
    with pytest.raises(RunError, match="keep all against summary"):
        simulate(judged(), paths=BATCH, keep="summary", out=tmp_path / "all")


def test_what_cannot_be_kept_is_refused() -> None:
    with pytest.raises(UsageError, match="found 'nothing'; allowed: all, summary"):
        simulate(judged(), paths=BATCH, keep="nothing")


TARGETS = "p02(margin) mcse < 0.01, cvar10(margin) mcse < 0.01, p_bear(model) mcse < 0.01"


def test_an_accuracy_is_reached_with_as_many_paths() -> None:
    whole, kept = (simulate(judged(), until=TARGETS, seed=3, keep=keep) for keep in ("all", "summary"))
    assert whole.plan.paths == kept.plan.paths > 2**15
    for one, other in zip(whole.accuracy, kept.accuracy, strict=True):
        assert other.estimate.value == pytest.approx(one.estimate.value, rel=1e-6)
        # An error by replicates is known to an eighth; how bins move it is less than twice that.
        assert other.error == pytest.approx(one.error, rel=0.25)


@pytest.mark.slow
@pytest.mark.usefixtures("often")
def test_stopped_between_two_looks_it_goes_on_to_the_second(tmp_path: Path) -> None:
    straight = simulate(judged(), until=TARGETS, seed=3, keep="summary", out=tmp_path / "straight")

    def progress(done: int, total: int) -> None:
        if done > total / 2 and total > 2**15:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        simulate(judged(), until=TARGETS, seed=3, keep="summary", out=tmp_path / "other", progress=progress)
    run = simulate(judged(), until=TARGETS, seed=3, keep="summary", out=tmp_path / "other")
    assert totals_of(run) == totals_of(straight)
    assert run.accuracy == straight.accuracy
    assert open_run(tmp_path / "other").accuracy == straight.accuracy
