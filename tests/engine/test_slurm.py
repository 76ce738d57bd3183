"""Batches are computed by jobs, many a job; a lost job is given again, and an interrupt ends them all."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulator.engine import KernelSpec, MetricKernel, Plan, RemoteBatches, jobs
from simulator.engine.jobs import JobQueue
from simulator.engine.slurm import slurm
from simulator.errors import ExecutorError, UsageError
from simulator.sampling import BATCH
from tests.engine import slurm as of_test
from tests.engine.programs import kernel_of

submitit = pytest.importorskip("submitit")
from submitit.core.utils import FailedJobError  # noqa: E402
from submitit.slurm.slurm import SlurmInfoWatcher, SlurmJob  # noqa: E402

ROOT = Path(__file__).parents[2]
BATCHES = 5
PLAN = Plan(BATCHES * BATCH, 7)
SPEC = KernelSpec("ours", partial(kernel_of, PLAN))


@pytest.fixture(scope="module")
def kernel() -> MetricKernel:
    return kernel_of(PLAN)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(submitit.Job, "_results_timeout_s", 0)
    # One of each test's own: it remembers how jobs ended, by numbers that every test begins anew.
    monkeypatch.setattr(SlurmJob, "watcher", SlurmInfoWatcher(delay_s=1))


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what was submitted; the working directory is the run's, and every host has it."""
    for name, value in of_test.install(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "work" / "ours.toml").write_text('batches = 2\njobs = 3\npartition = "long"\ntime = 60\n')
    return tmp_path / "jobs"


def compute(
    queue: JobQueue, kernel: MetricKernel, take: Callable[..., None], spec: KernelSpec = SPEC
) -> None:
    RemoteBatches(kernel, spec, queue, 2)(range(BATCHES), take)


def taken_from(queue: JobQueue, kernel: MetricKernel) -> dict[int, bytes]:
    taken: dict[int, bytes] = {}
    compute(queue, kernel, lambda batch, values: taken.update({batch: values.tobytes()}))
    return taken


def straight(kernel: MetricKernel) -> dict[int, bytes]:
    return {batch: kernel(batch).tobytes() for batch in range(BATCHES)}


def submitted(cluster: Path) -> int:
    return len(list(cluster.glob("*.sh")))


def test_jobs_compute_what_this_process_does(kernel: MetricKernel, cluster: Path) -> None:
    with slurm(Path("ours.toml")) as queue:
        assert taken_from(queue, kernel) == straight(kernel)
    assert submitted(cluster) == 3  # of two batches, but for the last
    asked = (cluster / "1.sh").read_text()
    assert {"#SBATCH --partition=long", "#SBATCH --time=60", "#SBATCH --job-name=strandline"} <= set(
        asked.splitlines()
    )
    assert [path.name for path in Path().iterdir()] == ["ours.toml"]


