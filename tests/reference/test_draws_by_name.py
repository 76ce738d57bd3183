"""Nothing but the seed and its own name moves a draw: the largest change of any draw or metric is 0."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from simulator import Study, simulate
from simulator.analysis.run import Interrupted
from simulator.sampling import BATCH, REPLICATES

#: One of the families is fitted to quantiles that it misses a little.
pytestmark = pytest.mark.filterwarnings("ignore::simulator.beliefs.StrandlineWarning")

PATHS = 4 * BATCH

#: One prior of each kind that the kernel computes in its own way, alone and in copulas.
PRIORS: dict[str, Any] = {
    "normal": {"family": "normal", "mean": 1.0, "sd": 2.0},
    "lognormal": {"family": "lognormal", "quantiles": {"p10": 110.0, "p90": 148.0}},
    "vector": {"family": "normal", "mean": 0.0, "sd": 1.0, "size": 6},
    "uniform": {"family": "uniform", "low": -1.0, "high": 3.0},
    "triangular": {"family": "triangular", "low": 0.0, "mode": 1.0, "high": 4.0},
    "gamma": {"family": "gamma", "shape": 0.7, "scale": 2.0},
    "beta": {"family": "beta", "alpha": 2.0, "beta": 5.0},
    "student": {"family": "student_t", "df": 4.0, "loc": 0.0, "scale": 1.0},
    "metalog": {"family": "metalog", "quantiles": {"p10": 1.0, "p50": 2.0, "p90": 5.0}},
    "categorical": {"family": "categorical", "values": [1.0, 2.0, 5.0], "probabilities": [0.2, 0.5, 0.3]},
    "shares": {"family": "dirichlet", "alpha": [1.0, 2.0, 3.0, 4.0]},
    "truncated": {"family": "normal", "mean": 0.0, "sd": 1.0, "bounds": [-1.0, 2.0]},
    "fixed": {"value": 2.5},
}
DEPENDENCE: dict[str, Any] = {
    "spearman": [["normal", "gamma", 0.6]],
    "groups": [
        {"name": "tails", "copula": "student_t", "df": 4.0, "spearman": [["lognormal", "uniform", -0.4]]},
        {"name": "common", "copula": "gaussian", "factors": {"f": {"beta": 0.7, "triangular": 0.5}}},
    ],
}
DIRECTIONS: dict[str, Any] = {
    "normal": [1.0, 0.2],
    "gamma": [-0.5, 1.0],
    "vector[3]": [0.3, 0.0],
    "truncated": [0.4, -0.7],
    "student": [0.0, 0.6],
}
NEW: dict[str, Any] = {
    "a_first": {"family": "gamma", "shape": 3.0, "scale": 1.0},
    "normal_too": {"family": "normal", "mean": 0.0, "sd": 1.0},
    "uniform_too": {"family": "uniform", "low": 0.0, "high": 1.0},
    "z_last": {"family": "dirichlet", "alpha": [1.0, 1.0]},
}


def model(draws: dict[str, Any]) -> dict[str, Any]:
    value = draws["normal"] * jnp.exp(0.1 * draws["student"]) + draws["vector"].sum(axis=0)
    share = (draws["shares"] * jnp.arange(1.0, 5.0)[:, None]).sum(axis=0)
    rest = draws["gamma"] * draws["beta"] - draws["lognormal"] / draws["metalog"] + draws["fixed"]
    return {
        "value": value + rest * share,
        "worst": jnp.minimum(draws["uniform"], draws["truncated"]) * draws["categorical"],
        "late": draws["triangular"] > 1.5,
    }


def study(more: dict[str, Any] | None = None) -> Study:
    unread = {name: prior | {"spare": True} for name, prior in (more or {}).items()}
    data = {
        "priors": PRIORS | unread,
        "dependence": DEPENDENCE,
        "study": {"order": ["direction.0", "normal", "shares[1]"], "directions": DIRECTIONS},
    }
    return Study.from_dict(data, model=model)


def outcome(sampler: str, asked: Callable[[], Study] = study, **how: Any) -> dict[str, np.ndarray]:
    """Every draw and metric of the first paths, by name."""
    how.setdefault("paths", PATHS)
    run = simulate(asked(), seed=7, sampler=sampler, **how)
    draws = run.draws(PRIORS, PATHS)
    return draws | {name: run.metric(name)[:, : PATHS // REPLICATES] for name in run.names}


@pytest.fixture(scope="module", params=["rqmc", pytest.param("mc", marks=pytest.mark.slow)])
def before(request: pytest.FixtureRequest) -> tuple[str, dict[str, np.ndarray]]:
    return request.param, outcome(request.param, threads=1)


EDITS: dict[str, dict[str, Any]] = {
    "priors more": {"asked": lambda: study(NEW)},
    "a prior less": {"asked": lambda: study(NEW).override({"a_first": 1.0})},
    "paths doubled": {"paths": 2 * PATHS},
    "block halved": {"block_size": 64},
    "block doubled": {"block_size": 256},
    "two threads": {"threads": 2},
    "all at once": {"asked": lambda: study(NEW), "paths": 2 * PATHS, "block_size": 64, "threads": 3},
}


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_moves_nothing_else(edit: str, before: tuple[str, dict[str, np.ndarray]]) -> None:
    sampler, ours = before
    theirs = outcome(sampler, **EDITS[edit])
    assert theirs.keys() == ours.keys()
    for name, values in ours.items():
        assert np.abs(theirs[name] - values).max() == 0, name


def test_interrupting_and_resuming_moves_nothing(
    before: tuple[str, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    sampler, ours = before

    def stop(done: int, total: int) -> None:
        if done == 2 * BATCH:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        simulate(study(), paths=PATHS, seed=7, sampler=sampler, threads=1, out=tmp_path, progress=stop)
    theirs = outcome(sampler, out=tmp_path)
    for name, values in ours.items():
        assert np.abs(theirs[name] - values).max() == 0, name


def test_another_seed_moves_everything_random(before: tuple[str, dict[str, np.ndarray]]) -> None:
    sampler, ours = before
    theirs = simulate(study(), paths=PATHS, seed=8, sampler=sampler).draws(PRIORS)
    for name in PRIORS:
        assert (np.abs(theirs[name] - ours[name]).max() == 0) == (name == "fixed"), name


def test_a_study_of_another_belief_is_a_paired_experiment(before: tuple[str, dict[str, np.ndarray]]) -> None:
    sampler, ours = before
    moved = study().override({"normal": {"family": "normal", "mean": 1.5, "sd": 2.0}})
    theirs = simulate(moved, paths=PATHS, seed=7, sampler=sampler).draws(PRIORS)
    for name in PRIORS:
        change = theirs[name] - ours[name]
        if name == "normal":
            # Half a dozen roundings of numbers below 16 around the shift of 0.5.
            assert np.abs(change - 0.5).max() <= 6 * 16 * 2.0**-24
        else:
            assert np.abs(change).max() == 0, name
