"""A small run and its tree, and the backend that needs no screen."""

import matplotlib as mpl
import pytest
from xarray import DataTree

from simulator.run import Run, simulate
from simulator.study import load_study


@pytest.fixture(scope="session", autouse=True)
def _agg():
    mpl.use("Agg")


@pytest.fixture(scope="session")
def run() -> Run:
    return simulate(load_study("hyperscalers-2026-01"), paths=8192, seed=7)


@pytest.fixture(scope="session")
def tree(run: Run) -> DataTree:
    return run.to_datatree()
