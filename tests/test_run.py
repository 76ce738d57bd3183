"""A run is the same numbers however it is computed, stopped and stored, and says so when it is not."""

import gc
import json
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import simulator
from simulator import errors
from simulator.errors import GateError, RunError, StudyError, UsageError
from simulator.run import Difference, Interrupted, NotFiniteError, Run, open_run, place, simulate, simulation
from simulator.sampling import REPLICATES, ROUND
from simulator.study import Study

PRIORS: dict[str, Any] = {
    "load": {"family": "normal", "mean": 2.0, "sd": 1.0},
    "strength": {"family": "lognormal", "median": 4.0, "sigma": 0.25, "unit": "USD bn"},
    "shares": {"family": "dirichlet", "alpha": [2.0, 3.0, 5.0]},
    "wait": {"family": "gamma", "shape": 2.0, "scale": 0.5},
    "rate": {"family": "fixed", "value": 0.5},
}
ROUNDS = 4
PATHS = ROUNDS * ROUND


def margin(draws: dict[str, Any]) -> dict[str, Any]:
    margin = draws["strength"] - draws["load"] * jnp.exp(-draws["rate"] * draws["wait"])
    return {"margin": margin, "first_share": draws["shares"][0], "fails": margin < 0}


def study(model: Callable[..., Any] | None = margin, **more: Any) -> Study:
    dependence = {"spearman": [["load", "strength", 0.5]]}
    spare = {name: prior | {"spare": True} for name, prior in (PRIORS | more).items()}
    return Study.from_dict({"priors": spare, "dependence": dependence}, model=model)


def content(run: Run) -> dict[str, bytes]:
    return {name: run.metric(name).tobytes() for name in run.names}


@pytest.fixture(scope="module")
def straight() -> dict[str, bytes]:
    return content(simulate(study(), paths=PATHS, seed=7, threads=1))


@pytest.mark.parametrize(
    "how", [{"threads": 2}, {"threads": 5}, {"lanes": 256}, {"lanes": 64}, {"out": "run"}]
)
def test_how_it_is_computed_changes_no_bit(
    how: dict[str, Any], straight: dict[str, bytes], tmp_path: Path
) -> None:
    if "out" in how:
        how = {"out": tmp_path / "run"}
    assert content(simulate(study(), paths=PATHS, seed=7, **how)) == straight


def test_another_seed_or_sampler_is_another_run(straight: dict[str, bytes]) -> None:
    others = simulate(study(), paths=PATHS, seed=8), simulate(study(), paths=PATHS, seed=7, sampler="mc")
    for other in others:
        assert content(other)["margin"] != straight["margin"]


