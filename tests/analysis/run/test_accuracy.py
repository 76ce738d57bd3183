"""A run goes on until it is as accurate as asked: no path twice, the same end however it was stopped."""

import json
import math
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator import Study, simulate
from simulator.analysis.run import AccuracyError, Interrupted, Run, open_run, run_folder
from simulator.analysis.run.accuracy import FASTEST, Goal, span
from simulator.engine import MetricKernel
from simulator.errors import RunError, UsageError
from simulator.estimate import Achieved, Number, Target
from simulator.sampling import BATCH

PRIORS = {
    "strength": {"family": "normal", "mean": 4.0, "sd": 1.0},
    "load": {"family": "normal", "mean": 2.0, "sd": 1.0},
}
RULES = {"bull": {"margin": {"min": 2.0}}, "bear": {"margin": {"max": 0.0}}}


def margin(draws: dict[str, Any]) -> dict[str, Any]:
    margin = draws["strength"] - draws["load"]
    return {"margin": margin, "payoff": jnp.exp(margin / 2)}


def study(model: Callable[..., Any] = margin) -> Study:
    return Study.from_dict({"priors": PRIORS, "verdict": RULES}, model=model)


#: Met by plain Monte Carlo of this study at 8 batches and not at 4: 0.27/sqrt(n) is 1.05e-3 and 1.49e-3.
BEAR = "p_bear(model) mcse < 0.00125"
ASKED: dict[str, Any] = {"paths": BATCH, "seed": 3, "sampler": "mc", "until": BEAR}
BATCHES = 8


def asked(**other: Any) -> dict[str, Any]:
    return {**ASKED, **other}


def content(run: Run) -> dict[str, bytes]:
    return {name: run.metric(name).tobytes() for name in run.names}


@pytest.fixture(scope="module")
def straight() -> Run:
    return simulate(study(), **ASKED)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the batches computed from here on, and the number of kernels made as negative ones."""
    batches: list[int] = []
    init, call = MetricKernel.__init__, MetricKernel.__call__

    def made(self: MetricKernel, *given: Any) -> None:
        batches.append(-1)
        init(self, *given)

    def counted(self: MetricKernel, batch: int) -> Any:
        batches.append(batch)
        return call(self, batch)

    monkeypatch.setattr(MetricKernel, "__init__", made)
    monkeypatch.setattr(MetricKernel, "__call__", counted)
    return batches


@pytest.mark.parametrize("stored", [False, True])
def test_paths_are_doubled_until_the_target_is_met_each_computed_once(
    stored: bool, straight: Run, computed: list[int], tmp_path: Path
) -> None:
    steps: list[int] = []
    out = tmp_path / "run" if stored else None
    run = simulate(study(), **ASKED, out=out, threads=1, progress=lambda _, total: steps.append(total))
    assert sorted(computed) == [-1, *range(BATCHES)]
    assert sorted(set(steps)) == [1 * BATCH, 2 * BATCH, 4 * BATCH, 8 * BATCH]
    assert run.plan.batches == BATCHES
    (found,) = run.accuracy
    # The error of a chance p from n paths is sqrt(p (1 - p) / n).
    p = run.verdicts["verdict"].ravel() == -1
    assert found.error == pytest.approx(p.std() / math.sqrt(p.size), rel=1e-3)
    assert found.met
    assert run.summary() == straight.summary()
    plain = simulate(study(), paths=BATCHES * BATCH, seed=3, sampler="mc")
    assert content(run) == content(plain) == content(straight)


def test_the_summary_and_the_manifest_say_what_was_asked_and_achieved(tmp_path: Path) -> None:
    run = simulate(study(), **asked(until=f"{BEAR}, p95(payoff) rel < 0.5"), out=tmp_path)
    targets = run.summary()["targets"]
    assert [one["target"] for one in targets] == [BEAR, "p95(payoff) rel < 0.5"]
    assert targets[0]["achieved"] == targets[0]["mcse"] == run.summary()["verdicts"]["model"]["bear"]["mcse"]
    assert targets[1]["achieved"] == pytest.approx(targets[1]["mcse"] / targets[1]["value"])
    assert all(one["met"] for one in targets)
    accuracy = json.loads((tmp_path / "manifest.json").read_text())["accuracy"]
    assert accuracy["achieved"] == targets
    assert accuracy["targets"] == [one["target"] for one in targets]
    assert open_run(tmp_path).summary() == run.summary()
    assert "targets" not in simulate(study(), paths=BATCH).summary()


@pytest.mark.parametrize("after", [1, 3, 5])
def test_a_run_that_was_stopped_ends_as_one_that_was_not(after: int, straight: Run, tmp_path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done >= after * BATCH:
            raise KeyboardInterrupt

    out = tmp_path / "run"
    with pytest.raises(Interrupted) as interrupted:
        simulate(study(), **ASKED, out=out, threads=1, progress=stop)
    part = interrupted.value.run
    assert part is not None
    assert after <= part.plan.batches < BATCHES
    assert open_run(out).summary() == part.summary()
    run = simulate(study(), **ASKED, out=out)
    assert run.summary() == straight.summary()
    assert content(run) == content(straight)
    whole = tmp_path / "whole"
    simulate(study(), **ASKED, out=whole)
    for path in (whole / "store").rglob("*"):
        if path.is_file():
            assert (out / path.relative_to(whole)).read_bytes() == path.read_bytes(), path


CHILD = """
import os, signal, sys
from tests.analysis.run.test_accuracy import ASKED, BATCH, simulate, study
def progress(done, _):
    if done == int(sys.argv[2]) * BATCH:
        os.kill(os.getpid(), signal.SIGKILL)
