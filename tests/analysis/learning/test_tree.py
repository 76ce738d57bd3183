"""The posterior as ArviZ and the disk have it."""

import json
from pathlib import Path
from typing import Any

import arviz_plots
import arviz_stats
import numpy as np
import pytest

import simulator
from simulator.analysis.learning import Posterior, is_update, read_summary
from simulator.analysis.learning.summary import UpdateSummary
from simulator.engine import files
from simulator.errors import RunError
from tests.analysis.learning.shop import evidence, study

#: Their public names are not marked as such.
stats: Any = arviz_stats
plots: Any = arviz_plots

GROUPS = (
    "prior",
    "prior_predictive",
    "posterior",
    "posterior_predictive",
    "observed_data",
    "log_likelihood",
    "predictions",
    "prior_predictions",
)


@pytest.fixture(scope="module", params=["reweighting", "tempering"])
def posterior(request, tmp_path_factory) -> Posterior:
    file = evidence(tmp_path_factory.mktemp("evidence"), {"2026Q1": 1.5, "2026Q2": 1.7})
    return simulator.update(study(), file, paths=2**15, method=request.param)


def test_arviz_takes_the_tree_as_it_is(posterior: Posterior) -> None:
    tree = posterior.to_datatree()
    assert set(tree.children) == set(GROUPS)
    table = stats.summary(tree, ci_prob=0.8)
    assert {"level", "growth"} <= set(table.index)
    rhat = stats.rhat(tree)["level"]
    assert float(rhat) < 1.01
    loo = stats.loo(tree)
    assert np.isfinite(loo.elpd)
    assert loo.n_data_points == 2
    plots.plot_ppc_dist(tree, backend="none")
    plots.plot_dist(tree, backend="none", var_names=["level"])
    plots.plot_forest(tree, backend="none", var_names=["level", "growth"])


def test_observations_stand_beside_what_was_predicted_of_them(posterior: Posterior) -> None:
    tree = posterior.to_datatree()
    names = ["sales.2026Q1", "sales.2026Q2"]
    for group in ("observed_data", "prior_predictive", "posterior_predictive", "log_likelihood"):
        assert list(tree[group]["figure"].to_numpy()) == names
    np.testing.assert_array_equal(tree["observed_data"]["observation"], [1.5, 1.7])
    draws = tree["posterior"]["level"].to_numpy()
    z = (np.log([1.5, 1.7]) - draws[..., None]) / 0.3
    density = -0.5 * z**2 - np.log(0.3 * np.sqrt(2 * np.pi) * np.array([1.5, 1.7]))
    np.testing.assert_allclose(tree["log_likelihood"]["observation"], density, rtol=1e-4, atol=1e-4)


def test_saved_and_opened_it_is_the_same(posterior: Posterior, tmp_path: Path) -> None:
    folder = posterior.save(tmp_path / "saved")
    assert is_update(folder)
    opened = simulator.open_update(folder)
    assert opened.summary().to_json() == posterior.summary().to_json()
    first, second = (one.to_datatree()["posterior"]["level"].to_numpy() for one in (opened, posterior))
    np.testing.assert_array_equal(first, second)
    assert opened.moved() == posterior.moved()
    with pytest.raises(RunError, match="new or empty"):
        posterior.save(folder)


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    file = evidence(tmp_path, {"2026Q1": 1.5})
    folders = [
        simulator.update(study(), file, paths=8192, method="tempering").save(tmp_path / name)
        for name in ("one", "two")
    ]
    files = [
        {
            str(p.relative_to(one)): p.read_bytes()
            for p in sorted(one.rglob("*"))
            if p.name != "lock" and p.is_file()
        }
        for one in folders
    ]
    assert files[0] == files[1]


def test_a_folder_without_an_update_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no update"):
        read_summary(tmp_path)
    (tmp_path / "update.json").write_text('{"schema": 99}')
    with pytest.raises(RunError, match="another version"):
        read_summary(tmp_path)
    for text in ("{", '{"schema": 2, "kind": "update"}'):
        (tmp_path / "update.json").write_text(text)
        with pytest.raises(RunError, match="cannot be read"):
            simulator.open_update(tmp_path)


def test_what_a_killed_process_left_is_finished_by_the_same_call(
    posterior: Posterior, tmp_path: Path
) -> None:
    """Draws without the numbers, which are written last, are no update: they are written again."""
    folder = posterior.save(tmp_path / "killed")
    (folder / "update.json").rename(folder / f"update.json.1234{files.UNFINISHED}")
    (folder / files.LOCK).write_text("process 1234 on a machine\n")
    assert not is_update(folder)
    posterior.save(folder)
    assert is_update(folder)
    assert simulator.open_update(folder).moved() == posterior.moved()


def test_a_folder_of_draws_that_are_not_ours_is_left_alone(posterior: Posterior, tmp_path: Path) -> None:
    theirs = tmp_path / "update.zarr" / "theirs"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    with pytest.raises(RunError, match=r"it holds update\.zarr"):
        posterior.save(tmp_path / ".")
    assert theirs.read_text() == "mine"


#: A place in a stored summary, and what stands there in place of what belongs there.
DAMAGE = [
    (("prior", "estimates", "sales", "mean", "value"), "much"),
    (("prior", "estimates", "sales", "mean"), {}),
    (("prior", "estimates", "sales", "tail_index"), None),
    (("prior", "estimates", "sales"), 3),
    (("prior", "conditional"), {"sales": {"bull": []}}),
    (("change", "verdicts"), {"group": {"bull": {"value": True, "mcse": 0.1}}}),
    (("method", "gates"), "none"),
]


@pytest.mark.parametrize(("place", "value"), DAMAGE, ids=[".".join(place) for place, _ in DAMAGE])
def test_a_summary_that_was_damaged_is_refused(
    posterior: Posterior, tmp_path: Path, place: tuple[str, ...], value: object
) -> None:
    summary = posterior.summary().to_json()
    inner = summary
    for key in place[:-1]:
        inner = inner.setdefault(key, {})
    inner[place[-1]] = value
    (tmp_path / "update.json").write_text(json.dumps(summary))
    with pytest.raises(RunError, match="cannot be read: "):
        read_summary(tmp_path)


def test_a_summary_comes_back_as_it_was_stored(posterior: Posterior) -> None:
    summary = posterior.summary().to_json()
    assert UpdateSummary.from_json(json.loads(json.dumps(summary))).to_json() == summary