@pytest.mark.parametrize("sampler", ["rqmc", "mc"])
def test_a_prior_more_and_paths_more_move_no_draw(sampler: str) -> None:
    before = simulate(study(), paths=PATHS, seed=7, sampler=sampler)
    more = study(
        new={"family": "beta", "alpha": 2.0, "beta": 3.0}, another={"family": "uniform", "low": 0, "high": 1}
    )
    after = simulate(more, paths=2 * PATHS, seed=7, sampler=sampler)
    ours, theirs = before.draws(), after.draws(paths=PATHS)
    assert set(theirs) - set(ours) == {"new", "another"}
    for name, values in ours.items():
        assert theirs[name].tobytes() == values.tobytes(), name
    for name in before.names:
        assert after.metric(name)[:, : PATHS // REPLICATES].tobytes() == before.metric(name).tobytes(), name


def test_metrics_are_by_replicate_and_draws_one_row_in_their_order() -> None:
    run = simulate(study(lambda d: {"load": d["load"]}), paths=2 * ROUND)
    draws = run.draws(["load", "shares", "rate"], 320)
    assert draws["shares"].shape == (3, 320)
    assert np.allclose(draws["shares"].sum(axis=0), 1, atol=3 * np.finfo("f4").eps)
    assert np.all(draws["rate"] == 0.5)
    metric = run.metric("load")
    assert metric.shape == (REPLICATES, 512)
    assert metric[:, :10].tobytes() == draws["load"].tobytes()
    with pytest.raises(UsageError, match="no draw 'lode'; did you mean load"):
        run.draws(["lode"])


def test_float64_is_the_same_paths_to_more_digits() -> None:
    single = simulate(study(), paths=ROUND, seed=7)
    double = simulate(study(), paths=ROUND, seed=7, dtype="float64")
    assert double.metric("margin").dtype == np.float64
    # A dozen roundings of numbers below 20, each to half an ulp of float32 or less.
    assert np.abs(single.metric("margin") - double.metric("margin")).max() < 12 * 20 * 2.0**-24
    assert not np.array_equal(double.metric("margin"), double.metric("margin").astype("f4"))


def stop_after(rounds: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        assert total == PATHS
        if done == rounds * ROUND:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_an_interrupted_run_keeps_what_was_done_and_goes_on(
    rounds: int, straight: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    with pytest.raises(Interrupted, match=r"interrupted after \d+ of 32768 paths") as interrupted:
        simulate(study(), paths=PATHS, seed=7, threads=1, out=out, progress=stop_after(rounds))
    assert interrupted.value.exit_code == 130
    if rounds == 0:
        assert interrupted.value.run is None
    else:
        part = interrupted.value.run
        assert part is not None
        assert part.status == "interrupted"
        assert rounds <= part.plan.rounds < ROUNDS
        found = open_run(out)
        assert (found.status, found.plan) == ("interrupted", part.plan)
        assert content(found) == content(part)
    assert json.loads((out / "manifest.json").read_text())["status"] == "interrupted"
    assert content(simulate(study(), paths=PATHS, seed=7, out=out)) == straight
    assert open_run(out).status == "complete"


def test_an_interrupt_in_memory_gives_the_part_that_was_done() -> None:
    with pytest.raises(Interrupted) as interrupted:
        simulate(study(), paths=PATHS, threads=1, progress=stop_after(2))
    assert interrupted.value.run is not None
    assert interrupted.value.run.summary()["paths"] >= 2 * ROUND


def test_a_finished_run_is_only_read_and_can_grow(straight: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "run"
    simulate(study(), paths=PATHS // 2, seed=7, out=out)
    notes: list[int] = []
    simulate(study(), paths=PATHS // 2, seed=7, out=out, progress=lambda done, _: notes.append(done))
    assert notes == [PATHS // 2]
    assert content(simulate(study(), paths=PATHS, seed=7, out=out)) == straight
    with pytest.raises(RunError, match="more than the"):
        simulate(study(), paths=PATHS // 2, seed=7, out=out)
    with pytest.raises(RunError, match="seed 7 against 8"):
        simulate(study(), paths=PATHS, seed=8, out=out)


def test_one_directory_has_one_run_at_a_time(tmp_path: Path) -> None:
    def second(done: int, total: int) -> None:
        with pytest.raises(RunError, match=f"{tmp_path} is in use by process {os.getpid()}"):
            simulate(study(), paths=PATHS, out=tmp_path)

    simulate(study(), paths=ROUND, out=tmp_path, progress=second)


def test_damage_is_found_told_and_repaired(straight: dict[str, bytes], tmp_path: Path) -> None:
    simulate(study(), paths=PATHS, seed=7, out=tmp_path)
    shard = tmp_path / "store" / "metrics" / "c" / "0" / "2"
    damaged = bytearray(shard.read_bytes())
    damaged[123] ^= 16
    shard.write_bytes(damaged)
    run = open_run(tmp_path, model=margin)
    assert run.verify() == (Difference(2, "", ROUND),)
    with pytest.raises(RunError, match=f"{shard} is damaged"):
        run.metric(run.names[0])
    assert content(simulate(study(), paths=PATHS, seed=7, out=tmp_path)) == straight
    assert open_run(tmp_path, model=margin).verify() == ()


def test_verify_says_where_a_run_differs(tmp_path: Path) -> None:
    simulate(study(), paths=PATHS, out=tmp_path)

    def edited(draws: dict[str, Any]) -> dict[str, Any]:
        return margin(draws) | {"fails": draws["load"] > 3}

    found = open_run(tmp_path, model=edited).verify(2)
    assert [(one.round, one.metric) for one in found] == [(0, "fails"), (ROUNDS - 1, "fails")]
    assert all(0 < one.paths < ROUND for one in found)
    with pytest.raises(RunError, match=r"not what this program computes .*fails"):
        simulate(study(edited), paths=PATHS, out=tmp_path)


def test_a_stored_run_is_read_back_without_its_model(tmp_path: Path) -> None:
    run = simulate(study(), paths=ROUND, seed=7, out=tmp_path)
    found = open_run(tmp_path)
    assert found.study.hash == run.study.hash
    assert (found.plan, found.names, dict(found.units)) == (run.plan, run.names, dict(run.units))
    assert found.summary() == run.summary()
    ours, theirs = run.draws(), found.draws()
    for name, values in ours.items():
        assert theirs[name].tobytes() == values.tobytes()
    with pytest.raises(UsageError, match=r"made by the model .*margin; pass it"):
        found.verify()


def test_what_is_not_finite_fails_the_gate_and_is_kept(tmp_path: Path) -> None:
    def broken(draws: dict[str, Any]) -> dict[str, Any]:
        return {"log": jnp.log(draws["load"]), "payback_years.a": jnp.where(draws["load"] < 0, jnp.inf, 1.0)}

    with pytest.raises(
        NotFiniteError, match=r"log: \d+ nan of 8192 paths\n  payback_years.a: \d+ infinite"
    ) as error:
        simulate(study(broken), paths=ROUND, out=tmp_path)
    assert isinstance(error.value, GateError)
    below = int((error.value.run.draws(["load"])["load"] < 0).sum())
    assert error.value.run.not_finite == {
        "log": {"nan": below, "infinite": 0},
        "payback_years.a": {"nan": 0, "infinite": below},
    }
    assert open_run(tmp_path).not_finite == error.value.run.not_finite
    assert open_run(tmp_path).status == "complete"


def test_a_model_may_say_that_infinity_is_an_answer() -> None:
    def payback(draws: dict[str, Any]) -> dict[str, Any]:
        return {"payback_years": jnp.where(draws["load"] < 0, jnp.inf, 1.0)}

    payback.may_be_infinite = {"payback_years"}  # type: ignore[attr-defined]
    payback.metric_units = {"payback_years": "years"}  # type: ignore[attr-defined]
    run = simulate(study(payback), paths=ROUND)
    assert run.not_finite["payback_years"]["infinite"] > 0
    assert run.summary()["estimates"]["payback_years"]["unit"] == "years"


def test_a_large_run_without_a_directory_goes_through_a_scratch_one(
    straight: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "MEMORY_LIMIT", 3 * PATHS * 4 - 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    run = simulate(study(), paths=PATHS, seed=7)
    assert len(list(tmp_path.iterdir())) == 1
    assert run.directory is None
    assert content(run) == straight
    del run
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_series_of_a_model_that_has_them() -> None:
    def metric(draws: dict[str, Any]) -> dict[str, Any]:
        return {"end": jnp.cumsum(draws["steps"], axis=0)[-1]}

    metric.series = lambda draws: {"path": jnp.cumsum(draws["steps"], axis=0)}  # type: ignore[attr-defined]
    steps = {"steps": {"family": "normal", "mean": 0.0, "sd": 1.0, "size": 5}}
    run = simulate(Study.from_dict({"priors": steps}, model=metric), paths=2 * ROUND)
    series = run.series(960)
    assert series["path"].shape == (5, 960)
    assert series["path"][-1].tobytes() == run.metric("end")[:, :30].tobytes()
    with pytest.raises(UsageError, match="no series"):
        simulate(study(), paths=ROUND).series()


def test_a_study_without_a_model_is_told_to_have_one() -> None:
    with pytest.raises(UsageError, match="neither a model nor companies"):
        simulate(study(None), paths=ROUND)
    assert simulate(study(None), model=margin, paths=ROUND).names == ("margin", "first_share", "fails")


def test_a_model_that_declares_its_inputs_has_them_in_its_own_units() -> None:
    class Declared:
        def __init__(self, *names: str) -> None:
            wanted = SimpleNamespace(unit="USD mn", minimum=-math.inf, maximum=math.inf)
            self.inputs = dict.fromkeys(names, wanted)

        def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
            return {"strength": draws["strength"]}

    run = simulate(study(Declared("strength")), paths=ROUND)
    plain = simulate(study(lambda d: {"strength": d["strength"]}), paths=ROUND)
    assert np.allclose(run.metric("strength"), 1000 * plain.metric("strength"), rtol=1e-5)
    assert run.to_datatree()["prior"]["strength"].attrs["units"] == "USD mn"

    with pytest.raises(StudyError, match="missing"):
        simulate(study(Declared("strength", "missing")), paths=ROUND)


def test_a_thread_is_the_least() -> None:
    with pytest.raises(UsageError, match="threads: found 0"):
        simulate(study(), paths=ROUND, threads=0)


def test_place_finds_the_run_to_go_on_with(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"paths": PATHS, "seed": 7}
    out = place(tmp_path, study(), **asked)
    with pytest.raises(Interrupted):
        simulate(study(), **asked, threads=1, out=out, progress=stop_after(1))
    assert place(tmp_path, study(), **asked) == out
    assert place(tmp_path, study(), paths=PATHS, seed=8) != out


def test_arviz_reads_the_tree() -> None:
    arviz_stats = pytest.importorskip("arviz_stats")
    run = simulate(study(), paths=2 * ROUND)
    tree = run.to_datatree(ROUND)
    assert tree["prior"]["load"].shape == (REPLICATES, 256)
    assert tree["prior"]["shares"].shape == (REPLICATES, 256, 3)
    assert tree["constant_data"].to_dataset()["rate"] == 0.5
    predicted = tree["prior_predictive"].to_dataset()
    assert predicted["margin"].to_numpy().tobytes() == run.metric("margin")[:, :256].tobytes()
    table = arviz_stats.summary(tree, group="prior_predictive", kind="stats", ci_prob=0.9)
    assert set(run.names) <= set(table.index)


def test_the_public_names() -> None:
    for name in simulator.__all__:
        assert getattr(simulator, name) is not None
    assert simulator.simulate is simulate
    assert dir(simulator) == sorted(simulator.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        simulator.simulat  # noqa: B018  # type: ignore[attr-defined]


def test_every_error_that_is_raised_on_purpose_is_public() -> None:
    raised = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)
    }
    assert {name for name in raised if not name.endswith("Warning")} <= set(simulator.__all__)


def test_a_study_is_run_by_its_name_or_path(tmp_path: Path) -> None:
    file = tmp_path / "beam.toml"
    file.write_text(
        "study = { as_of = 2026-01-28 }\n"
        '[load]\nfamily = "normal"\nmean = 750\nsd = 50\nunit = "1"\nbasis = "judgement"\n'
        'as_of = 2026-01-28\nnote = "a load"\n'
    )
    named = simulate(file, model=lambda d: {"load": d["load"]}, paths=ROUND, seed=3)
    loaded = simulate(simulator.load_study(file), model=lambda d: {"load": d["load"]}, paths=ROUND, seed=3)
    assert named.metric("load").tobytes() == loaded.metric("load").tobytes()
    with pytest.raises(StudyError, match=r"hyperscaler-2026-01.*Did you mean"):
        simulate("hyperscaler-2026-01")
    script = "import simulator; simulator.simulate({'priors': {}})"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "UsageError: study: found a dict; allowed: a study, a prior set's name" in found.stderr


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = (
        "import simulator, sys; simulator.__version__\n"
        "heavy = ('jax', 'scipy', 'arviz_base', 'numpy', 'pydantic', 'zarr')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_run import PATHS, Interrupted, simulate, study
def progress(done, total):
    print(done, flush=True)
    if len(sys.argv) > 3:
        import time; time.sleep(0.1)
try:
    simulate(study(), paths=PATHS, seed=7, threads=1, out=Path(sys.argv[1]), progress=progress)
except Interrupted as error:
    print(error.run.plan.rounds)
    sys.exit(error.exit_code)
"""


def child(out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, str(out), str(Path(__file__).parent), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_stops_a_process_and_the_same_command_goes_on(
    kind: signal.Signals, straight: dict[str, bytes], tmp_path: Path
) -> None:
    with child(tmp_path, "slowly") as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < ROUND:
            pass
        process.send_signal(kind)
        process.communicate()
    assert process.returncode == {signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}[kind]
    found = open_run(tmp_path)
    assert found.status == "interrupted"
    assert 1 <= found.plan.rounds < ROUNDS
    assert content(simulate(study(), paths=PATHS, seed=7, out=tmp_path)) == straight


@pytest.mark.slow
def test_killed_at_ten_random_moments_it_ends_with_the_same_bytes(
    straight: dict[str, bytes], tmp_path: Path
) -> None:
    moments = np.random.default_rng(1).uniform(0.1, 3.0, 10)
    for moment in moments:
        with child(tmp_path) as process:
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                process.kill()
    run = simulate(study(), paths=PATHS, seed=7, out=tmp_path)
    assert content(run) == straight
    assert run.verify() == ()


@pytest.mark.skipif(
    shutil.which("unshare") is None, reason="needs a name space of its own to mount a disk in"
)
def test_a_full_disk_is_an_error_that_leaves_the_finished_rounds(tmp_path: Path) -> None:
    script = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_run import PATHS, ROUND, RunError, open_run, simulate, study
disk = {str(tmp_path)!r}
try:
    simulate(study(), paths=PATHS, seed=7, threads=1, out=disk + '/run')
except RunError as error:
    print(error)
found = open_run(disk + '/run')
print(found.plan.rounds, found.status, sorted(os.listdir(disk + '/run')))
os.remove(disk + '/ballast')
run = simulate(study(), paths=PATHS, seed=7, out=disk + '/run')
print(run.status, run.plan.rounds)
"""
    shell = (
        f"mount -t tmpfs -o size=1m none {tmp_path} && head -c 700000 /dev/zero > {tmp_path}/ballast && "
        f"{sys.executable} -c '{script.replace(chr(39), chr(34))}'"
    )
    found = subprocess.run(["unshare", "-rm", "sh", "-c", shell], capture_output=True, text=True, check=False)
    if "mount" in found.stderr or "unshare" in found.stderr:
        pytest.skip(f"no disk can be mounted here: {found.stderr}")
    said, kept, after = found.stdout.splitlines()
    assert said.startswith(f"cannot write {tmp_path}/run/store/metrics/c/0/")
    assert "No space left on device; make room and give the same command again" in said
    rounds, status, *_ = kept.split()
    assert 1 <= int(rounds) < ROUNDS
    assert status == "interrupted"
    assert after == f"complete {ROUNDS}"
