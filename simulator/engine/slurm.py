"""Jobs of Slurm, by submitit, with what a file of settings asks of them."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.engine import files
from simulator.engine.jobs import BATCHES, JOBS, JobQueue
from simulator.errors import ExecutorError, UsageError
from simulator.study.toml_reader import UnreadableError, parsed
from simulator.whole_numbers import whole


@contextlib.contextmanager
def slurm(settings: Path | None) -> Iterator[JobQueue]:
    """Return the queue of this cluster; its files are in the working directory until the run is done.

    Parameters
    ----------
    settings
        A TOML file: ``jobs`` (how many wait or run at once) and ``batches`` (how many each computes); every
        other key is an option of sbatch, as submitit has it. None leaves all at what they are by default.

    Raises
    ------
    UsageError
        submitit is not installed, or the file cannot be read or has an option that there is not.
    ExecutorError
        There is no Slurm here.
    """
    try:
        from submitit import SlurmExecutor  # an extra
    except ImportError as error:
        message = "jobs of Slurm need the extra slurm: pip install 'strandline[slurm]'"
        raise UsageError(message) from error
    options = {} if settings is None else _read(settings)
    jobs = whole(f"{settings}: jobs", options.pop("jobs", JOBS), 1)
    batches = whole(f"{settings}: batches", options.pop("batches", BATCHES), 1)
    with contextlib.ExitStack() as stack:
        with files.access(Path.cwd(), "write"):
            folder = Path(tempfile.mkdtemp(prefix="strandline-slurm-", dir=Path.cwd()))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            executor = SlurmExecutor(folder / "jobs")
        except RuntimeError as error:
            message = "there is no Slurm here: srun is not found; give the command where jobs are submitted"
            raise ExecutorError(message) from error
        try:
            executor.update_parameters(job_name="strandline", **options)
        except (ValueError, TypeError) as error:
            message = f"executor: {settings}: {error}"
            raise UsageError(message) from error
        try:
            yield JobQueue(executor, folder, batches, jobs)
        except ExecutorError:
            stack.pop_all()
            for batch in folder.iterdir():  # what the jobs said of themselves stays
                if batch.is_file():
                    batch.unlink(missing_ok=True)
            raise


def _read(settings: Path) -> dict[str, Any]:
    """Return the keys of a file of settings."""
    try:
        return parsed(settings.read_text(encoding="utf-8"))
    except UnreadableError as error:
        message = f"executor: {settings}: found {error.found}; allowed: {error.allowed}"
        raise UsageError(message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"executor: {settings} cannot be read: {error}"
        raise UsageError(message) from error
