"""Names of a partly read study of which nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.errors import Fault
from simulator.study.document import Document
from simulator.study.domain import domains
from simulator.study.reading import Parts


def unread_names(document: Document, parts: Parts) -> frozenset[str]:
    """Return the names of all pieces that could not be read, and every name that they mention.

    A prior that only an unread entry asks for is not known to be asked for by nothing.
    """
    names = {fault.key for fault in document.faults}
    names |= {fault.key for fault in parts.faults if fault.key.startswith("study.")}
    names |= document["priors"].keys() - parts["priors"].keys()
    for kind in (kind.name for domain in domains().values() for kind in domain.kinds):
        for name in document[kind].keys() - parts[kind].keys():
            names |= {name, *_texts(document[kind][name].value)}
    return frozenset(names | _missing(document))


def _missing(document: Document) -> set[str]:
    """Return the names of priors that entries ask for and that are not there, a fault of the entry each."""
    named = (
        name
        for domain in domains().values()
        for kind in domain.kinds
        for piece in document[kind.name].values()
        for _, name in domain.named_priors(kind.name, piece.value)
    )
    return {name for name in named if isinstance(name, str)} - document["priors"].keys()


def decided(faults: list[Fault], unread: frozenset[str]) -> Iterator[Fault]:
    """Give the faults whose keys hold no unread name, such as a missing prior that is there and malformed."""
    for fault in faults:
        if not any(f".{name}." in f".{fault.key}." for name in unread):
            yield fault


def _texts(value: Any) -> Iterator[str]:
    """Give every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
