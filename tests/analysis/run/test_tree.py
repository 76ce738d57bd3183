"""A run comes back from its tree with every bit, through files too, or it is said why it cannot."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import pytest
import xarray as xr

from simulator.analysis.run import NotFiniteError, Run, simulate
from simulator.errors import RunError, UsageError
from simulator.sampling import BATCH
from simulator.study import Study

PRIORS: dict[str, Any] = {
    "zeal": {"family": "normal", "mean": 2.0, "sd": 1.0, "unit": "USD bn"},
    "shares": {"family": "dirichlet", "alpha": [2.0, 3.0, 5.0]},
    "rate": {"family": "fixed", "value": 0.5},
}
#: The largest there is: more than a signed integer of a file holds.
SEED = 2**64 - 1


def margin(draws: dict[str, Any]) -> dict[str, Any]:
    # The metrics are not in the order of their names, in which a file may list them.
    return {
        "zeal": draws["zeal"],
        "root": jnp.sqrt(draws["zeal"]),
        "first": draws["shares"][0] * draws["rate"],
    }


@pytest.fixture(scope="module")
def run() -> Run:
    # The root is infinite on no path and not a number where zeal is negative.
    study = Study.from_dict({"priors": PRIORS}, model=margin)
    with pytest.raises(NotFiniteError, match="root") as raised:
        simulate(study, paths=2 * BATCH, seed=SEED, sampler="mc", block_size=64, dtype="float64")
    return raised.value.run


def by_zarr(tree: xr.DataTree, folder: Path) -> xr.DataTree:
    tree.to_zarr(folder / "tree.zarr", consolidated=False)
    return xr.open_datatree(folder / "tree.zarr", engine="zarr", consolidated=False)


def by_netcdf(tree: xr.DataTree, folder: Path) -> xr.DataTree:
    tree.to_netcdf(folder / "tree.nc", engine="h5netcdf")
    return xr.open_datatree(folder / "tree.nc", engine="h5netcdf")


netcdf = pytest.mark.skipif(find_spec("h5netcdf") is None, reason="h5netcdf is not installed")


@pytest.mark.parametrize("through", [lambda tree, _: tree, by_zarr, pytest.param(by_netcdf, marks=netcdf)])
def test_a_run_comes_back_from_its_tree(
    run: Run, through: Callable[..., xr.DataTree], tmp_path: Path
) -> None:
    back = Run.from_datatree(through(run.to_datatree(), tmp_path), model=margin)
    assert (back.study.hash, back.plan, back.units) == (run.study.hash, run.plan, run.units)
    assert back.names == run.names
    assert back.not_finite == run.not_finite != {}
    for name in run.names:
        assert back.metric(name).tobytes() == run.metric(name).tobytes()
    assert back.verify() == ()


def test_a_tree_of_the_first_paths_is_the_run_of_these(run: Run) -> None:
    back = Run.from_datatree(run.to_datatree(max_paths=BATCH), model=margin)
    assert back.plan == run.plan.first(1)
    assert back.metric("first").tobytes() == run.metric("first")[:, :256].tobytes()
    assert back.verify() == ()


def test_a_model_that_is_not_given_is_named(run: Run) -> None:
    with pytest.raises(
        UsageError, match=r"made by the model .*\.margin, .* give the run itself, or Run\.from"
    ):
        Run.from_datatree(run.to_datatree())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda tree: tree.isel(draw=slice(0, 300)),
            "300 paths of each of 32 replicates; allowed: the first",
        ),
        (lambda tree: tree.isel(draw=slice(256, 512)), "allowed: the first paths of all 32"),
        (lambda tree: tree.isel(draw=slice(0, 0)), "0 paths of each"),
        (lambda tree: tree.isel(chain=slice(0, 16)), "256 paths of each of 16|512 paths of each of 16"),
        (
            lambda tree: xr.DataTree.from_dict({"/": xr.Dataset(attrs=tree.attrs)}),
            "lacks metrics of its run: zeal",
        ),
        (lambda tree: tree["prior_predictive"], "without an attribute 'run'"),
    ],
)
def test_a_tree_that_is_not_of_whole_batches_or_metrics_is_refused(
    run: Run, change: Callable[[xr.DataTree], xr.DataTree], expected: str
) -> None:
    with pytest.raises(UsageError, match=expected):
        Run.from_datatree(change(run.to_datatree()), model=margin)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda record: "no JSON", "is not the record of a run"),
        (lambda record: "[]", "is not the record of a run"),
        (lambda record: json.dumps(record | {"plan": {"paths": 0}}), "paths: found 0"),
        (lambda record: json.dumps({"study": record["study"]}), "is not the record of a run"),
        (lambda record: json.dumps(record | {"study_hash": "other"}), "study as another one"),
    ],
)
def test_a_record_that_is_damaged_is_refused(
    run: Run, change: Callable[[dict[str, Any]], str], expected: str
) -> None:
    tree = run.to_datatree()
    tree.attrs["run"] = change(json.loads(tree.attrs["run"]))
    with pytest.raises(RunError, match=expected):
        Run.from_datatree(tree, model=margin)
