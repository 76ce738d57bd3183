"""A process that is stopped, killed or out of disk leaves a run that the same command ends."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.analysis.run import open_run, simulate
from simulator.sampling import BATCH
from tests.analysis.run.small_run import BATCHES, PATHS, content, study

#: From where the processes import these tests.
ROOT = str(Path(__file__).parents[3])

CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from simulator.analysis.run import Interrupted, simulate
from tests.analysis.run.small_run import PATHS, study
def progress(done, total):
    print(done, flush=True)
    if len(sys.argv) > 3:
        import time; time.sleep(0.1)
try:
    simulate(study(), paths=PATHS, seed=7, threads=1, out=Path(sys.argv[1]), progress=progress)
except Interrupted as error:
    print(error.run.plan.batches)
    sys.exit(error.exit_code)
"""


def child(out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", CHILD, str(out), ROOT, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_stops_a_process_and_the_same_command_goes_on(
    kind: signal.Signals, straight: dict[str, bytes], tmp_path: Path
) -> None:
    with child(tmp_path, "slowly") as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < BATCH:
            pass
        process.send_signal(kind)
        process.communicate()
    assert process.returncode == {signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}[kind]
    found = open_run(tmp_path)
    assert found.status == "interrupted"
    assert 1 <= found.plan.batches < BATCHES
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
def test_a_full_disk_is_an_error_that_leaves_the_finished_batches(tmp_path: Path) -> None:
    script = f"""
import os, sys
sys.path.insert(0, {ROOT!r})
from simulator.errors import RunError
from simulator.analysis.run import open_run, simulate
from tests.analysis.run.small_run import PATHS, study
disk = {str(tmp_path)!r}
try:
    simulate(study(), paths=PATHS, seed=7, threads=1, out=disk + '/run')
except RunError as error:
    print(error)
found = open_run(disk + '/run')
print(found.plan.batches, found.status, sorted(os.listdir(disk + '/run')))
os.remove(disk + '/ballast')
run = simulate(study(), paths=PATHS, seed=7, out=disk + '/run')
print(run.status, run.plan.batches)
"""
    shell = (
        f"mount -t tmpfs -o size=1m none {tmp_path} && head -c 700000 /dev/zero > {tmp_path}/ballast && "
        f"{sys.executable} -c '{script.replace(chr(39), chr(34))}'"
    )
    found = subprocess.run(["unshare", "-rm", "sh", "-c", shell], capture_output=True, text=True, check=False)
    if "mount" in found.stderr or "unshare" in found.stderr:
        pytest.skip(f"no disk can be mounted here: {found.stderr}")
    message, stored, after = found.stdout.splitlines()
    assert message.startswith(f"cannot write {tmp_path}/run/store/metrics/c/0/")
    assert "No space left on device; make room and give the same command again" in message
    batches, status, *_ = stored.split()
    assert 1 <= int(batches) < BATCHES
    assert status == "interrupted"
    assert after == f"complete {BATCHES}"
