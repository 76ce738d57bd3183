"""A file that holds one decision and nothing else, to be laid over a study."""

from collections.abc import Iterator
from pathlib import Path

from simulator.errors import Fault, StudyError, in_order
from simulator.study.document import Document
from simulator.study.toml_reader import UnreadableError, read_file

ALLOWED = "one table [decision.NAME], with its actions, and nothing else"


def decision_file(path: Path) -> Document:
    """Return the layer that a file with a decision is.

    Raises
    ------
    StudyError
        It cannot be read, holds something else too, or no decision or several.
    """
    file, document = str(path), Document()
    try:
        document.add_toml(file, read_file(path))
    except UnreadableError as error:
        document.refuse_file(file, error)
    if faults := document.faults or [*_faults(file, document)]:
        raise StudyError(in_order(faults))
    return document


def _faults(file: str, document: Document) -> Iterator[Fault]:
    if document.extends is not None:
        yield Fault(file, "extends", "a study", ALLOWED)
    for kind, pieces in document.tables.items():
        for piece in pieces.values() if kind != "decision" else ():
            yield Fault(file, piece.key, f"a table of {kind}", ALLOWED)
    names = list(document["decision"])
    if len(names) != 1:
        yield Fault(file, "decision", f"{', '.join(names) or 'none'}", ALLOWED)
