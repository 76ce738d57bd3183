"""Whether the parts of a study fit each other: names that exist, dates in order, sources where due.

Read from what was written rather than from what the schema let through, so that one fault hides no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from simulator.errors import Fault, did_you_mean, text_of
from simulator.study.canonical import DEFAULT_GROUP
from simulator.study.coordinates import parse_coordinate
from simulator.study.decision_faults import decision_faults
from simulator.study.document import SET, Document, Piece, is_prior
from simulator.study.domain import domains
from simulator.study.reading import Parts
from simulator.study.risk_faults import risk_faults
from simulator.study.structure_faults import structure_faults

#: First parts of names that a model and the dependence give to coordinates of their own.
_TAKEN = ("factor", "direction")

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
    as_of = _day(document["study"]["as_of"].value) if "as_of" in document["study"] else None
    if home and "as_of" not in document["study"] and "study" not in document.unread:
        yield Fault(
            home, "study.as_of", "nothing", "the day whose knowledge the study holds: as_of = 2026-01-28"
        )
    yield from _domain(document)
    yield from _names(document)
    for piece in document["priors"].values():
        yield from _provenance(document, piece, as_of)
    for piece in document["sources"].values():
        day = _day(_get(piece.value, "date"))
        if as_of and day and day > as_of:
            yield _later(piece, f"{piece.key}.date", day, as_of)
    for piece in (*document["check"].values(), *document["risk"].values()):
        yield from _sources(document, piece)
    yield from risk_faults(document, parts)
    yield from structure_faults(document, parts)
    yield from decision_faults(document)
    yield from _order(document, parts)
    yield from _directions(document, parts)
    yield from _references(document)
    yield from _dependence(document, parts)


def _domain(document: Document) -> Iterator[Fault]:
    """Give a domain that there is not, and tables of another one than is named."""
    piece = document["study"].get("domain")
    if piece is None or not isinstance(piece.value, str):
        return
    if piece.value not in domains():
        allowed = f"a domain that is installed: {', '.join(domains())}"
        yield Fault(
            piece.file, piece.key, text_of(piece.value), allowed, did_you_mean(piece.value, domains())
        )
    for domain in domains().values():
        for kind in domain.kinds if domain.name != piece.value else ():
            for entry in document[kind.name].values():
                found = f"a table of the domain {domain.name}"
                yield Fault(
                    entry.file, entry.key, found, f"tables of {piece.value}, which study.domain names"
                )


def _names(document: Document) -> Iterator[Fault]:
    for name, piece in document["priors"].items():
        parts = name.split(".")
        for count in range(1, len(parts)):
            above = document["priors"].get(".".join(parts[:count]))
            # A table without a family or a value is a fault by itself, and what it holds is not.
            if above is not None and is_prior(above.value):
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
    table: Mapping[str, Any] = piece.value
    unit = table.get("unit")
    if isinstance(unit, str):
        from simulator.study.units import EXAMPLES, UnitError, check_unit

        try:
            check_unit(unit)
        except UnitError as error:
            yield Fault(piece.file, f"{piece.key}.unit", text_of(unit), EXAMPLES, str(error))
    yield from _sources(document, piece)
    day = _day(table.get("as_of"))
    if as_of and day and day > as_of:
        yield _later(piece, f"{piece.key}.as_of", day, as_of)
    if piece.file in ("", SET):
        return
    needed = {
        "unit": 'a unit, "1" for a pure number',
        "basis": "reported, published or judgement",
        "as_of": "the day on which this was known",
    }
    for key, allowed in needed.items():
        if key not in table:
            yield Fault(piece.file, f"{piece.key}.{key}", "nothing", allowed)
    sources, basis = table.get("sources"), table.get("basis")
    if basis in ("reported", "published") and not sources:
        yield Fault(
            piece.file,
            f"{piece.key}.sources",
            "nothing",
            f"at least one source for what is {basis}",
            'Name one, or say basis = "judgement" and why in a note.',
        )
    if basis == "judgement" and not sources and not table.get("note"):
        yield Fault(piece.file, f"{piece.key}.note", "nothing", "a note or a source: judgement has a reason")


def _sources(document: Document, piece: Piece) -> Iterator[Fault]:
    """Give sources that are not in the bibliography."""
    for source in _list(_get(piece.value, "sources")):
        if isinstance(source, str) and not _known(document, document["sources"], source, "sources."):
            key, advice = f"{piece.key}.sources", did_you_mean(source, document["sources"])
            yield Fault(piece.file, key, text_of(source), "an entry of the bibliography, [sources]", advice)


def _order(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give names of the order that are no coordinates, or are there twice."""
    piece = document["study"].get("order")
    order = _list(piece.value) if piece else []
    taken: set[tuple[str, int]] = set()
    for index, entry in enumerate(order):
        key = f"study.order[{index}]"
        if piece and isinstance(entry, str) and parse_coordinate(entry) in taken:
            yield Fault(piece.file, key, f"{text_of(entry)} again", "each name once")
        elif piece:
            yield from _coordinate(document, parts, Piece(piece.file, key, entry))
        if isinstance(entry, str):
            taken.add(parse_coordinate(entry))


