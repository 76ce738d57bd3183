"""Whether structures and mechanisms set what there is, and whether the weights of structures sum to one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from simulator.errors import Fault, text_of
from simulator.study.document import Document, Piece
from simulator.study.layer import last_layer
from simulator.study.patterns import DESCRIPTIONS, NAME_PART
from simulator.study.reading import Parts, read_parts
from simulator.study.structures import misses_one, spelled_out

#: The key under which each kind has what it sets.
SETS = {"structure": "set", "mechanism": "off"}

#: What a name of a structure, a mechanism or a decision is.
NAME = re.compile(NAME_PART)


def structure_faults(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give every fault of structures and mechanisms between them and the rest of a study."""
    for kind, key in SETS.items():
        for name, piece in document[kind].items():
            if not NAME.fullmatch(name):
                yield Fault(piece.file, piece.key, f"the name {text_of(name)}", DESCRIPTIONS[NAME_PART])
            values = piece.value.get(key) if isinstance(piece.value, Mapping) else None
            if isinstance(values, Mapping):
                yield from set_faults(document, piece, key, values)
    yield from _weights(document, parts)
    yield from _together(document, parts)


def set_faults(document: Document, piece: Piece, key: str, values: Mapping[str, Any]) -> Iterator[Fault]:
    """Give what is wrong with what a key of a table sets: as the same on the command line would be."""
    meant = spelled_out(values, document["priors"])
    known = {name: value for name, value in meant.items() if name not in document.unread}
    layer, _ = last_layer(document, known)
    layer.unread |= document["priors"].keys()  # a prior may be drawn from any of the study
    for fault in (*layer.faults, *read_parts(layer).faults):
        whole = _dotted(fault.key, known.get(fault.key))
        advice = f'Put the name in quotes: "{whole}" = ...' if whole else fault.advice
        yield replace(fault, file=piece.file, key=f"{piece.key}.{key}.{fault.key}", advice=advice)


def _dotted(name: str, value: Any) -> str:
    """Return the name that was meant where its dots made tables of it; else nothing."""
    if not isinstance(value, Mapping):
        return ""
    while isinstance(value, Mapping) and len(value) == 1:
        (part, value), *_ = value.items()
        name = f"{name}.{part}"
    return name


def _weights(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give weights that do not sum to one; of structures that could all be read."""
    read = parts["structure"]
    if not read or read.keys() != document["structure"].keys() or "structure" in document.unread:
        return
    given = [one.weight for one in read.values() if one.weight is not None]
    left_open = len(read) - len(given)
    if misses_one(given, left_open):
        file = next(reversed(document["structure"].values())).file
        allowed = "a sum of 1" if not left_open else "a sum below 1, for others have no weight"
        advice = "Without any weight all are equal; weight = 0 leaves a structure out."
        yield Fault(file, "structure.*.weight", f"weights that sum to {sum(given):g}", allowed, advice)


def _together(document: Document, parts: Parts) -> Iterator[Fault]:
    """Give what two mechanisms set to different values, so that both cannot be off at once."""
    first: dict[str, tuple[str, Any]] = {}
    for name, table in parts["mechanism"].items():
        piece = document["mechanism"][name]
        off = spelled_out(table.off, document["priors"])
        for key, value in off.items():
            for before, (other, there) in first.items():
                if other == name or not _overlap(key, before) or (key, value) == (before, there):
                    continue
                found = f"{text_of(value)}, where mechanism.{other} has {text_of(there)}"
                found += f" for {before}" if before != key else ""
                yield Fault(piece.file, f"{piece.key}.off.{key}", found, "one value that switches both off")
        first = {key: (name, value) for key, value in off.items()} | first


def _overlap(one: str, other: str) -> bool:
    """Whether two names are the same, or one is a part of what the other is, such as a prior's median."""
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or longer.startswith(f"{shorter}.")
