"""Priors whose parameters are drawn from others: who is drawn from whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from simulator.errors import Fault, did_you_mean, text_of
from simulator.families import FAMILIES
from simulator.study.patterns import PRIOR_NAME
from simulator.study.records import Prior


class Written(NamedTuple):
    """A prior as it is written, which may be no valid one."""

    drawn: Mapping[str, str]
    family: str
    size: int | None
    unit: str

    @classmethod
    def of(cls, table: Any) -> Written:
        """Return what a table says of these."""
        name, size, unit = (table.get(key) for key in ("family", "size", "unit"))
        family = FAMILIES.get(name) if isinstance(name, str) else None
        given = ((key, table.get(key)) for key in (family.drawable if family else ()))
        drawn = {key: text for key, text in given if isinstance(text, str) and re.fullmatch(PRIOR_NAME, text)}
        return cls(
            drawn,
            family.name if family else "",
            size if isinstance(size, int) else None,
            unit if isinstance(unit, str) else "",
        )


#: What is asked of a prior here, read or only written.
type HasParents = Prior | Written


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


def half_stated_units(priors: Mapping[str, Written]) -> Iterator[Fault]:
    """Give the parameters where parent or child alone has a unit: nothing says what that of the other is."""
    for name, prior in priors.items():
        for key, parent in prior.drawn.items():
            other = priors.get(parent)
            carries = FAMILIES[prior.family].parameters[key].unit != 0
            if other and carries and bool(prior.unit) != bool(other.unit):
                found = f"{parent}, in {other.unit or 'no unit'}, for a prior in {prior.unit or 'no unit'}"
                yield Fault("", f"{name}.{key}", found, "a unit for both, or for neither")


def _several(prior: HasParents) -> bool:
    return prior.size is not None or prior.family == "dirichlet"
