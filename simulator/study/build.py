"""From a document to a study, or to all its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from simulator.errors import Fault, StudyError, in_order
from simulator.study.consistency import DEFAULT_GROUP, check_parts
from simulator.study.document import Document, domain_of
from simulator.study.domain import Domain
from simulator.study.families import FAMILIES
from simulator.study.reading import Parts, read_parts, read_replaced
from simulator.study.records import (
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
from simulator.study.study import Study
from simulator.study.unread import unread_names

if TYPE_CHECKING:
    from simulator.study.schema.marginal import Marginal
    from simulator.study.schema.settings import StudyTable


class PartlyReadError(StudyError):
    """A study with faults in how it is written.

    Attributes
    ----------
    part
        What of it could be read; None where a whole file could not, which may hold anything.
    unread
        Names of what is missing in that part, and what they mention: nothing can be said of them.
    """

    def __init__(self, faults: Iterable[Fault], part: Study | None, unread: frozenset[str]) -> None:
        super().__init__(faults)
        self.part, self.unread = part, unread


def build_study(document: Document, name: str, home: str, model: Callable[..., Any] | None = None) -> Study:
    """Return the study that a document describes.

    Parameters
    ----------
    document
        All layers in one.
    name
        What the study is called where it does not say.
    home
        File in which ``[study]`` belongs; empty for a study that is no file.
    model
        Pure function of named draws.

    Raises
    ------
    PartlyReadError
        With all faults, in the order of files and keys, and what could be read.
    """
    parts = read_parts(document)
    faults = [*document.faults, *parts.faults, *check_parts(document, parts, home)]
    if not faults and parts.study is not None:
        return _study(document, parts, parts.study, name, model)
    part = None
    if parts.study is not None and document.readable:
        part = _study(document, parts, parts.study, name, model)
    raise PartlyReadError(in_order(faults), part, unread_names(document, parts))


def _study(
    document: Document, parts: Parts, table: StudyTable, name: str, model: Callable[..., Any] | None
) -> Study:
    """Return the study of all that could be read."""
    from simulator.study.schema import risks as schema

    domain = domain_of(document)
    return Study(
        name=table.name or name,
        title=table.title or table.name or name,
        as_of=table.as_of,
        priors={
            key: _prior(key, parts["priors"][key], piece.file)
            for key, piece in document["priors"].items()
            if key in parts["priors"]
        },
        dependence=_dependence(parts),
        settings=_settings(domain, parts),
        domain=domain,
        sources={name: table.named(name) for name, table in parts["sources"].items()},
        order=tuple(table.order or ()),
        directions={name: tuple(loadings) for name, loadings in (table.directions or {}).items()},
        checks=tuple(
            Check(
                check.name,
                check.title or check.name,
                check.unit,
                check.low,
                check.high,
                check.statistic,
                check.reference,
                tuple(check.sources or ()),
                check.note or "",
            )
            for check in parts["check"].values()
        ),
        contradictions=tuple(
            Contradiction(one.name, one.title, one.treatment or "", tuple(one.priors or ()))
            for one in parts["contradiction"].values()
        ),
        risks=tuple(schema.risk(one, document["risk"][key].file) for key, one in parts["risk"].items()),
        surprises=tuple(schema.surprise(one) for one in parts["surprise"].values()),
        model=model,
        replaced={
            key: _prior(key, marginal, document.replaced[key].file)
            for key, marginal in read_replaced(document).items()
        },
    )


def _prior(name: str, marginal: Marginal, file: str) -> Prior:
    return Prior(
        name=name,
        family=marginal.family,
        parameters=_parameters(marginal),
        quantiles=getattr(marginal, "quantiles", None) or {},
        bounds=_bounds(marginal),
        size=marginal.size,
        unit=marginal.unit or "",
        basis=marginal.basis or "",
        sources=tuple(marginal.sources or ()),
        as_of=marginal.as_of,
        note=marginal.note or "",
        spare=bool(marginal.spare),
        file=file,
    )


def _parameters(marginal: Marginal) -> dict[str, Any]:
    """Return the parameters given and the defaults of the others, lists as tuples."""
    given = {name: _frozen(value) for name, value in marginal.given.items()}
    if marginal.family == "mixture":
        given["components"] = tuple(_component(part) for part in given["components"])
    for option, default in FAMILIES[marginal.family].options.items():
        equal = (1 / len(given["values"]),) * len(given["values"]) if default is None else default
        given.setdefault(option, equal)
    return given


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
    groups = [CopulaGroup(DEFAULT_GROUP, spearman=pairs)] if pairs else []
    for group in parts["dependence.groups"].values():
        groups.append(
            CopulaGroup(group.name, group.copula, group.df, tuple(group.spearman or ()), group.factors or {})
        )
    return Dependence(tuple(groups))


def _settings(domain: Domain | None, parts: Parts) -> Settings:
    scorecard = tuple(
        ScorecardItem(item.metric, item.min, item.title or item.metric, item.note or "")
        for item in parts["scorecard"].values()
    )
    verdicts = tuple(VerdictRule(name, _limits(rule)) for name, rule in parts["verdict"].items())
    common = Settings(parts.study.start if parts.study else None, scorecard, verdicts)
    return common if domain is None else domain.settings(common, parts.study, parts.tables)


def _limits(rule: Mapping[str, Any]) -> dict[str, Limits]:
    return {
        metric: Limits(-inf if limits.min is None else limits.min, inf if limits.max is None else limits.max)
        for metric, limits in rule.items()
    }
