"""Modules import downwards only, by statements that a reader and a tool can see."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

import simulator

ROOT = Path(simulator.__file__).parent
#: Where a package names its parts, each imported when it is first used, and where a user names a module.
LAZY = {"__init__.py", "report/page/__init__.py", "engine/named_model.py", "families/catalogue/__init__.py"}


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports within functions and for types count; the names of `simulator` stand above every module."""
    graph = grimp.build_graph("simulator", cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules - {"simulator"}}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_no_module_is_imported_by_a_name_that_no_tool_sees() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in ROOT.rglob("*.py")
        if str(path.relative_to(ROOT)) not in LAZY
        for line in _dynamic(ast.parse(path.read_text()))
    }
    assert not found


def _dynamic(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id="__import__") | ast.Name(id="import_module") | ast.Attribute(attr="import_module")
            ):
                yield node.lineno
            case ast.ImportFrom(module="importlib", names=names) if any(
                one.name == "import_module" for one in names
            ):
                yield node.lineno
