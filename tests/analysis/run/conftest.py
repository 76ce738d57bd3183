"""Small runs as they are computed in one go, to hold others against, and runs in parts."""

import shutil
from pathlib import Path

import pytest

from simulator.analysis.run import Run, simulate
from tests.analysis.run.in_parts import Job
from tests.analysis.run.small_run import PATHS, content, study
from tests.analysis.run.summary_run import PATHS as MORE_PATHS
from tests.analysis.run.summary_run import judged


@pytest.fixture(scope="session")
def straight() -> dict[str, bytes]:
    return content(simulate(study(), paths=PATHS, seed=7, threads=1))


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("kept")
    return simulate(judged(), paths=MORE_PATHS, seed=7, keep="summary", out=folder)


@pytest.fixture(scope="module")
def one(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of a module's job, computed by one call."""
    out = tmp_path_factory.mktemp("one") / "run"
    simulate(job.study, **job.asked, out=out)
    return out


@pytest.fixture(scope="module")
def all_parts(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return job.computed(tmp_path_factory.mktemp("parts") / "run")


@pytest.fixture
def shared(all_parts: Path, tmp_path: Path) -> Path:
    """All parts of a module's job, copied for tests that do something to them."""
    return Path(shutil.copytree(all_parts, tmp_path / "run"))
