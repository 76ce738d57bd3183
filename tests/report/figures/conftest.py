"""A small run and its tree, and the backend that needs no screen."""

import matplotlib as mpl
import pytest
import xarray as xr

from simulator.analysis.run import Run, simulate
from simulator.study import load_study


@pytest.fixture(scope="session", autouse=True)
def _agg():
    mpl.use("Agg")


@pytest.fixture(scope="session")
def run() -> Run:
    return simulate(load_study("hyperscalers-2026-01"), paths=8192, seed=7)


@pytest.fixture(scope="session")
def tree(run: Run, tmp_path_factory: pytest.TempPathFactory) -> xr.DataTree:
    """Return the run's tree as a file brings it back: what a figure needs survives it."""
    path = tmp_path_factory.mktemp("tree") / "run.zarr"
    run.to_datatree().to_zarr(path, consolidated=False)
    return xr.open_datatree(path, engine="zarr", consolidated=False)
