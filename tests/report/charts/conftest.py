"""A small run of the shipped study."""

import pytest

from simulator.analysis.run import Run, simulate
from simulator.study import load_study


@pytest.fixture(scope="session")
def run() -> Run:
    return simulate(load_study("hyperscalers-2026-01"), paths=8192, seed=7)
