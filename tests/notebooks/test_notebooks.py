"""Every notebook is its script with the outputs of a run, and calls what a reader may call.

That they still run is for nbmake, which pytest lets loose on notebooks/.
"""

import ast
from pathlib import Path

import jupytext
import nbformat
import pytest

import simulator

HERE = Path(__file__).parents[2] / "notebooks"
NAMES = [
    "01_quickstart",
    "02_priors",
    "03_power_and_stranding",
    "04_adoption_and_circularity",
    "05_bull_and_bear",
    "06_learning",
    "07_your_own_model",
    "08_questions",
]


def test_every_script_is_a_notebook_and_none_is_missing() -> None:
    for kind in ("py", "ipynb"):
        assert sorted(path.stem for path in HERE.glob(f"[0-9]*.{kind}")) == NAMES


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def notebook(name: str) -> nbformat.NotebookNode:
    return nbformat.read(HERE / f"{name}.ipynb", as_version=4)


def test_a_notebook_is_in_step_with_its_script(name: str, notebook: nbformat.NotebookNode) -> None:
    script = jupytext.read(HERE / f"{name}.py")
    assert _cells(notebook) == _cells(script), f"make notebooks, after editing notebooks/{name}.py"


def test_every_cell_was_run_in_order_and_without_an_error(notebook: nbformat.NotebookNode) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert {"display_data", "execute_result", "stream"} >= {output.output_type for output in outputs}
    assert all(output.get("name") != "stderr" for output in outputs)
    pictures = [output for output in outputs if "image/svg+xml" in output.get("data", {})]
    assert len(pictures) >= 2


def test_a_notebook_calls_public_names_alone(name: str) -> None:
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                assert all("simulator." not in one.name for one in names)
            case ast.ImportFrom(module=module, names=names) if module and module.startswith("simulator"):
                assert module == "simulator"
                assert {one.name for one in names} <= set(simulator.__all__)
            case ast.Attribute(value=ast.Name(id="simulator"), attr=attribute):
                assert attribute in simulator.__all__
            case ast.Attribute(attr=attribute):
                assert not attribute.startswith("_"), attribute
            case _:
                pass


def _cells(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]
