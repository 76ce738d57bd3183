"""Priors whose parameters are drawn from others: who is drawn from whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Protocol, runtime_checkable

from simulator.errors import Fault, did_you_mean, text_of
from simulator.families import FAMILIES
from simulator.study.patterns import PRIOR_NAME


@runtime_checkable
class HasParents(Protocol):
    """What is asked of a prior, read or only written."""

    @property
    def drawn(self) -> Mapping[str, str]:
        """Names of the priors that parameters are drawn from, by parameter."""
        ...

    @property
    def family(self) -> str:
        """Name of the family."""
        ...

    @property
    def size(self) -> int | None:
        """How many independent numbers it is; None for one."""
        ...


class Written(NamedTuple):
    """A prior as it is written, which may be no valid one."""

    drawn: Mapping[str, str]
    family: str
    size: int | None

    @classmethod
    def of(cls, table: Any) -> Written:
        """Return what a table says of these three."""
        name, size = (table.get(key) for key in ("family", "size"))
        family = FAMILIES.get(name) if isinstance(name, str) else None
        given = ((key, table.get(key)) for key in (family.drawable if family else ()))
        drawn = {key: text for key, text in given if isinstance(text, str) and re.match(PRIOR_NAME, text)}
        return cls(drawn, family.name if family else "", size if isinstance(size, int) else None)


def ancestors(priors: Mapping[str, HasParents], names: Iterable[str]) -> set[str]:
    """Return the names of all that some priors are drawn from, directly or through others."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        prior = priors.get(waiting.pop())
        parents = set(prior.drawn.values()) - found if prior else set[str]()
        found |= parents
        waiting += parents
    return found


def generations(priors: Mapping[str, HasParents]) -> list[str]:
    """Return the names of priors, parents before children; those in a circle, and below one, are left out."""
    ordered: list[str] = []
    waiting = {name: set(prior.drawn.values()) & priors.keys() for name, prior in priors.items()}
    while ready := [name for name, parents in waiting.items() if parents.isdisjoint(waiting)]:
        ordered += ready
        waiting = {name: parents for name, parents in waiting.items() if name not in ready}
    return ordered


def misnamed_parents(priors: Mapping[str, HasParents], written: Collection[str]) -> Iterator[Fault]:
    """Give the parameters that are drawn from no prior, from one of several numbers, or in a circle.

    Parameters
    ----------
    priors
        By name.
    written
        Names of all that there are, those too of which nothing else is known.
    """
    in_a_line = set(generations(priors))
    for name, prior in priors.items():
        for key, parent in prior.drawn.items():
            fault = Fault("", f"{name}.{key}", text_of(parent), "a number, or the name of a prior")
            if parent not in written:
                yield replace(fault, advice=did_you_mean(parent, written))
            elif parent in priors and _several(priors[parent]):
                found = f"{parent}, which is several numbers"
                yield replace(fault, found=found, allowed="a prior of one number")
            elif parent not in in_a_line and name in ancestors(priors, [name]):
                allowed = f"a prior that is not drawn from {name} itself"
                yield replace(fault, found=f"{parent}, which is drawn from it", allowed=allowed)


def _several(prior: HasParents) -> bool:
    return prior.size is not None or prior.family == "dirichlet"
