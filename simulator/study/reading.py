"""Reading the pieces of a document by the schema: each is valid by itself, or a fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from simulator.errors import Fault, did_you_mean, text_of
from simulator.study.document import Document, Piece
from simulator.study.domain import known_metrics
from simulator.study.hierarchy import Written, half_stated_units, misnamed_parents
from simulator.study.percent import numbered, with_percents
from simulator.study.records import REST, VERDICTS, parts_of_rest
from simulator.study.translate import faults_of

if TYPE_CHECKING:
    from simulator.study.entry import Reader
    from simulator.study.schema.marginal import Marginal
    from simulator.study.schema.settings import StudyTable


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
    priors = _numbered(document["priors"])
    pieces = document.tables | {
        "priors": priors,
        "verdict": _known_verdicts(parts, document),
        "scorecard": {name: _with_limits(piece, name) for name, piece in document["scorecard"].items()},
    }
    for kind, reader in readers().items():
        parts.tables[kind] = _read_all(parts, pieces[kind], reader)
    _read_stated(parts, priors)
    for name, marginal in parts["priors"].items():
        if marginal.weight is not None:
            piece = document["priors"][name]
            key = f"{piece.key}.weight"
            parts.faults.append(
                Fault(piece.file, key, text_of(marginal.weight), "no weight outside a mixture")
            )
    _leave_out_misnamed(parts, document)
    return parts


def _leave_out_misnamed(parts: Parts, document: Document) -> None:
    """Leave out the priors that are drawn from what is no prior, with a fault for each."""
    priors = {name: Written.of(piece.value) for name, piece in document["priors"].items()}
    misnamed = misnamed_parents(priors, {*priors, *document.unread})
    for fault in (*misnamed, *half_stated_units(priors)):
        name = fault.key.rpartition(".")[0]
        parts.faults.append(replace(fault, file=document["priors"][name].file))
        parts["priors"].pop(name, None)


def _known_verdicts(parts: Parts, document: Document) -> dict[str, Piece]:
    """Return the rules of the verdicts that the study names, in the order in which they are asked.

    Where a study names its verdicts, rules of others stay behind that the study has which it extends.
    """
    stated = parts.study.verdicts if parts.study else None
    names = stated or [name for name in VERDICTS if name != REST]
    file = document["study"]["verdicts"].file if stated else ""
    rules = {n: piece for n, piece in document["verdict"].items() if n in names or file in ("", piece.file)}
    for name, piece in rules.items():
        if name not in names:
            allowed = f"{', '.join(names)}{'' if stated else f'; all else is {REST}'}"
            advice, others = did_you_mean(name, names), "Other verdicts are named in study.verdicts."
            parts.faults.append(Fault(piece.file, piece.key, "an unknown verdict", allowed, advice or others))
    bare = [name for name in names if name not in rules]
    if stated and rules and len(bare) != 1:
        found = f"no rule for {', '.join(bare)}" if bare else "a rule for every name"
        allowed = "a table [verdict.NAME] for every name but one, which is all else"
        parts.faults.append(Fault(file, "study.verdicts", found, allowed))
    if taken := [name for rest in bare for name in parts_of_rest(rest) if name in names]:
        allowed = f"other names: all else, {bare[0]}, is shown in parts of these"
        parts.faults.append(Fault(file, "study.verdicts", ", ".join(taken), allowed))
    return {name: _with_rules(rules[name]) for name in names if name in rules}


def _with_rules(piece: Piece) -> Piece:
    """Return the rules of a verdict with every per cent in their limits as a number."""
    if not isinstance(piece.value, Mapping):
        return piece
    rules = {
        metric: _with_limits(replace(piece, value=limits), metric).value
        for metric, limits in piece.value.items()
    }
    return replace(piece, value=rules)


def _with_limits(piece: Piece, metric: str) -> Piece:
    """Return the limits of a metric with every per cent as a number, where its unit has them."""
    known = known_metrics().get(metric.partition(".")[0])
    if known is None or not isinstance(piece.value, Mapping):
        return piece
    limits = {side: numbered(piece.value[side], known.unit) for side in ("min", "max") if side in piece.value}
    return replace(piece, value={**piece.value, **limits})


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
            stated = {key: value for key, value in piece.value.items() if key in Stated.model_fields}
            _read(parts, replace(piece, value=stated), reader(Stated))


def _read_study(parts: Parts, document: Document) -> StudyTable | None:
    """Return ``[study]``, of one that is not valid the keys that are."""
    from simulator.study.entry import reader
    from simulator.study.schema.settings import study_table

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


def read_priors(pieces: Mapping[str, Piece]) -> dict[str, Marginal]:
    """Return the priors among pieces that are valid, by name."""
    from simulator.study.schema.tables import readers

    return _read_all(Parts(), _numbered(pieces), readers()["priors"])


def _numbered(priors: Mapping[str, Piece]) -> dict[str, Piece]:
    """Return priors with every per cent in them as a number."""
    return {name: replace(piece, value=with_percents(piece.value)) for name, piece in priors.items()}


def _read_all(parts: Parts, pieces: Mapping[str, Piece], reader: Reader) -> dict[str, Any]:
    read = {name: _read(parts, piece, reader) for name, piece in pieces.items()}
    return {name: value for name, value in read.items() if value is not None}


def _read(
    parts: Parts, piece: Piece, reader: Reader, file_of: Callable[[str], str] | None = None
) -> Any | None:
    """Return a piece as its model, or None after noting what is wrong with it."""
    from pydantic import ValidationError

    if (reader.model is not None or reader.models) and not isinstance(piece.value, Mapping):
        parts.faults.append(Fault(piece.file, piece.key, text_of(piece.value), "a table"))
        return None
    try:
        return reader.validate(piece.value)
    except ValidationError as error:
        files = file_of or (lambda _: piece.file)
        parts.faults += faults_of(error, piece.key, piece.value, files, reader.model, reader.models)
        return None
