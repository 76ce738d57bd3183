"""The sheets of a workbook, read from its XML: what a spreadsheet is given."""

import re
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Cell(NamedTuple):
    """A cell: its type, its formula, and its value as text."""

    kind: str
    formula: str
    text: str


def sheets_of(path: Path) -> dict[str, list[dict[int, Cell]]]:
    """Return by the name of each sheet its rows, each by the number of the column, from 0."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        names = [str(sheet.get("name")) for sheet in book.iter(f"{MAIN}sheet")]
        roots = [
            ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{place}.xml"))
            for place in range(1, len(names) + 1)
        ]
    return {
        name: [{_place(one): _cell(one) for one in row.iter(f"{MAIN}c")} for row in root.iter(f"{MAIN}row")]
        for name, root in zip(names, roots, strict=True)
    }


def _place(cell: ElementTree.Element) -> int:
    (letters,) = re.findall(r"^[A-Z]+", str(cell.get("r")))
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _cell(cell: ElementTree.Element) -> Cell:
    formula, text = cell.find(f"{MAIN}f"), "".join(one.text or "" for one in cell.iter(f"{MAIN}t"))
    value = cell.find(f"{MAIN}v")
    return Cell(
        str(cell.get("t", "n")),
        "" if formula is None else formula.text or "",
        text if value is None else value.text or "",
    )
