from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from arviz_stats.summary import summary

from simulator.errors import UsageError
from simulator.estimate import to_datatree

RUN = {"study": "s", "study_hash": "h", "seed": 7, "sampler": "rqmc"}


@pytest.fixture
def metrics() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {name: rng.normal(size=(32, 128)).astype(np.float32) for name in ("value.group", "value.amazon")}


@pytest.fixture
def tree(metrics) -> xr.DataTree:
    rng = np.random.default_rng(2)
    draws = {
        "spend.overshoot": rng.normal(size=(32, 128)),
        "power.mix": np.moveaxis(rng.dirichlet([1, 2, 3], (32, 128)), -1, 0),
    }
    units = {"value.group": "USD bn", "spend.overshoot": "1"}
    return to_datatree(metrics, draws, units=units, attributes=RUN, fixed={"power.lead": 6.0})


def test_replicates_are_chains_and_paths_draws(tree, metrics):
    predictive = tree["prior_predictive"]
    assert predictive["value.group"].dims == ("chain", "draw")
    assert np.array_equal(predictive["value.group"], metrics["value.group"])
    assert tree["prior"]["power.mix"].dims == ("chain", "draw", "power.mix_component")
    assert np.allclose(tree["prior"]["power.mix"].sum("power.mix_component"), 1)
    assert float(tree["constant_data"]["power.lead"]) == 6
    assert predictive["value.group"].attrs["units"] == "USD bn"
    for group in (tree, predictive):
        assert RUN.items() <= group.attrs.items()
        assert group.attrs["paths"] == group.attrs["paths_kept"] == 4096


@pytest.mark.parametrize("group", ["prior", "prior_predictive"])
def test_arviz_summarises_it(tree, group):
    table = summary(tree, group=group, round_to="none")
    size = 32 * 128
    # Independent draws: the R-hat of 32 chains of 128 is 1 within about 32/size, the effective size that of
    # the sample within the noise of 32 autocorrelation estimates.
    assert np.asarray(table["r_hat"], float) == pytest.approx(1, abs=5 * 32 / size)
    assert np.asarray(table["ess_bulk"], float) == pytest.approx(size, rel=0.25)
    assert len(table) == (4 if group == "prior" else 2)


def test_a_replicate_that_strays_is_found(metrics):
    metrics["value.group"][3] += 1
    tree = to_datatree(metrics, {}, units={}, attributes=RUN)
    table = summary(tree, group="prior_predictive", round_to="none")
    strays, stays = np.asarray(table["r_hat"], float)
    assert strays > 1.01 > stays
    assert "prior" not in tree.children


def test_it_is_read_back_from_zarr_as_it_was(tree, tmp_path: Path):
    tree.to_zarr(tmp_path / "run.zarr", consolidated=False)
    with xr.open_datatree(tmp_path / "run.zarr", engine="zarr", consolidated=False) as back:
        assert back.load().identical(tree)


def test_it_is_read_back_from_netcdf_as_it_was(tree, tmp_path: Path):
    pytest.importorskip("h5py")
    pytest.importorskip("h5netcdf")
    tree.to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "run.nc", engine="h5netcdf") as back:
        for group in tree.children:
            assert back[group].to_dataset().load().equals(tree[group].to_dataset())


def test_the_first_paths_of_every_replicate_are_kept(metrics):
    tree = to_datatree(metrics, {"k": metrics["value.amazon"]}, units={}, attributes=RUN, max_paths=2100)
    assert np.array_equal(tree["prior"]["k"], metrics["value.amazon"][:, :65])
    assert np.array_equal(tree["prior_predictive"]["value.group"], metrics["value.group"][:, :65])
    assert tree.attrs["paths"] == 4096
    assert tree.attrs["paths_kept"] == 32 * 65
    with pytest.raises(UsageError, match="32 replicates"):
        to_datatree(metrics, {}, units={}, attributes=RUN, max_paths=31)
