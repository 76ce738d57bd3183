"""How each kind of table is read: by which model, and which models stand inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulator.study.kinds import KINDS
from simulator.study.schema import risks, settings
from simulator.study.schema.fields import Strict
from simulator.study.schema.prior import MARGINALS, PRIOR


class Reader(NamedTuple):
    """How a piece is read.

    Attributes
    ----------
    validate
        Returns what a value of plain types describes, or raises pydantic's error.
    model
        Model of the value itself; None where its tag says which of ``models`` it is.
    models
        Models by the tag or key under which their fields stand.
    """

    validate: Callable[[Any], Any]
    model: type[Strict] | None = None
    models: Mapping[str, type[Strict]] = {}


def reader(model: type[Strict], models: Mapping[str, type[Strict]] | None = None) -> Reader:
    """Return how a table of one model is read."""
    return Reader(model.model_validate, model, models or {})


#: Models of the entries of lists.
MODELS: Mapping[str, type[Strict]] = {
    "company": settings.CompanyTable,
    "power_source": settings.PowerSourceTable,
    "scorecard": settings.ScorecardTable,
    "check": settings.CheckTable,
    "contradiction": settings.ContradictionTable,
    "risk": risks.RiskTable,
    "surprise": risks.SurpriseTable,
    "dependence.groups": settings.GroupTable,
}

#: Models that stand inside others, by tag or key.
_INSIDE: Mapping[str, Mapping[str, type[Strict]]] = {
    "company": settings.EXPOSURES,
    "risk": {"case": risks.RiskCaseTable},
}

#: How a piece of each kind is read; ``[study]`` is read as one table.
READERS: Mapping[str, Reader] = {
    **{name: reader(model, _INSIDE.get(name)) for name, model in MODELS.items()},
    "priors": Reader(PRIOR.validate_python, None, MARGINALS),
    "verdict": Reader(settings.VERDICT.validate_python, settings.LimitsTable),
    "sources": reader(settings.SourceTable),
    "dependence.spearman": Reader(settings.PAIR.validate_python),
}

#: Models of the entries that a layer changes key by key, by their kind.
MERGING = {kind: MODELS[kind.name] for kind in KINDS if kind.merges}
