"""Whether the parts of a study fit each other: names that exist, dates in order, sources where due."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

from simulator.errors import Fault
from simulator.study.document import Document, Piece, shown
from simulator.study.reading import Parts
from simulator.study.translate import did_you_mean

if TYPE_CHECKING:
    from simulator.study.schema.settings import GroupTable

#: Name of the group that the pairs directly under ``[dependence]`` make.
DEFAULT_GROUP = "default"

#: First parts of names that a model and the dependence give to coordinates of their own.
_TAKEN = ("shock", "factor")

_COMPONENT = re.compile(r"(.+?)(?:\[([0-9]+)\])?")


def check_parts(document: Document, parts: Parts, home: str) -> Iterator[Fault]:
    """Give every fault between parts.

    Parameters
    ----------
    document
        The pieces as written.
    parts
        What of them could be read.
    home
        File in which a missing ``[study]`` belongs; empty for a study that is no file.
    """
    as_of = parts.study.as_of if parts.study else None
    if home and "as_of" not in document.study and "study" not in document.unread:
        yield Fault(
            home, "study.as_of", "nothing", "the day whose knowledge the study holds: as_of = 2026-01-28"
        )
    yield from _names(document)
    for piece in document.priors.values():
        yield from _provenance(document, piece, as_of)
    for name, source in parts.sources.items():
        piece = document.sources[name]
        if as_of and source.date and source.date > as_of:
            yield _later(piece, f"{piece.key}.date", source.date, as_of)
    for name, check in parts.checks.items():
        yield from _sources(document, document.checks[name], check.sources or ())
    yield from _order(document, parts)
    yield from _references(document, parts)
    yield from _dependence(document, parts)


def _names(document: Document) -> Iterator[Fault]:
    for name, piece in document.priors.items():
        parts = name.split(".")
        for count in range(1, len(parts)):
            above = document.priors.get(".".join(parts[:count]))
            if above is not None:
                allowed = "names that do not hold each other"
                yield Fault(
                    piece.file, piece.key, f"a name inside the prior {above.key} ({above.file})", allowed
                )
        if parts[0] in _TAKEN and len(parts) > 1:
            yield Fault(
                piece.file, piece.key, f"the topic {parts[0]}", "another topic: the model draws this one"
            )


def _provenance(document: Document, piece: Piece, as_of: date | None) -> Iterator[Fault]:
    """Give what is wrong with unit, basis, sources and date of a prior; a file has to give them all."""
    table: Mapping[str, Any] = piece.value if isinstance(piece.value, Mapping) else {}
    unit = table.get("unit")
    if isinstance(unit, str):
        from simulator.study.units import EXAMPLES, UnitError, check_unit

        try:
            check_unit(unit)
        except UnitError as error:
            yield Fault(piece.file, f"{piece.key}.unit", shown(unit), EXAMPLES, str(error))
    sources = table.get("sources") or ()
    yield from _sources(document, piece, sources if isinstance(sources, list) else ())
    day = _day(table.get("as_of"))
    if as_of and day and day > as_of:
        yield _later(piece, f"{piece.key}.as_of", day, as_of)
    if not piece.file:
        return
    needed = {
        "unit": 'a unit, "1" for a pure number',
        "basis": "reported, published or judgement",
        "as_of": "the day on which this was known",
    }
    for key, allowed in needed.items():
        if key not in table:
            yield Fault(piece.file, f"{piece.key}.{key}", "nothing", allowed)
    if table.get("basis") in ("reported", "published") and not sources:
        yield Fault(
            piece.file,
            f"{piece.key}.sources",
            "nothing",
            f"at least one source for what is {table['basis']}",
            'name one, or say basis = "judgement" with a note',
        )
    if table.get("basis") == "judgement" and not sources and not table.get("note"):
        yield Fault(piece.file, f"{piece.key}.note", "nothing", "a note or a source: judgement has a reason")


def _sources(document: Document, piece: Piece, ids: Iterable[Any]) -> Iterator[Fault]:
    """Give sources that are not in the bibliography."""
    for source in ids:
        if isinstance(source, str) and not _known(document, document.sources, source, "sources."):
            key, advice = f"{piece.key}.sources", did_you_mean(source, document.sources)
            yield Fault(piece.file, key, shown(source), "an entry of the bibliography, [sources]", advice)


def _order(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give names of the order that are no coordinates, or are there twice."""
    order = parts.study.order if parts.study and parts.study.order else []
    own = {f"dependence.{name}.mixing" for name in (DEFAULT_GROUP, *parts.groups)}
    own |= {f"factor.{factor}" for group in parts.groups.values() for factor in group.factors or {}}
    file = document.study["order"].file if order else ""
    for index, entry in enumerate(order):
        key = f"study.order[{index}]"
        match = _COMPONENT.fullmatch(entry)
        name, component = match.groups() if match else (entry, None)
        if entry in order[:index]:
            yield Fault(file, key, f"{shown(entry)} again", "each name once")
        elif name.startswith("shock.") or name in own:
            continue
        elif not _known(document, document.priors, name):
            yield Fault(file, key, shown(entry), "the name of a prior", did_you_mean(name, document.priors))
        elif component is not None and name in parts.priors and int(component) >= _components(parts, name):
            yield Fault(file, key, shown(entry), f"a component below {_components(parts, name)}")


