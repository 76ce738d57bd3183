"""Structures, the study as other models of the world would have it; mechanisms, which can be switched off."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What rounding a weight to three decimals may be off by.
ROUNDING = 0.0005


@dataclass(frozen=True, slots=True)
class Structure:
    """One way in which the world may work: the study with some priors and settings set otherwise.

    Attributes
    ----------
    name
        By which a layer changes it.
    title
        What is so in it, as a reader knows it.
    weight
        How much it is believed; None for an equal part of what the others leave. One of weight 0 is left out.
    values
        What it sets, as `Study.override` takes it; nothing, for the study as written.
    note
        Why it is an alternative, and why of this weight.
    file
        Where it was written.
    """

    name: str
    title: str
    weight: float | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    note: str = ""
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A part of the model that can be switched off.

    Attributes
    ----------
    name
        By which a layer changes it.
    title
        What it does, as a reader knows it.
    values
        What switches it off, as `Study.override` takes it.
    note
        Why it is in the model, or what speaks against it.
    file
        Where it was written.
    """

    name: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    note: str = ""
    file: str = field(default="", compare=False)


def spelled_out(values: Mapping[str, Any], priors: Iterable[str]) -> dict[str, Any]:
    """Return what is set with every prior that a name with a star stands for, one part of its name each.

    ``silicon.*.realised`` is so of every chip, also of one that a layer adds. A name that is given by itself
    goes before; one with a star that stands for no prior stays as it is.
    """
    known, found = list(priors), dict[str, Any]()
    for name, value in values.items():
        pattern = re.compile("[^.]+".join(map(re.escape, name.split("*"))))
        meant = [prior for prior in known if pattern.fullmatch(prior)] if "*" in name else []
        found |= {prior: value for prior in meant if prior not in values} if meant else {name: value}
    return found


def shares(structures: Iterable[Structure]) -> dict[str, float]:
    """Return the weight of every structure that has any, by name; they sum to one.

    Structures without a weight have equal parts of what the others leave.
    """
    weights = {one.name: one.weight for one in structures}
    given = {name: weight for name, weight in weights.items() if weight is not None}
    left = max(1.0 - sum(given.values()), 0.0)
    open_ = len(weights) - len(given)
    found = {name: left / open_ if weight is None else weight for name, weight in weights.items()}
    total = sum(found.values())
    return {name: weight / total for name, weight in found.items() if weight > 0}


def misses_one(weights: Iterable[float], open_: int) -> bool:
    """Whether weights, `open_` others left open, do not sum to one, or leave nothing for those.

    Rounding each to three decimals is no miss.
    """
    given = list(weights)
    total, allowed = sum(given), ROUNDING * len(given) + 1e-9
    return total >= 1.0 - 1e-9 if open_ else abs(total - 1.0) > allowed
