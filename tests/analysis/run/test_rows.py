"""Everything that has a row a path has the same path in the same row, however many paths there are."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.analysis.run import Run, simulate
from simulator.errors import UsageError
from simulator.sampling import BATCH, REPLICATES
from simulator.study import Study

PRIORS: dict[str, Any] = {
    "load": {"family": "normal", "mean": 2.0, "sd": 1.0},
    "shares": {"family": "dirichlet", "alpha": [2.0, 3.0, 5.0], "spare": True},
    "rate": {"family": "fixed", "value": 0.5, "spare": True},
}


class Copies:
    """A model whose metrics and series are its draws."""

    def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
        return {"same_load": draws["load"], "second": draws["shares"][1]}

    def series(self, draws: dict[str, Any]) -> dict[str, Any]:
        return {"load": jnp.stack([draws["load"], 2 * draws["load"]])}


@pytest.fixture(scope="module", params=["rqmc", "mc"])
def run(request: pytest.FixtureRequest) -> Run:
    study = Study.from_dict({"priors": PRIORS}, model=Copies())
    return simulate(study, paths=3 * BATCH, seed=5, sampler=request.param)


def test_draws_and_series_stand_in_the_order_of_metrics(run: Run) -> None:
    """Row i of a draw and of a series is row i of a metric: a metric that is a draw equals it everywhere."""
    load = run.metric("same_load").ravel()
    assert np.array_equal(run.draws(["load"])["load"], load)
    assert np.array_equal(run.series(run.plan.paths)["load"][0], load)
    assert np.array_equal(run.draws(["shares"])["shares"][1], run.metric("second").ravel())


@pytest.mark.parametrize("paths", [1, 300, BATCH, BATCH + 1, 2 * BATCH])
def test_fewer_paths_are_the_first_points_of_every_replicate(run: Run, paths: int) -> None:
    points = -(-paths // REPLICATES)
    load = run.metric("same_load")[:, :points].ravel()
    assert np.array_equal(run.draws(["load"], paths)["load"], load)
    assert np.array_equal(run.series(paths)["load"][0], load)
    assert np.array_equal(run.to_pandas(paths=paths)["same_load"], load)


def test_a_table_has_the_draws_of_a_path_beside_its_metrics(run: Run) -> None:
    table = run.to_pandas()
    assert list(table.columns) == ["same_load", "second", "load", "shares[0]", "shares[1]", "shares[2]"]
    assert np.array_equal(table["load"], table["same_load"])
    assert np.array_equal(table["shares[1]"], table["second"])
    assert table.index.names == ["replicate", "point"]
    assert table.index.is_unique
    replicate, point = 7, 2 * 256 + 9
    assert table.loc[(replicate, point), "load"] == run.metric("same_load")[replicate, point]


def test_a_table_has_the_columns_that_were_asked_for(run: Run) -> None:
    assert list(run.to_pandas(["second"], ["rate"]).columns) == ["second", "rate"]
    with pytest.raises(UsageError, match=r"no metric 'sekond'\. Did you mean second"):
        run.to_pandas(["sekond"])
    with pytest.raises(UsageError, match=r"no draw 'lode'\. Did you mean load"):
        run.to_pandas(draws=["lode"])
    with pytest.raises(
        UsageError, match=f"paths: found {3 * BATCH + 1}; allowed: a whole number from 1 to {3 * BATCH}"
    ):
        run.to_pandas(paths=3 * BATCH + 1)


def test_a_metric_and_a_draw_of_one_name_are_not_laid_over_each_other() -> None:
    study = Study.from_dict({"priors": PRIORS}, model=lambda draws: {"load": 2 * draws["load"]})
    with pytest.raises(UsageError, match="'load' twice"):
        simulate(study, paths=BATCH).to_pandas()
