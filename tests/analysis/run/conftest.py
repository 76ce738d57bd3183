"""The small run as it is computed in one go, to hold others against."""

import pytest

from simulator.analysis.run import simulate
from tests.analysis.run.small_run import PATHS, content, study


@pytest.fixture(scope="session")
def straight() -> dict[str, bytes]:
    return content(simulate(study(), paths=PATHS, seed=7, threads=1))