@pytest.mark.slow
def test_a_job_that_is_lost_is_given_again(
    kernel: MetricKernel, cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOST_OF_TEST", "2")
    with slurm(Path("ours.toml")) as queue:
        assert taken_from(queue, kernel) == straight(kernel)
    assert submitted(cluster) == 4


def failing(what: str) -> MetricKernel:
    raise UsageError(what)


def test_a_job_that_fails_ends_the_run_and_its_words_stay(kernel: MetricKernel, cluster: Path) -> None:
    spec = KernelSpec("fails", partial(failing, "no such draw"))
    with pytest.raises(ExecutorError, match=r"worker process .*: no such draw"), slurm(None) as queue:
        compute(queue, kernel, lambda *_: None, spec)
    assert submitted(cluster) == 1
    (logs,) = Path().glob("strandline-slurm-*/jobs")
    assert any("no such draw" in path.read_text() for path in logs.glob("*.err"))


def test_an_interrupt_ends_the_jobs(
    kernel: MetricKernel, cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for what is there already, which is taken: the second job has not begun, and never does."""
    monkeypatch.setenv("LOST_OF_TEST", "2")
    taken: list[int] = []

    def take(batch: int, _: Any) -> None:
        taken.append(batch)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), slurm(Path("ours.toml")) as queue:
        compute(queue, kernel, take)
    assert taken[0] == 0
    assert (cluster / "2.state").read_text() == "CANCELLED\n"
    assert not list(Path().glob("strandline-slurm-*"))


class Ended:
    """A job that ended at once, and left nothing."""

    job_id = "7"

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def done(self) -> bool:
        return True

    def exception(self) -> Exception | None:
        return self.error

    def cancel(self, *, check: bool) -> None:
        assert not check


class Deaf:
    """A batch system whose jobs leave nothing: it counts them."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.given: list[list[int]] = []

    def submit(self, compute: Callable[..., None], batches: list[int]) -> Ended:
        self.given.append(batches)
        return Ended(self.error)


@pytest.mark.parametrize(
    ("error", "message"), [(TimeoutError("state: TIMEOUT"), "TIMEOUT"), (None, "on a disk that the jobs")]
)
def test_batches_are_given_so_often_and_no_more(
    kernel: MetricKernel, tmp_path: Path, error: Exception | None, message: str
) -> None:
    deaf = Deaf(error)
    with pytest.raises(ExecutorError, match=rf"job 7 ended without the files .*{message}"):
        taken_from(JobQueue(deaf, tmp_path), kernel)
    assert deaf.given == [list(range(BATCHES))] * jobs.TRIES


def test_what_a_lost_job_had_finished_is_not_computed_again(kernel: MetricKernel, tmp_path: Path) -> None:
    class Half(Deaf):
        def submit(self, compute: Callable[..., None], batches: list[int]) -> Ended:
            compute(batches[:2])
            return super().submit(compute, batches)

    half = Half(None)
    assert taken_from(JobQueue(half, tmp_path), kernel) == straight(kernel)
    assert half.given == [[0, 1, 2, 3, 4], [2, 3, 4], [4]]
    assert not list(tmp_path.iterdir())


def test_a_command_that_submits_nothing_is_an_error_of_the_executor(
    kernel: MetricKernel, tmp_path: Path
) -> None:
    class Closed:
        def submit(self, *_: Any) -> None:
            raise OSError("invalid partition")

    with pytest.raises(ExecutorError, match="a job cannot be submitted: invalid partition"):
        taken_from(JobQueue(Closed(), tmp_path), kernel)


def test_jobs_of_this_machine(kernel: MetricKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As submitit starts them itself where there is no Slurm."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    executor = submitit.LocalExecutor(tmp_path / "jobs")
    queue = JobQueue(executor, tmp_path, batches=3, most=2)
    assert taken_from(queue, kernel) == straight(kernel)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("partitian = 'long'", "Unavailable parameter.*partitian"),
        ("jobs = 0", "jobs: found 0; allowed: a whole number from 1"),
        ("batches = 1.5", r"batches: found 1\.5; allowed: a whole number from 1"),
        ("jobs =", r"ours\.toml: found no TOML"),
    ],
)
def test_what_no_job_can_be_asked_for(cluster: Path, text: str, message: str) -> None:
    Path("ours.toml").write_text(text)
    with pytest.raises(UsageError, match=message), slurm(Path("ours.toml")):
        pytest.fail("asked for it all the same")
    assert [path.name for path in Path().iterdir()] == ["ours.toml"]


def test_a_file_of_settings_that_is_not_there(cluster: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml cannot be read"), slurm(Path("none.toml")):
        pytest.fail("read nothing")


def test_without_submitit_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(UsageError, match=r"pip install 'strandline\[slurm\]'"), slurm(None):
        pytest.fail("submitted without submitit")


def test_without_slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ExecutorError, match="there is no Slurm here: srun is not found"), slurm(None):
        pytest.fail("submitted to nothing")


def test_a_job_that_ends_before_its_time_limit_is_given_again(kernel: MetricKernel, tmp_path: Path) -> None:
    """submitit ends it by a signal, and has its function raise; it computed nothing wrong."""

    class OutOfTime:
        job_id = "1"

        def done(self) -> bool:
            return True

        def exception(self) -> Exception:
            return FailedJobError(
                "UncompletedJobError: Job not requeued because: timed-out and not checkpointable"
            )

        def cancel(self, check: bool) -> None:
            """Nothing runs any more."""

    class Executor:
        submitted = 0

        def submit(self, compute: Callable[..., None], batches: list[int]) -> OutOfTime:
            Executor.submitted += 1
            if Executor.submitted > 1:
                compute(batches)
            return OutOfTime()

    queue = JobQueue(Executor(), tmp_path, BATCHES, 1)
    assert list(taken_from(queue, kernel)) == list(range(BATCHES))
    assert Executor.submitted == 2
