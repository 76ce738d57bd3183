"""How each kind of table is read: by which model, and which models stand inside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from simulator.study.domain import TableKind, domains
from simulator.study.entry import Reader, Strict, reader
from simulator.study.kinds import kinds
from simulator.study.schema import decisions, risks, settings, structures
from simulator.study.schema.prior import MARGINALS, PRIOR


@cache
def readers() -> Mapping[str, Reader]:
    """Return how a piece of each kind is read; ``[study]`` is one table: `settings.study_table`."""
    of_domains = [domain.readers() for domain in domains().values()]
    return {
        **{kind: one for readers in of_domains for kind, one in readers.items()},
        "scorecard": reader(settings.ScorecardTable),
        "check": reader(settings.CheckTable),
        "contradiction": reader(settings.ContradictionTable),
        "risk": reader(risks.RiskTable, {"case": risks.RiskCaseTable}),
        "surprise": reader(risks.SurpriseTable),
        "structure": reader(structures.StructureTable),
        "mechanism": reader(structures.MechanismTable),
        "decision": reader(decisions.DecisionTable, {"action": decisions.ActionTable}),
        "dependence.groups": reader(settings.GroupTable),
        "priors": Reader(PRIOR.validate_python, None, MARGINALS),
        "verdict": Reader(settings.VERDICT.validate_python, settings.LimitsTable),
        "sources": reader(settings.SourceTable),
        "dependence.spearman": Reader(settings.PAIR.validate_python),
    }


def merging() -> dict[TableKind, type[Strict]]:
    """Return the models of the entries that a layer changes key by key, by their kind."""
    models = ((kind, readers()[kind.name].model) for kind in kinds() if kind.merges)
    return {kind: model for kind, model in models if model is not None}