simulate(study(), **ASKED, threads=1, out=sys.argv[1], progress=progress)
"""


@pytest.mark.slow
def test_a_run_killed_again_and_again_ends_as_one_that_was_not(straight: Run, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    for after in (1, 3, 6):
        child = [sys.executable, "-c", CHILD, str(tmp_path / "run"), str(after)]
        assert subprocess.run(child, cwd=root, check=False).returncode == -signal.SIGKILL
        manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
        assert manifest["status"] == "running"
    run = simulate(study(), **ASKED, out=tmp_path / "run")
    assert run.summary() == straight.summary()
    assert content(run) == content(straight)
    assert content(open_run(tmp_path / "run", model=margin)) == content(straight)


def test_a_limit_without_the_target_fails_the_gate_and_more_paths_go_on(
    straight: Run, computed: list[int], tmp_path: Path
) -> None:
    more = asked(until=f"mean(margin) mcse < 1, {BEAR}")
    out = run_folder(tmp_path, study(), **more, max_paths=4 * BATCH)
    out = tmp_path / f"20260128T090000Z-{out.name.split('-', 1)[1]}"
    with pytest.raises(AccuracyError) as error:
        simulate(study(), **more, out=out, max_paths=5 * BATCH)  # made down to 4
    lines = str(error.value).splitlines()
    assert lines[0] == "the accuracy asked for is not reached with 32,768 paths:"
    assert lines[1].startswith("  mean(margin) mcse < 1.0: achieved ")
    assert lines[1].endswith(", met")
    assert lines[2].startswith(f"  {BEAR}: achieved 0.0014")
    assert "not met" in lines[2]
    assert error.value.exit_code == 4
    run = error.value.run
    assert (run.status, run.plan.batches) == ("complete", 4)
    assert [one.met for one in run.accuracy] == [True, False]
    assert open_run(out).summary() == run.summary()
    # The same command with a higher limit finds the run, and goes on from where it stands.
    assert run_folder(tmp_path, study(), **more) == out
    computed.clear()
    finished = simulate(study(), **more, out=out)
    assert sorted(computed) == [-1, 0, *range(4, BATCHES)]  # 0 is the check that it is the same program
    assert content(finished) == content(straight)
    assert run_folder(tmp_path, study(), **more) != out


def test_a_directory_has_one_set_of_targets(tmp_path: Path) -> None:
    simulate(study(), **ASKED, out=tmp_path)
    with pytest.raises(RunError, match=r"targets p_bear.* from 8192 paths against mean"):
        simulate(study(), **asked(until="mean(margin) mcse < 1"), out=tmp_path)
    with pytest.raises(RunError, match=r"from 8192 paths against .* from 16384 paths"):
        simulate(study(), **asked(paths=2 * BATCH), out=tmp_path)
    with pytest.raises(RunError, match="against none"):
        simulate(study(), paths=BATCHES * BATCH, seed=3, sampler="mc", out=tmp_path)
    with pytest.raises(RunError, match="holds 65536 paths, more than the 32768 asked for"):
        simulate(study(), **ASKED, max_paths=4 * BATCH, out=tmp_path)


def test_what_is_not_finite_is_not_waited_for() -> None:
    def infinite(draws: dict[str, Any]) -> dict[str, Any]:
        return margin(draws) | {"payback": jnp.where(draws["load"] > 2, jnp.inf, 1.0)}

    infinite.may_be_infinite = {"payback"}  # type: ignore[attr-defined]
    with pytest.raises(AccuracyError, match="the value is inf") as error:
        simulate(study(infinite), paths=BATCH, until="p95(payback) mcse < 1")
    assert error.value.run.plan.batches == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"until": "mean(magrin) mcse < 1"}, "Did you mean margin"),
        ({"until": "p_bear(group) mcse < 0.01"}, "an entity: model"),
        ({"until": BEAR, "max_paths": BATCH}, "max_paths: found 8192; allowed: a whole number from 16384"),
        ({"max_paths": 2**20}, "max_paths: found 1048576; allowed: only with targets"),
    ],
)
def test_what_cannot_be_asked(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        simulate(study(), **{"paths": 2 * BATCH, **given})


def test_looks_are_at_powers_of_two() -> None:
    assert span(1, 2**24) == (1, 2**11)
    assert span(3, 2**24 - 1) == (4, 2**10)
    assert span(4, 4 * BATCH) == (4, 4)


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
@pytest.mark.parametrize("ratio", [1.0, 1.3, 3.0, 20.0, 1e6, math.inf])
def test_no_look_is_left_out_that_could_have_been_the_last(sampler: str, ratio: float) -> None:
    goal = Goal((Target("mean", "m", "mcse", 0.5),), 1, 2**11)
    found = [Achieved(goal.targets[0], Number(1.0, 0.5 * ratio), 0.5 * ratio)]
    following = goal.following(4, found, sampler)
    # At the fastest that errors fall, the look before the one that follows does not meet the target.
    assert following == 8 or ratio * (4 / (following / 2)) ** FASTEST[sampler] >= 1
    assert following in 2 ** np.arange(12)
    met = [found[0]._replace(error=0.1)]
    assert goal.following(4, met, sampler) == 4
    assert goal.following(2**11, found, sampler) == 2**11
