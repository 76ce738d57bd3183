"""A stored run opens as it was written, or it is said why it does not: never as something else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.run import AccuracyError, Run, open_run, simulate
from simulator.engine import runtime
from simulator.errors import RunError, RunWarning, StrandlineError
from simulator.sampling import BATCH
from simulator.study import Study

PRIORS: dict[str, Any] = {
    "load": {"family": "normal", "mean": 2.0, "sd": 1.0, "unit": "USD bn"},
    "shares": {"family": "dirichlet", "alpha": [2.0, 3.0, 5.0]},
}
#: One value of every type that JSON has, and some that are too large, too small or too many.
OTHERS: list[Any] = [None, True, 3, -1, 1.5, 1e308, 10**400, "x", "", [], ["x"], {}, {"x": 1}]

type Path_ = tuple[str | int, ...]


def model(draws: dict[str, Any]) -> dict[str, Any]:
    return {"load": draws["load"], "share": draws["shares"][0]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was asked for an accuracy that it did not reach."""
    folder = tmp_path_factory.mktemp("stored")
    study = Study.from_dict({"priors": PRIORS}, model=model)
    with pytest.raises(AccuracyError):
        simulate(study, paths=BATCH, until="mean(load) mcse < 1e-9", max_paths=BATCH, out=folder)
    return folder


def paths_in(value: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Yield where every value of a JSON document stands."""
    if at:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths_in(inner, (*at, key))


def replaced(document: Any, at: Path_, value: Any) -> Any:
    """Return a document with another value at a place."""
    changed = json.loads(json.dumps(document))
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return changed


def without(document: Any, at: Path_) -> Any:
    """Return a document without the value at a place."""
    changed = json.loads(json.dumps(document))
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    del inner[at[-1]]
    return changed


@pytest.fixture
def stored(folder: Path, tmp_path: Path) -> Path:
    """A folder of the same store, with a manifest to be written."""
    (tmp_path / "store").symlink_to(folder / "store")
    return tmp_path


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::simulator.errors.RunWarning")
def test_no_value_of_a_manifest_ends_in_anything_but_an_error_of_ours(folder: Path, stored: Path) -> None:
    """Each value in turn is replaced by one of each type, and taken out; what opens answers questions."""
    sound = json.loads((folder / "manifest.json").read_text())
    opened = refused = 0
    for at in list(paths_in(sound)):
        for changed in (without(sound, at), *(replaced(sound, at, other) for other in OTHERS)):
            (stored / "manifest.json").write_text(json.dumps(changed))
            try:
                run = open_run(stored, model=model)
                run.metric(run.names[0])
            except StrandlineError:
                refused += 1
            else:
                opened += 1
    assert refused > opened


@pytest.mark.parametrize("text", ["[" * 100_000, '{"schema": 1' + "1" * 5000 + "}", "{} {}", "\x00"])
def test_no_text_in_place_of_a_manifest_ends_in_anything_else(stored: Path, text: str) -> None:
    (stored / "manifest.json").write_text(text)
    with pytest.raises(RunError, match="is not a manifest of a run"):
        open_run(stored, model=model)


def test_a_study_that_is_not_the_one_that_was_run_is_refused(folder: Path, stored: Path) -> None:
    sound = json.loads((folder / "manifest.json").read_text())
    changed = replaced(sound, ("study", "priors", "load", "mean"), 3.0)
    (stored / "manifest.json").write_text(json.dumps(changed))
    with pytest.raises(RunError, match="the study in its manifest is not the one that was run"):
        open_run(stored, model=model)
    changed["versions"]["strandline"] = "0.0.1"
    (stored / "manifest.json").write_text(json.dumps(changed))
    here = runtime.versions()["strandline"]
    with pytest.warns(RunWarning, match=f"strandline {here} reads it differently"):
        assert open_run(stored, model=model).status == "complete"


def test_what_was_set_is_in_the_manifest_and_in_what_is_opened_again(tmp_path: Path) -> None:
    bounded = {"family": "normal", "mean": 2, "sd": 1, "bounds": [0, float("inf")]}
    study = Study.from_dict({"priors": PRIORS}, model=model).override({"load": bounded})
    run = simulate(study, paths=BATCH, out=tmp_path / "run")
    (stored,) = json.loads((tmp_path / "run" / "manifest.json").read_text())["overrides"]
    assert stored == {
        "name": "load",
        "value": {**bounded, "bounds": [0, None]},
        "before": '{ family = "normal", mean = 2.0, sd = 1.0, unit = "USD bn" }',
    }
    again = open_run(tmp_path / "run", model=model)
    assert again.study.changes == study.changes
    assert again.summary()["overrides"] == run.summary()["overrides"] == [stored]
    assert Run.from_datatree(run.to_datatree(), model=model).study.changes == study.changes
    assert study.changes[0].setting == (
        'load={ family = "normal", mean = 2, sd = 1, bounds = [0, inf] }'
    )  # as --set takes it
