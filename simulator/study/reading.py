"""Reading the pieces of a document by the schema: each is valid by itself, or a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from simulator.errors import Fault
from simulator.study.document import Document, Piece, shown
from simulator.study.percent import with_percents
from simulator.study.translate import did_you_mean, faults_of

if TYPE_CHECKING:
    from simulator.study.schema.fields import Reader
    from simulator.study.schema.marginal import Marginal
    from simulator.study.schema.settings import StudyTable

#: Verdicts that rules may be given for, in the order in which they are asked; all else is base.
VERDICTS = ("bull", "bear")


@dataclass(slots=True)
class Parts:
    """What could be read of a document; what could not is missing here and among the faults.

    Attributes
    ----------
    study
        ``[study]``.
    tables
        By the name of their kind, and ``priors``: what was read, by name.
    faults
        What is wrong with single pieces.
    """

    study: StudyTable | None = None
    tables: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    faults: list[Fault] = field(default_factory=list[Fault])

    def __getitem__(self, kind: str) -> dict[str, Any]:
        """Return what was read of one kind, by name."""
        return self.tables[kind]


def read_parts(document: Document) -> Parts:
    """Return all pieces of a document read by the schema, with every fault."""
    from simulator.study.schema.tables import readers

    parts = Parts()
    parts.study = _read_study(parts, document)
    priors = {
        name: replace(piece, value=with_percents(piece.value)) for name, piece in document["priors"].items()
    }
    pieces = document.tables | {"priors": priors, "verdict": _known_verdicts(parts, document["verdict"])}
    for kind, reader in readers().items():
        parts.tables[kind] = _read_all(parts, pieces[kind], reader)
    _read_stated(parts, priors)
    for name, marginal in parts["priors"].items():
        if marginal.weight is not None:
            piece = document["priors"][name]
            key = f"{piece.key}.weight"
            parts.faults.append(Fault(piece.file, key, shown(marginal.weight), "no weight outside a mixture"))
    return parts


def _known_verdicts(parts: Parts, pieces: Mapping[str, Piece]) -> dict[str, Piece]:
    """Return the rules of verdicts that there are, in the order in which they are asked."""
    for name, piece in pieces.items():
        if name not in VERDICTS:
            allowed = f"{', '.join(VERDICTS)}; all else is base"
            advice = did_you_mean(name, VERDICTS)
            parts.faults.append(Fault(piece.file, piece.key, "an unknown verdict", allowed, advice))
    return {name: pieces[name] for name in VERDICTS if name in pieces}


def _read_stated(parts: Parts, priors: Mapping[str, Piece]) -> None:
    """Note what is wrong with who states the priors of an unknown family, of which nothing else is read."""
    from simulator.study.schema.marginal import Stated
    from simulator.study.schema.prior import MARGINALS
    from simulator.study.schema.tables import reader

    for piece in priors.values():
        if not isinstance(piece.value, Mapping):
            continue
        family = piece.value.get("family", "fixed")
        if not isinstance(family, str) or family not in MARGINALS:
            said = {key: value for key, value in piece.value.items() if key in Stated.model_fields}
            _read(parts, replace(piece, value=said), reader(Stated))


def _read_study(parts: Parts, document: Document) -> StudyTable | None:
    """Return ``[study]``, of one that is not valid the keys that are."""
    from simulator.study.schema.fields import reader
    from simulator.study.schema.tables import study_table

    model = study_table()
    values = {key: piece.value for key, piece in document["study"].items()}
    wrong: set[str] = set()

    def file_of(key: str) -> str:
        wrong.add(key)
        return document["study"][key].file if key in document["study"] else ""

    table = _read(parts, Piece("", "study", values), reader(model), file_of)
    if table is not None:
        return table
    sound = {key: value for key, value in values.items() if key not in wrong}
    return _read(Parts(), Piece("", "study", sound), reader(model))


def read_replaced(document: Document) -> dict[str, Marginal]:
    """Return the priors that a layer replaces; one that is not valid is no concern of the layer."""
    from simulator.study.schema.tables import readers

    return _read_all(Parts(), document.replaced, readers()["priors"])


def _read_all(parts: Parts, pieces: Mapping[str, Piece], reader: Reader) -> dict[str, Any]:
    read = {name: _read(parts, piece, reader) for name, piece in pieces.items()}
    return {name: value for name, value in read.items() if value is not None}


def _read(
    parts: Parts, piece: Piece, reader: Reader, file_of: Callable[[str], str] | None = None
) -> Any | None:
    """Return a piece as its model, or None after noting what is wrong with it."""
    from pydantic import ValidationError

    if (reader.model is not None or reader.models) and not isinstance(piece.value, Mapping):
        parts.faults.append(Fault(piece.file, piece.key, shown(piece.value), "a table"))
        return None
    try:
        return reader.validate(piece.value)
    except ValidationError as error:
        files = file_of or (lambda _: piece.file)
        parts.faults += faults_of(error, piece.key, files, reader.model, reader.models)
        return None
