"""Writes the notebook of every script beside it, with the outputs of a real run: ``make notebooks``.

The scripts are what is edited and reviewed. A notebook made twice is the same, byte for byte, on one kind of
processor: it holds no times, and a cell's identifier is its place.

    python notebooks/make.py [SCRIPT ...]
"""

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
SCRIPTS = tuple(sorted(HERE.glob("[0-9]*.py")))


def unrun(script: Path) -> nbformat.NotebookNode:
    """Return the notebook of a script without outputs."""
    notebook = jupytext.read(script)
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place:02}"
    return notebook


def write(script: Path) -> None:
    """Run the notebook of a script, and write it beside it."""
    notebook = unrun(script)
    NotebookClient(notebook, record_timing=False, coalesce_streams=True).execute(cwd=HERE)
    for cell in (one for one in notebook.cells if one.cell_type == "code"):
        # Progress leaves an output without content; a warning names files of the machine that it ran on.
        shown = (one for one in cell.outputs if one.get("name") != "stderr")
        cell.outputs = [one for one in shown if one.get("data") != {}]
    # The interpreter's patch release says nothing about the notebook.
    notebook.metadata.language_info = {"name": "python"}
    nbformat.write(notebook, script.with_suffix(".ipynb"))


if __name__ == "__main__":
    for script in [Path(name) for name in sys.argv[1:]] or SCRIPTS:
        write(script)
