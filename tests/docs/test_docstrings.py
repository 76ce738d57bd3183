"""What docstrings of numerics say: shapes are in the signatures, units and ranges beside the names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "simulator"
NUMERICS = [
    file
    for folder in ("beliefs", "buildout", "engine", "estimate", "families", "sampling")
    for file in sorted((PACKAGE / folder).rglob("*.py"))
    if "forecast" not in file.parts
]


def public(body: list[ast.stmt], above: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """Give the public functions and classes of a module, and the methods of those classes, by name."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield above + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


def undescribed(node: ast.FunctionDef | ast.ClassDef) -> str:
    """Return which section a docstring lacks; nothing where it is whole."""
    text = ast.get_docstring(node) or ""
    if isinstance(node, ast.ClassDef):
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
        return "Attributes" if len(fields) > 4 and not re.search("Attributes|Parameters", text) else ""
    arguments = [one.arg for one in node.args.args + node.args.kwonlyargs if one.arg not in ("self", "cls")]
    return "Parameters" if len(arguments) > 2 and "Parameters" not in text else ""


@pytest.mark.parametrize("file", NUMERICS, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_functions_and_records_say_what_they_take(file: Path) -> None:
    """Functions of three or more arguments have Parameters, records of more than four fields Attributes."""
    found = {name: undescribed(node) for name, node in public(ast.parse(file.read_text()).body)}
    assert {name: section for name, section in found.items() if section} == {}


def test_an_equation_that_is_cited_is_on_the_page() -> None:
    """A number after docs/explanation/model.md is that of a display of that page."""
    page = (PACKAGE.parent / "docs" / "explanation" / "model.md").read_text()
    known = set(re.findall(r"\\qquad \((\d+\.\d+)\)", page))
    cited = {
        number
        for file in sorted((PACKAGE / "buildout").rglob("*.py"))
        for number in re.findall(
            r"(?:[Ee]quations?:? [^\n]*?|model\.md, [^\n]*?)(\d+\.\d+)\b", file.read_text()
        )
    }
    assert known
    assert cited <= known
