"""What `simulate` takes: a study by itself, its name or path; a model with series, units or none."""

import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import simulator
from simulator.analysis.run import simulate
from simulator.errors import StudyError, UsageError
from simulator.sampling import BATCH, REPLICATES
from simulator.study import Study
from tests.analysis.run.small_run import margin, study


def test_a_study_is_run_by_its_name_or_path(tmp_path: Path) -> None:
    file = tmp_path / "beam.toml"
    file.write_text(
        "study = { as_of = 2026-01-28 }\n"
        '[load]\nfamily = "normal"\nmean = 750\nsd = 50\nunit = "1"\nbasis = "judgement"\n'
        'as_of = 2026-01-28\nnote = "a load"\n'
    )
    named = simulate(file, model=lambda d: {"load": d["load"]}, paths=BATCH, seed=3)
    loaded = simulate(simulator.load_study(file), model=lambda d: {"load": d["load"]}, paths=BATCH, seed=3)
    assert named.metric("load").tobytes() == loaded.metric("load").tobytes()
    with pytest.raises(StudyError, match=r"hyperscaler-2026-01.*Did you mean"):
        simulate("hyperscaler-2026-01")
    script = "import simulator; simulator.simulate({'priors': {}})"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "UsageError: study: found a dict; allowed: a study, a prior set's name" in found.stderr


def test_a_study_without_a_model_is_told_to_have_one() -> None:
    with pytest.raises(UsageError, match="neither a model nor companies"):
        simulate(study(None), paths=BATCH)
    assert simulate(study(None), model=margin, paths=BATCH).names == ("margin", "first_share", "fails")


def test_a_model_that_declares_its_inputs_has_them_in_its_own_units() -> None:
    class Declared:
        def __init__(self, *names: str) -> None:
            wanted = SimpleNamespace(unit="USD mn", minimum=-math.inf, maximum=math.inf)
            self.inputs = dict.fromkeys(names, wanted)

        def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
            return {"strength": draws["strength"]}

    run = simulate(study(Declared("strength")), paths=BATCH)
    plain = simulate(study(lambda d: {"strength": d["strength"]}), paths=BATCH)
    assert np.allclose(run.metric("strength"), 1000 * plain.metric("strength"), rtol=1e-5)
    assert run.to_datatree()["prior"]["strength"].attrs["units"] == "USD mn"

    with pytest.raises(StudyError, match="missing"):
        simulate(study(Declared("strength", "missing")), paths=BATCH)


def test_series_of_a_model_that_has_them() -> None:
    def metric(draws: dict[str, Any]) -> dict[str, Any]:
        return {"end": jnp.cumsum(draws["steps"], axis=0)[-1]}

    metric.series = lambda draws: {"path": jnp.cumsum(draws["steps"], axis=0)}  # type: ignore[attr-defined]
    steps = {"steps": {"family": "normal", "mean": 0.0, "sd": 1.0, "size": 5}}
    run = simulate(Study.from_dict({"priors": steps}, model=metric), paths=2 * BATCH)
    series = run.series(960)
    assert series["path"].shape == (5, 960)
    assert series["path"][-1].tobytes() == run.metric("end")[:, :30].tobytes()
    with pytest.raises(UsageError, match="no series"):
        simulate(study(), paths=BATCH).series()


def test_a_thread_is_the_least() -> None:
    with pytest.raises(UsageError, match="threads: found 0"):
        simulate(study(), paths=BATCH, threads=0)


def test_arviz_reads_the_tree() -> None:
    arviz_stats = pytest.importorskip("arviz_stats")
    run = simulate(study(), paths=2 * BATCH)
    tree = run.to_datatree(BATCH)
    assert tree["prior"]["load"].shape == (REPLICATES, 256)
    assert tree["prior"]["shares"].shape == (REPLICATES, 256, 3)
    assert tree["constant_data"].to_dataset()["rate"] == 0.5
    predicted = tree["prior_predictive"].to_dataset()
    assert predicted["margin"].to_numpy().tobytes() == run.metric("margin")[:, :256].tobytes()
    table = arviz_stats.summary(tree, group="prior_predictive", kind="stats", ci_prob=0.9)
    assert set(run.names) <= set(table.index)