def _directions(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give names that are no coordinates, and rows of loadings that are not as long as the first."""
    piece = document["study"].get("directions")
    table = piece.value if piece and isinstance(piece.value, Mapping) else {}
    taken: dict[tuple[str, int], str] = {}
    for name, loadings in table.items():
        file, key = document["study"]["directions"].file, f'study.directions."{name}"'
        first = taken.setdefault(parse_coordinate(name), name)
        if first != name:
            yield Fault(file, key, f"the number that {text_of(first)} is too", "each number once")
        if parse_coordinate(name)[0].startswith("direction."):
            yield Fault(file, key, "a direction", "numbers of priors, factors and shocks")
        yield from _coordinate(document, parts, Piece(file, key, name))
        if len(_list(loadings)) != _direction_count(document):
            allowed = f"{_direction_count(document)}, as many as of the others"
            yield Fault(file, key, f"{len(_list(loadings))} loadings", allowed)


def _direction_count(document: Document) -> int:
    piece = document["study"].get("directions")
    rows = list(piece.value.values()) if piece and isinstance(piece.value, Mapping) else []
    return len(_list(rows[0])) if rows else 0


def _coordinate(document: Document, parts: Parts, piece: Piece) -> Iterator[Fault]:
    """Give what is wrong with the name of a coordinate, or of a component of one."""
    match = _COMPONENT.fullmatch(piece.value) if isinstance(piece.value, str) else None
    if match is None:
        return
    name, component = match.groups()
    groups = document["dependence.groups"]
    own = {f"dependence.{name}.mixing" for name in groups}
    own |= {f"direction.{number}" for number in range(_direction_count(document))}
    own |= {f"factor.{name}" for group in groups.values() for name in _table(group.value, "factors")}
    found = text_of(piece.value)
    if name in own:
        if component is not None and int(component) > 0:
            yield Fault(piece.file, piece.key, found, f"{text_of(name)}, which is one number")
        return
    if name.startswith("shock."):  # the model knows which there are
        return
    if not _known(document, document["priors"], name):
        advice = did_you_mean(name, (*document["priors"], *own))
        yield Fault(piece.file, piece.key, found, "the name of a prior", advice)
    elif component is not None and name in parts["priors"] and int(component) >= _components(parts, name):
        yield Fault(piece.file, piece.key, found, f"a component below {_components(parts, name)}")


def _references(document: Document) -> Iterator[Fault]:
    """Give names of priors in settings that are not priors."""
    for domain in domains().values():
        for kind in domain.kinds:
            for piece in document[kind.name].values():
                for key, name in domain.named_priors(kind.name, piece.value):
                    if name == "":  # which the schema refuses
                        continue
                    yield from _reference(document, piece, f"{piece.key}.{key}", name)
    for piece in document["contradiction"].values():
        for index, name in enumerate(_list(_get(piece.value, "priors"))):
            yield from _reference(document, piece, f"{piece.key}.priors[{index}]", name)


def _dependence(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give what is wrong with pairs and groups: who is in them, and in how many."""
    groups: dict[str, str] = {}
    owners: dict[str, str] = {}
    for piece in document["dependence.spearman"].values():
        yield from _pair(document, parts, piece, piece.key, piece.value)
        groups |= dict.fromkeys(_names_of(piece.value), DEFAULT_GROUP)
    for label, piece in document["dependence.groups"].items():
        if label == DEFAULT_GROUP:
            allowed = "another name: [dependence] itself has this one"
            yield Fault(piece.file, f"{piece.key}.name", text_of(label), allowed)
        pairs = _list(_get(piece.value, "spearman"))
        for index, pair in enumerate(pairs):
            key = f"{piece.key}.spearman[{index}]"
            yield from _pair(document, parts, piece, key, pair)
            if any(_names_of(pair) and set(_names_of(pair)) == set(_names_of(one)) for one in pairs[:index]):
                yield Fault(piece.file, key, f"{', '.join(_names_of(pair))} again", "each pair once")
        factors = _table(piece.value, "factors")
        for factor in factors:
            key = f"{piece.key}.factors.{factor}"
            if factor in owners:
                yield Fault(
                    piece.file, key, f"a factor that group {owners[factor]} has too", "each factor once"
                )
            owners[factor] = label
            for name in _table(factors, factor):
                yield from _member(document, parts, piece, f"{key}.{name}", name)
        loaded = (name for factor in factors for name in _table(factors, factor))
        for name in dict.fromkeys((*(name for pair in pairs for name in _names_of(pair)), *loaded)):
            if name in groups:
                found = f"{name}, which group {groups[name]} has too"
                yield Fault(piece.file, piece.key, found, "each prior in one group: groups are independent")
            groups[name] = label


def _pair(document: Document, parts: Parts, piece: Piece, key: str, pair: Any) -> Iterator[Fault]:
    names = _names_of(pair)
    if len(names) == 2 and names[0] == names[1]:
        yield Fault(piece.file, key, f"{names[0]} with itself", "two different priors")
    for name in dict.fromkeys(names):
        yield from _member(document, parts, piece, key, name)


def _member(document: Document, parts: Parts, piece: Piece, key: str, name: str) -> Iterator[Fault]:
    yield from _reference(document, piece, key, name)
    if name in parts["priors"] and _components(parts, name) > 1:
        found = f"{name}, which is {_components(parts, name)} numbers"
        yield Fault(piece.file, key, found, "priors of one number each")


def _reference(document: Document, piece: Piece, key: str, name: Any) -> Iterator[Fault]:
    known = document["priors"]
    if isinstance(name, str) and not _known(document, known, name):
        yield Fault(piece.file, key, text_of(name), "the name of a prior", did_you_mean(name, known))


def _names_of(pair: Any) -> list[str]:
    """Return the names in a Spearman pair."""
    return [name for name in _list(pair)[:2] if isinstance(name, str)]


def _get(value: Any, key: str) -> Any:
    """Return an item of a table, None where there is none; what is no table is a fault of the schema."""
    return value.get(key) if isinstance(value, Mapping) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _table(value: Any, key: str) -> Mapping[str, Any]:
    inner = _get(value, key)
    return inner if isinstance(inner, Mapping) else {}


def _known(document: Document, pieces: Mapping[str, Piece], name: str, above: str = "") -> bool:
    """Whether a name is defined, or may be in a file that could not be read."""
    return name in pieces or f"{above}{name}" in document.unread


def _components(parts: Parts, name: str) -> int:
    prior = parts["priors"][name]
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
    advice = "Use what was known by then, or date the study later."
    return Fault(piece.file, key, str(day), f"a date not after the study's own, {as_of}", advice)
