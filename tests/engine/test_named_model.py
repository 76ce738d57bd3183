"""A model is loaded by its name, known by the hash of its source, and refused in plain words."""

import hashlib
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.analysis.run import Run, open_run, simulate
from simulator.analysis.run.program import kernel_spec
from simulator.engine import NamedModel, load_model, other_source, source_sha256
from simulator.errors import RunError, UsageError
from simulator.study import Study

SOURCE = """
SCALE = 2.0

def margin(draws):
    return {"margin": SCALE * draws["strength"]}

def broken(draws):
    return {"margin": draws["strength"] + SCALES}

class Plant:
    inputs = {}
    def __call__(self, draws):
        return {"cost": draws["strength"]}

plant = Plant()
margin.metric_units = {"margin": "Pa"}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "my_model.py").write_text(SOURCE)
    return tmp_path


def message(reference: str) -> str:
    with pytest.raises(UsageError) as raised:
        load_model(reference)
    assert raised.value.exit_code == 2
    return str(raised.value)


def test_a_function_of_a_file_is_the_model() -> None:
    model = load_model("my_model.py:margin")
    assert model({"strength": 3.0})["margin"] == 6.0  # type: ignore[arg-type]
    assert model.metric_units == {"margin": "Pa"}
    assert model.reference == "my_model.py:margin"
    assert source_sha256(model) == hashlib.sha256(SOURCE.encode()).hexdigest()
    assert getattr(model, "series", None) is None


def test_an_object_that_can_be_called_is_a_model_with_what_its_class_carries() -> None:
    assert load_model("my_model.py:plant").inputs == {}


def test_a_module_is_found_in_the_working_folder(folder: Path) -> None:
    (folder / "plants").mkdir()
    (folder / "plants" / "wind.py").write_text(SOURCE)
    model = load_model("plants.wind:margin")
    assert source_sha256(model) == source_sha256(load_model("my_model.py:margin"))
    assert pickle.loads(pickle.dumps(model)).source_sha256 == model.source_sha256


def test_a_file_imports_what_lies_beside_it_and_hides_nothing_installed(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "rates.py").write_text("RATE = 5.0\n")
    (folder / "sub" / "json.py").write_text("raise RuntimeError\n")
    (folder / "sub" / "one.py").write_text("import json\nfrom rates import RATE\nf = lambda d: {'y': RATE}\n")
    assert load_model("sub/one.py:f")({})["y"] == 5.0


def test_another_process_needs_no_file(folder: Path) -> None:
    """What is sent is the source that was hashed: a file changed or gone since then changes nothing."""
    sent = pickle.dumps(load_model("my_model.py:margin"))
    (folder / "my_model.py").unlink()
    received = pickle.loads(sent)
    assert isinstance(received, NamedModel)
    assert received({"strength": np.ones(2)})["margin"].tolist() == [2.0, 2.0]
    assert received.source_sha256 == hashlib.sha256(SOURCE.encode()).hexdigest()


def test_a_run_and_its_tree_are_recomputed_by_the_same_source_alone(folder: Path) -> None:
    """By simulate, open_run and from_datatree; an executor is sent the model that was named."""
    study = Study.from_dict({"priors": {"strength": {"family": "normal", "mean": 3, "sd": 1}}})
    model = load_model("my_model.py:margin")
    run = simulate(study, model=model, paths=8192, out=folder / "run")
    assert not open_run(folder / "run", load_model("my_model.py:margin")).verify()
    assert pickle.loads(pickle.dumps(kernel_spec(study, model, run.plan))).make().metrics == ("margin",)
    tree = run.to_datatree()
    assert Run.from_datatree(tree, model).names == ("margin",)
    (folder / "my_model.py").write_text(SOURCE.replace("2.0", "3.0"))
    for again in (
        lambda other: open_run(folder / "run", other),
        lambda other: Run.from_datatree(tree, other),
    ):
        with pytest.raises(RunError, match=r"SHA-256 [0-9a-f]{16}; found SHA-256 [0-9a-f]{16}"):
            again(load_model("my_model.py:margin"))
        with pytest.raises(RunError, match="not loaded by its name"):
            again(lambda draws: {"margin": 2.0 * draws["strength"]})


def test_a_module_that_is_another_one_elsewhere_is_refused(folder: Path) -> None:
    (folder / "elsewhere.py").write_text(SOURCE)
    sent = pickle.dumps(load_model("elsewhere:margin"))
    (folder / "elsewhere.py").write_text(SOURCE + "# changed\n")
    with pytest.raises(UsageError, match=r"SHA-256 [0-9a-f]{16}; found SHA-256 [0-9a-f]{16}"):
        pickle.loads(sent)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("my_model.py", "found no FILE.py:FUNCTION; write, for example, my_model.py:margin"),
        ("my_model.py:", "found no FILE.py:FUNCTION"),
        (":margin", "found no FILE.py:FUNCTION"),
        ("my_mode.py:margin", "there is no file my_mode.py. Did you mean my_model.py?"),
        ("far/away.py:margin", "there is no file far/away.py"),
        ("my_model.py:margni", "my_model.py has no function margni. Did you mean margin?"),
        ("my_model.py:xyz", "has no function xyz. It has Plant, broken, margin, plant."),
        ("my_model.py:SCALE", "SCALE is of type float, not a function"),
        ("no_such_package.model:f", "fails: ModuleNotFoundError: No module named 'no_such_package'"),
        ("math:exp", "math has no source in Python"),
    ],
)
def test_what_is_no_model_is_told(reference: str, expected: str) -> None:
    assert expected in message(reference)


def test_a_file_that_is_not_python_is_refused(folder: Path) -> None:
    (folder / "notes.txt").write_text("margin")
    assert "found the file notes.txt; allowed: one whose name ends in .py" in message("notes.txt:margin")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ny = x / 0\n", "fails in line 2: ZeroDivisionError: division by zero"),
        ("def f(d:\n", "fails in line 1: SyntaxError"),
        ("import nothing_of_this_name\n", "fails in line 1: ModuleNotFoundError"),
    ],
)
def test_code_that_fails_is_told_by_the_last_line_of_its_traceback(
    folder: Path, source: str, expected: str
) -> None:
    (folder / "bad.py").write_text(source)
    assert expected in message("bad.py:f")


def test_a_model_that_fails_when_called_says_where() -> None:
    with pytest.raises(UsageError, match=r"fails in line 8: NameError: name 'SCALES' is not defined"):
        load_model("my_model.py:broken")({"strength": 1.0})  # type: ignore[dict-item]


def test_sources_are_compared_by_their_hashes(folder: Path) -> None:
    model = load_model("my_model.py:margin")
    assert not other_source("my_model.py:margin", model.source_sha256, model)
    assert not other_source("simulator.buildout", "", model)
    assert "not loaded by its name" in other_source("my_model.py:margin", "0" * 64, lambda draws: draws)
