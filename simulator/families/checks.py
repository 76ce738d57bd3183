"""Parameters checked by what their family says of them, for priors that no schema has read."""

from __future__ import annotations

import math
from typing import Any, NoReturn

from simulator.errors import Fault, StudyError
from simulator.families.family import Family, Parameter, Parameters

#: What is allowed, by kind; those that a family judges itself are left out.
ALLOWED = {
    "real": "a finite number",
    "positive": "a finite number above 0",
    "share": "a number between 0 and 1, ends excluded",
    "probability": "a probability from 0 to 1",
    "reals": "a list of finite numbers",
    "positives": "a list of finite numbers above 0",
    "probabilities": "a list of probabilities from 0 to 1",
    "weights": "a list of finite numbers, none below 0",
}


def refuse(key: str, found: object, allowed: str, advice: str = "") -> NoReturn:
    """Raise a fault of a prior; who knows the prior adds its name and file.

    Parameters
    ----------
    key
        The parameter; empty for the prior as a whole.
    found, allowed
        What was given, and what may be.
    advice
        What to do, where that is not plain.
    """
    raise StudyError([Fault("", key, str(found), allowed, advice)])


def is_kind(kind: str, value: Any) -> bool:
    """Whether a number is of a kind."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    match kind:
        case "positive" | "positives":
            return value > 0
        case "share":
            return 0 < value < 1
        case "probability" | "probabilities":
            return 0 <= value <= 1
        case "weights":
            return value >= 0
        case _:
            return True


def checked(family: Family, given: Parameters) -> dict[str, Any]:
    """Return parameters that give a member of a family, options filled in.

    Raises
    ------
    StudyError
        One is missing or not of its kind, or they do not go together.
    """
    known = {name: value for name, value in given.items() if value is not None}
    way = next((way for way in family.ways if known.keys() >= set(way)), family.ways[0])
    for name in (*way, *(option for option in family.options if option in known)):
        if name not in known:
            refuse(name, "nothing", ALLOWED.get(family.parameters[name].kind, "a value"))
        _check(name, family.parameters[name], known[name])
    whole = family.with_options({name: _number(value) for name, value in known.items()})
    for problem in family.problems(whole):
        refuse(*problem)
    return whole


def _check(name: str, parameter: Parameter, value: Any) -> None:
    allowed = ALLOWED.get(parameter.kind)
    if allowed is None:
        return
    if not allowed.startswith("a list"):
        if not is_kind(parameter.kind, value):
            point = value == 0 and parameter.kind == "positive"
            refuse(name, repr(value), allowed, "For a point mass give `value = x` alone." if point else "")
        return
    entries = list(value) if isinstance(value, list | tuple) or hasattr(value, "tolist") else None
    if entries is None or not all(is_kind(parameter.kind, _plain(entry)) for entry in entries):
        refuse(name, repr(value), allowed)
    if len(entries) < parameter.least:
        refuse(name, f"{len(entries)} of them", f"{parameter.least} or more")


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
