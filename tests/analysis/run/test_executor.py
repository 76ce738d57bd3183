"""A run on other processes is the run on this one, whatever becomes of them."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, cast

import jax.numpy as jnp
import pytest
from distributed import Client, LocalCluster

from simulator import Study, cli, simulate
from simulator.analysis.run import Interrupted, Run, open_run
from simulator.engine import cluster, files
from simulator.errors import ExecutorWarning
from simulator.sampling import BATCH

BATCHES = 40
ASKED: dict[str, Any] = {"paths": BATCHES * BATCH, "seed": 7}
WORKERS = 2


def margin(draws: dict[str, Any]) -> dict[str, Any]:
    margin = draws["strength"] - draws["load"]
    return {"margin": margin, "payoff": jnp.exp(margin / 2)}


def study(model: Any = margin) -> Study:
    priors = {
        "strength": {"family": "lognormal", "median": 4.0, "sigma": 0.25, "spare": True},
        "load": {"family": "normal", "mean": 2.0, "sd": 1.0},
        "wait": {"family": "gamma", "shape": 2.0, "scale": 0.5, "spare": True},
    }
    return Study.from_dict({"priors": priors}, model=model)


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in (folder / "store").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict[str, bytes]]:
    out = tmp_path_factory.mktemp("straight") / "run"
    return simulate(study(), **ASKED, out=out, threads=1), content(out)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            host="127.0.0.1",
            scheduler_port=0,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def processes(client: Client) -> list[int]:
    return list(cast(dict[str, int], client.run(os.getpid)).values())


class Killer:
    """A progress that kills a process when a quarter is done."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.armed = True

    def __call__(self, done: int, total: int) -> None:
        if self.armed and done >= total // 4:
            self.armed = False
            os.kill(self.process, signal.SIGKILL)


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_computes_the_same_bytes(
    client: Client, straight: tuple[Run, dict[str, bytes]], tmp_path: Path
) -> None:
    kill = Killer(processes(client)[0])
    run = simulate(study(), **ASKED, out=tmp_path / "run", executor=client, progress=kill)
    assert not kill.armed
    assert kill.process not in processes(client)
    assert run.summary() == straight[0].summary()
    assert content(tmp_path / "run") == straight[1]
    assert open_run(tmp_path / "run", model=margin).verify(2) == ()


@pytest.mark.slow
def test_a_pool_that_loses_a_process_computes_the_same_bytes(
    straight: tuple[Run, dict[str, bytes]], tmp_path: Path
) -> None:
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as processes:
        whole = simulate(study(), **ASKED, executor=processes)
        assert {name: whole.metric(name).tobytes() for name in whole.names} == {
            name: straight[0].metric(name).tobytes() for name in whole.names
        }
        kill = Killer(processes.submit(os.getpid).result())
        with pytest.warns(ExecutorWarning, match="this process goes on alone"):
            run = simulate(study(), **ASKED, out=tmp_path / "run", executor=processes, progress=kill)
    assert run.summary() == straight[0].summary()
    assert content(tmp_path / "run") == straight[1]


def test_processes_by_their_name_compute_the_same_bytes_though_one_is_killed(
    straight: tuple[Run, dict[str, bytes]], tmp_path: Path
) -> None:
    others = {child.pid for child in multiprocessing.active_children()}

    def own() -> list[BaseProcess]:
        return [child for child in multiprocessing.active_children() if child.pid not in others]

    def kill(done: int, total: int) -> None:
        if done == total // 4:
            own()[0].kill()

    out = tmp_path / "run"
    with pytest.warns(ExecutorWarning, match="this process goes on alone"):
        run = simulate(study(), **ASKED, out=out, executor=f"processes:{WORKERS}", progress=kill)
    assert run.summary() == straight[0].summary()
    assert content(out) == straight[1]
    assert not own()


#: Prints the processes that it computes on, and goes on slowly.
SLOW = f"""
import multiprocessing, sys, time
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from tests.analysis.run.small_run import study
from simulator.analysis.run import Interrupted, simulate

def slowly(done, total):
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    time.sleep(0.1)

if __name__ == "__main__":
    try:
        simulate(study(), paths=64 * 8192, seed=7, executor="processes:2", progress=slowly)
    except Interrupted as error:
        sys.exit(error.exit_code)
"""


def begun(command: list[str]) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a process that prints the numbers of those that it computes on, and return it with them."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    numbers: list[int] = []
    while len(numbers) < WORKERS:  # none is there before the first batch
        numbers = [int(word) for word in process.stdout.readline().split()]
    return process, numbers


