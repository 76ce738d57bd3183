"""From the parts of a document that could be read to the records of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families import FAMILIES
from simulator.study.canonical import DEFAULT_GROUP
from simulator.study.decisions import Action, Decision
from simulator.study.document import Document, Piece, domain_of
from simulator.study.domain import Domain
from simulator.study.reading import Parts, read_priors
from simulator.study.records import (
    REST,
    VERDICTS,
    Check,
    Contradiction,
    CopulaGroup,
    Dependence,
    Limits,
    Prior,
    ScorecardItem,
    Settings,
    Unbounded,
    VerdictRule,
)
from simulator.study.risks import Risk, RiskCase, Surprise
from simulator.study.sources import Source
from simulator.study.structures import Mechanism, Structure, spelled_out

if TYPE_CHECKING:
    from simulator.study.entry import Strict
    from simulator.study.schema.marginal import Marginal


def record[R](kind: type[R], table: Strict, /, **own: Any) -> R:
    """Return a record of what a table gives of its fields; where a title is left out, the name is it."""
    asked = {one.name for one in fields(kind)} & set(type(table).model_fields)  # pyright: ignore[reportArgumentType]
    given = {name: _frozen(getattr(table, name)) for name in asked if getattr(table, name) is not None}
    if "title" in asked:
        given.setdefault("title", own.get("name") or given.get("name") or given.get("metric"))
    return kind(**given | own)


def study_fields(document: Document, parts: Parts) -> dict[str, Any]:
    """Return the priors, settings and other records of a study by the name of their field."""
    domain = domain_of(document)
    return {
        "priors": {
            name: _prior(name, parts["priors"][name], piece.file)
            for name, piece in document["priors"].items()
            if name in parts["priors"]
        },
        "replaced": priors_of(document.replaced),
        "fixed_from": _fixed_from(document, parts),
        "dependence": _dependence(parts),
        "domain": domain,
        "settings": _settings(domain, parts),
        "sources": {name: record(Source, table, id=name) for name, table in parts["sources"].items()},
        "checks": tuple(record(Check, check) for check in parts["check"].values()),
        "contradictions": tuple(record(Contradiction, one) for one in parts["contradiction"].values()),
        "risks": tuple(_risk(risk, document["risk"][name].file) for name, risk in parts["risk"].items()),
        "surprises": tuple(record(Surprise, one) for one in parts["surprise"].values()),
        "structures": _alternatives(Structure, "structure", "set", document, parts),
        "mechanisms": _alternatives(Mechanism, "mechanism", "off", document, parts),
        "decisions": tuple(_decision(name, one, document) for name, one in parts["decision"].items()),
    }


def _fixed_from(document: Document, parts: Parts) -> dict[str, Prior]:
    """Return the distributions in whose place the study has a number."""
    before = priors_of(document.fixed_from)
    now = parts["priors"]
    numbers = {name for name, prior in now.items() if prior.family == "fixed" and not prior.drawn}
    return {name: prior for name, prior in before.items() if name in numbers}


def _alternatives[Kind](
    made: type[Kind], kind: str, key: str, document: Document, parts: Parts
) -> tuple[Kind, ...]:
    """Return structures or mechanisms: what they set stands under a key of their tables."""
    return tuple(
        record(
            made,
            one,
            name=name,
            values=spelled_out(getattr(one, key), document["priors"]),
            file=document[kind][name].file,
        )
        for name, one in parts[kind].items()
    )


def _decision(name: str, table: Any, document: Document) -> Decision:
    actions = tuple(
        record(Action, one, name=own, values=spelled_out(one.set, document["priors"]))
        for own, one in table.action.items()
    )
    return record(Decision, table, name=name, actions=actions, file=document["decision"][name].file)


def priors_of(pieces: Mapping[str, Piece]) -> dict[str, Prior]:
    """Return the priors that pieces describe, those left out that are not valid."""
    return {name: _prior(name, marginal, pieces[name].file) for name, marginal in read_priors(pieces).items()}


def _risk(table: Any, file: str) -> Risk:
    cases = tuple(record(RiskCase, case, values=dict(case.set)) for case in table.case)
    return record(Risk, table, cases=cases, file=file)


def _prior(name: str, marginal: Marginal, file: str) -> Prior:
    own = {"parameters": _parameters(marginal), "bounds": _bounds(marginal)}
    return record(Prior, marginal, name=name, file=file, **own)


def _parameters(marginal: Marginal) -> dict[str, Any]:
    """Return the parameters given and the defaults of the others, lists as tuples."""
    given = {name: _frozen(value) for name, value in marginal.given.items()}
    if marginal.family == "mixture":
        given["components"] = tuple(_component(part) for part in given["components"])
    return FAMILIES[marginal.family].with_options(given)


def _component(part: Marginal) -> dict[str, Any]:
    """Return a component of a mixture as a table: weight, family, parameters, quantiles, bounds."""
    table: dict[str, Any] = {"weight": part.weight, "family": part.family, **_parameters(part)}
    if quantiles := getattr(part, "quantiles", None):
        table["quantiles"] = quantiles
    if _bounds(part) != Unbounded:
        table["bounds"] = _bounds(part)
    return table


def _bounds(marginal: Marginal) -> tuple[float, float]:
    low, high = getattr(marginal, "bounds", None) or (-inf, inf)
    return low, high


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _dependence(parts: Parts) -> Dependence:
    pairs = tuple(parts["dependence.spearman"].values())
    default = [CopulaGroup(DEFAULT_GROUP, spearman=pairs)] if pairs else []
    named = [record(CopulaGroup, group) for group in parts["dependence.groups"].values()]
    return Dependence((*default, *named))


def _settings(domain: Domain | None, parts: Parts) -> Settings:
    scorecard = tuple(record(ScorecardItem, item) for item in parts["scorecard"].values())
    rules = {name: _limits(rule) for name, rule in parts["verdict"].items()}
    stated = parts.study.verdicts if parts.study else None
    names = stated or [name for name in VERDICTS if name in rules or name == REST]
    verdicts = tuple(VerdictRule(name, rules.get(name, {})) for name in names) if rules else ()
    common = Settings(parts.study.start if parts.study else None, scorecard, verdicts)
    return common if domain is None else domain.settings(common, parts.study, parts.tables)


def _limits(rule: Mapping[str, Strict]) -> dict[str, Limits]:
    return {metric: record(Limits, limits) for metric, limits in rule.items()}
