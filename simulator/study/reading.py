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
    from simulator.study.schema.fields import Strict
    from simulator.study.schema.marginal import Marginal
    from simulator.study.schema.risks import RiskTable, SurpriseTable
    from simulator.study.schema.settings import (
        CheckTable,
        CompanyTable,
        ContradictionTable,
        GroupTable,
        LimitsTable,
        PowerSourceTable,
        ScorecardTable,
        SourceTable,
        StudyTable,
    )

#: Verdicts that rules may be given for, in the order in which they are asked; all else is base.
VERDICTS = ("bull", "bear")


@dataclass(slots=True)
class Parts:
    """What could be read of a document, by name; what could not is missing here and among the faults."""

    study: StudyTable | None = None
    priors: dict[str, Marginal] = field(default_factory=dict[str, "Marginal"])
    companies: dict[str, CompanyTable] = field(default_factory=dict[str, "CompanyTable"])
    power_sources: dict[str, PowerSourceTable] = field(default_factory=dict[str, "PowerSourceTable"])
    scorecard: dict[str, ScorecardTable] = field(default_factory=dict[str, "ScorecardTable"])
    verdicts: dict[str, dict[str, LimitsTable]] = field(default_factory=dict[str, dict[str, "LimitsTable"]])
    checks: dict[str, CheckTable] = field(default_factory=dict[str, "CheckTable"])
    contradictions: dict[str, ContradictionTable] = field(default_factory=dict[str, "ContradictionTable"])
    risks: dict[str, RiskTable] = field(default_factory=dict[str, "RiskTable"])
    surprises: dict[str, SurpriseTable] = field(default_factory=dict[str, "SurpriseTable"])
    pairs: dict[str, tuple[str, str, float]] = field(default_factory=dict[str, tuple[str, str, float]])
    groups: dict[str, GroupTable] = field(default_factory=dict[str, "GroupTable"])
    sources: dict[str, SourceTable] = field(default_factory=dict[str, "SourceTable"])
    faults: list[Fault] = field(default_factory=list[Fault])


def read_parts(document: Document) -> Parts:
    """Return all pieces of a document read by the schema, with every fault."""
    from simulator.study.schema import prior, risks, settings

    parts = Parts()
    parts.study = _read_study(parts, document)
    priors = {
        name: replace(piece, value=with_percents(piece.value)) for name, piece in document.priors.items()
    }
    parts.priors = _read_all(parts, priors, prior.PRIOR.validate_python, None, prior.MARGINALS)
    _read_stated(parts, priors)
    for name, marginal in parts.priors.items():
        if marginal.weight is not None:
            piece = document.priors[name]
            key = f"{piece.key}.weight"
            parts.faults.append(Fault(piece.file, key, shown(marginal.weight), "no weight outside a mixture"))
    companies = settings.CompanyTable
    parts.companies = _read_all(
        parts, document.companies, companies.model_validate, companies, settings.EXPOSURES
    )
    parts.power_sources = _read_all(parts, document.power_sources, *_table(settings.PowerSourceTable))
    parts.scorecard = _read_all(parts, document.scorecard, *_table(settings.ScorecardTable))
    parts.checks = _read_all(parts, document.checks, *_table(settings.CheckTable))
    parts.contradictions = _read_all(parts, document.contradictions, *_table(settings.ContradictionTable))
    # A case stands inside its risk, and has keys of its own.
    nested = {"case": risks.RiskCaseTable}
    parts.risks = _read_all(parts, document.risks, risks.RiskTable.model_validate, risks.RiskTable, nested)
    parts.surprises = _read_all(parts, document.surprises, *_table(risks.SurpriseTable))
    parts.groups = _read_all(parts, document.groups, *_table(settings.GroupTable))
    parts.sources = _read_all(parts, document.sources, *_table(settings.SourceTable))
    parts.pairs = _read_all(parts, document.pairs, settings.PAIR.validate_python, None, {})
    for name, piece in document.verdicts.items():
        if name not in VERDICTS:
            allowed = f"{', '.join(VERDICTS)}; all else is base"
            parts.faults.append(
                Fault(piece.file, piece.key, "an unknown verdict", allowed, did_you_mean(name, VERDICTS))
            )
    asked = {name: document.verdicts[name] for name in VERDICTS if name in document.verdicts}
    parts.verdicts = _read_all(parts, asked, settings.VERDICT.validate_python, settings.LimitsTable, {})
    return parts


def _read_stated(parts: Parts, priors: Mapping[str, Piece]) -> None:
    """Note what is wrong with who states the priors of an unknown family, of which nothing else is read."""
    from simulator.study.schema.marginal import Stated
    from simulator.study.schema.prior import MARGINALS

    for piece in priors.values():
        if not isinstance(piece.value, Mapping):
            continue
        family = piece.value.get("family", "fixed")
        if not isinstance(family, str) or family not in MARGINALS:
            said = {key: value for key, value in piece.value.items() if key in Stated.model_fields}
            _read(parts, replace(piece, value=said), *_table(Stated))


def _read_study(parts: Parts, document: Document) -> StudyTable | None:
    """Return ``[study]``, of one that is not valid the keys that are."""
    from simulator.study.schema.settings import StudyTable

    values = {key: piece.value for key, piece in document.study.items()}
    wrong: set[str] = set()

    def file_of(key: str) -> str:
        wrong.add(key)
        return document.study[key].file if key in document.study else ""

    table = _read(parts, Piece("", "study", values), *_table(StudyTable), file_of=file_of)
    if table is not None:
        return table
    sound = {key: value for key, value in values.items() if key not in wrong}
    return _read(Parts(), Piece("", "study", sound), *_table(StudyTable))


def read_replaced(document: Document) -> dict[str, Marginal]:
    """Return the priors that a layer replaces; one that is not valid is no concern of the layer."""
    from simulator.study.schema import prior

    return _read_all(Parts(), document.replaced, prior.PRIOR.validate_python, None, prior.MARGINALS)


def _table[S: Strict](model: type[S]) -> tuple[Callable[[Any], S], type[S], Mapping[str, type[Strict]]]:
    """Return how a table of one model is read, as the last arguments of `_read`."""
    return model.model_validate, model, {}


def _read_all[R](
    parts: Parts,
    pieces: Mapping[str, Piece],
    validate: Callable[[Any], R],
    top: type[Strict] | None,
    models: Mapping[str, type[Strict]],
) -> dict[str, R]:
    read: dict[str, R] = {}
    for name, piece in pieces.items():
        value = _read(parts, piece, validate, top, models)
        if value is not None:
            read[name] = value
    return read


def _read[R](
    parts: Parts,
    piece: Piece,
    validate: Callable[[Any], R],
    top: type[Strict] | None,
    models: Mapping[str, type[Strict]],
    file_of: Callable[[str], str] | None = None,
) -> R | None:
    """Return a piece as its model, or None after noting what is wrong with it."""
    from pydantic import ValidationError

    if (top is not None or models) and not isinstance(piece.value, Mapping):
        parts.faults.append(Fault(piece.file, piece.key, shown(piece.value), "a table"))
        return None
    try:
        return validate(piece.value)
    except ValidationError as error:
        parts.faults += faults_of(error, piece.key, file_of or (lambda _: piece.file), top, models)
        return None