def are_gone(processes: list[int], within: float = 60.0) -> bool:
    deadline = time.monotonic() + within
    while any(Path(f"/proc/{number}/stat").exists() for number in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes where Linux has them")
@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_processes_end_with_the_one_that_began_them_and_leave_ctrl_c_to_it(
    kind: signal.Signals, tmp_path: Path
) -> None:
    """On a terminal Ctrl-C goes to all of them."""
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    process, numbers = begun([sys.executable, str(script)])
    with process:
        if kind is signal.SIGINT:
            os.killpg(process.pid, kind)
        else:
            process.send_signal(kind)
        _, errors = process.communicate()
    assert process.returncode == {signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}[kind]
    assert kind is signal.SIGKILL or errors == ""
    assert are_gone(numbers)


def die_while_writing() -> None:
    """Let this process be killed in the middle of the next batch that it writes."""

    def half(path: Path, parts: Iterable[bytes], *, flush: bool) -> None:
        content = b"".join(parts)
        path.with_name(f"{path.name}.half").write_bytes(content[: len(content) // 2])
        os.kill(os.getpid(), signal.SIGKILL)

    files.write_whole = half


def test_a_pool_that_loses_a_process_in_the_middle_of_an_answer_is_not_waited_for(
    straight: tuple[Run, dict[str, bytes]],
) -> None:
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as processes:
        processes.submit(die_while_writing).result()
        with pytest.warns(ExecutorWarning, match="this process goes on alone"):
            run = simulate(study(), **ASKED, executor=processes)
    assert run.summary() == straight[0].summary()


def test_a_model_without_a_name_travels_and_is_not_taken_for_another(client: Client) -> None:
    for factor in (1.0, 2.0):
        model = lambda draws, factor=factor: {"load": factor * draws["load"]}  # noqa: E731
        there = simulate(study(model), paths=4 * BATCH, executor=client)
        here = simulate(study(model), paths=4 * BATCH)
        assert there.metric("load").tobytes() == here.metric("load").tobytes()


def test_more_paths_are_asked_of_the_same_kernels(client: Client) -> None:
    def kernels() -> int:
        from simulator.engine import worker

        return worker._kernel.cache_info().misses

    client.wait_for_workers(WORKERS)  # one may have been killed just now
    before = cast(dict[str, int], client.run(kernels))
    asked: dict[str, Any] = {"paths": 4 * BATCH, "until": "mean(margin) mcse < 0.005"}
    there = simulate(study(), **asked, sampler="mc", executor=client)
    assert there.plan.batches == 16  # (1.45 / 0.005)^2 paths, made up to a power of two
    assert there.summary() == simulate(study(), **asked, sampler="mc").summary()
    after = cast(dict[str, int], client.run(kernels))
    assert max(after[worker] - before[worker] for worker in before) == 1


def test_an_interrupt_keeps_what_came_back_and_the_run_goes_on_anywhere(
    client: Client, straight: tuple[Run, dict[str, bytes]], tmp_path: Path
) -> None:
    def stop(done: int, total: int) -> None:
        if done == total // 4:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as interrupted:
        simulate(study(), **ASKED, out=tmp_path, executor=client, progress=stop)
    part = interrupted.value.run
    assert part is not None
    assert BATCHES // 4 <= part.plan.batches < BATCHES
    simulate(study(), **ASKED, out=tmp_path, executor=client)
    assert content(tmp_path) == straight[1]


@pytest.mark.slow
def test_the_command_line_on_a_cluster_prints_the_same_document(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = client.scheduler_info()["address"].replace("tcp", "dask")
    documents = []
    for name, more in (("there", ["--executor", address]), ("here", [])):
        command = ["run", "--paths", "65536", "--json", "--quiet", "--out", str(tmp_path / name), *more]
        assert cli.main(command) == 0
        documents.append(capsys.readouterr().out)
    assert documents[0] == documents[1]
    assert content(tmp_path / "there") == content(tmp_path / "here")


def test_a_command_with_no_cluster_to_go_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    for address, code in (("127.0.0.1:9", 2), ("dask://127.0.0.1:9", 1)):
        out = tmp_path / "run"
        assert cli.main(["run", "--executor", address, "--quiet", "--out", str(out)]) == code
        assert address in capsys.readouterr().err
        assert not out.exists()