def _references(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give names of priors in settings that are not priors."""
    for company_name, company in parts.companies.items():
        piece = document.companies[company_name]
        for index, exposure in enumerate(company.exposure or ()):
            for part, name in exposure.model_dump(exclude={"kind"}).items():
                yield from _reference(document, piece, f"{piece.key}.exposure[{index}].{part}", name)
    for source_name, source in parts.power_sources.items():
        piece = document.power_sources[source_name]
        yield from _reference(document, piece, f"{piece.key}.cancellation", source.cancellation)


def _dependence(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give what is wrong with pairs and groups: who is in them, and in how many."""
    members: dict[str, str] = {}
    factors: dict[str, str] = {}
    for label, pair in parts.pairs.items():
        piece = document.pairs[label]
        yield from _pair(document, parts, piece, piece.key, pair)
        members |= dict.fromkeys(pair[:2], DEFAULT_GROUP)
    for label, group in parts.groups.items():
        piece = document.groups[label]
        if label == DEFAULT_GROUP:
            yield Fault(
                piece.file,
                f"{piece.key}.name",
                shown(label),
                "another name: [dependence] itself has this one",
            )
        pairs = group.spearman or []
        for index, pair in enumerate(pairs):
            yield from _pair(document, parts, piece, f"{piece.key}.spearman[{index}]", pair)
        for one, other in combinations(range(len(pairs)), 2):
            if set(pairs[one][:2]) == set(pairs[other][:2]):
                key = f"{piece.key}.spearman[{other}]"
                yield Fault(piece.file, key, f"{', '.join(pairs[other][:2])} again", "each pair once")
        for factor, loadings in (group.factors or {}).items():
            key = f"{piece.key}.factors.{factor}"
            if factor in factors:
                yield Fault(
                    piece.file, key, f"a factor that group {factors[factor]} has too", "each factor once"
                )
            factors[factor] = label
            for name in loadings:
                yield from _member(document, parts, piece, f"{key}.{name}", name)
        for name in _members(group):
            if name in members:
                found = f"{name}, which group {members[name]} has too"
                yield Fault(piece.file, piece.key, found, "each prior in one group: groups are independent")
            members[name] = label


def _pair(
    document: Document, parts: Parts, piece: Piece, key: str, pair: tuple[str, str, float]
) -> Iterator[Fault]:
    if pair[0] == pair[1]:
        yield Fault(piece.file, key, f"{pair[0]} with itself", "two different priors")
    for name in dict.fromkeys(pair[:2]):
        yield from _member(document, parts, piece, key, name)


def _member(document: Document, parts: Parts, piece: Piece, key: str, name: str) -> Iterator[Fault]:
    yield from _reference(document, piece, key, name)
    if name in parts.priors and _components(parts, name) > 1:
        found = f"{name}, which is {_components(parts, name)} numbers"
        yield Fault(piece.file, key, found, "priors of one number each")


def _members(group: GroupTable) -> dict[str, None]:
    pairs: Iterable[str] = (name for pair in group.spearman or () for name in pair[:2])
    loaded = (name for loadings in (group.factors or {}).values() for name in loadings)
    return dict.fromkeys((*pairs, *loaded))


def _reference(document: Document, piece: Piece, key: str, name: str) -> Iterator[Fault]:
    if not _known(document, document.priors, name):
        yield Fault(piece.file, key, shown(name), "the name of a prior", did_you_mean(name, document.priors))


def _known(document: Document, pieces: Mapping[str, Piece], name: str, above: str = "") -> bool:
    """Whether a name is defined, or may be in a file that could not be read."""
    return name in pieces or f"{above}{name}" in document.unread


def _components(parts: Parts, name: str) -> int:
    prior = parts.priors[name]
    return len(getattr(prior, "alpha")) if prior.family == "dirichlet" else prior.size or 1  # noqa: B009


def _day(value: Any) -> date | None:
    """Return a date given as one or as ISO text; None for anything else, which the schema refuses."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if type(value) is date else None


def _later(piece: Piece, key: str, day: date, as_of: date) -> Fault:
    advice = "leave it out, or date the study later"
    return Fault(piece.file, key, str(day), f"a date not after the study's own, {as_of}", advice)
