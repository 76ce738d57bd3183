"""Numbers written as per cent: "7.5%" where a prior is a rate or a share."""

import re
from collections.abc import Mapping
from typing import Any

_PERCENT = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\s*%\s*")

#: Keys of a prior's table that hold text.
_TEXT = frozenset({"family", "unit", "basis", "sources", "as_of", "note", "distribution"})

#: Names of units that are counts although they have no dimension.
_COUNTS = re.compile(r"\b(tn|bn|mn|trillion|billion|million|thousand|bps?)\b")


def one_percent(unit: str) -> float | None:
    """Return how many of a unit one per cent is; None where it is neither a rate nor a share."""
    from simulator.study.units import UnitError, convert_factor

    if not unit or _COUNTS.search(unit):
        return None
    kinds = ("1", "1/yr", "1/yr^0.5")
    if unit in kinds:
        return 0.01
    for kind in kinds:
        try:
            convert_factor(unit, kind)
        except UnitError:
            continue
        return 1.0 if "%" in unit or "percent" in unit else 0.01
    return None


def read_percent(text: str, unit: str) -> float | None:
    """Return a text such as "7.5%" as a number in a unit; None where it is none, or none in that unit."""
    match = _PERCENT.fullmatch(text)
    one = one_percent(unit) if match else None
    # Divided, so that 7.5% is the number that 0.075 is.
    return None if match is None or one is None else float(match[1]) / (1 if one == 1 else 100)


def with_percents(table: Any) -> Any:
    """Return the table of a prior with every per cent in it as a number, where its unit has them."""
    if not isinstance(table, Mapping) or not isinstance(table.get("unit"), str):
        return table
    try:
        return {
            key: numbered(value, table["unit"]) if key not in _TEXT else value for key, value in table.items()
        }
    except ValueError:  # the unit is a fault of its own
        return table


def numbered(value: Any, unit: str) -> Any:
    """Return a value with every per cent in it as a number, where a unit has them."""
    if isinstance(value, str):
        number = read_percent(value, unit)
        return value if number is None else number
    if isinstance(value, Mapping):
        return {key: inner if key in _TEXT else numbered(inner, unit) for key, inner in value.items()}
    return [numbered(inner, unit) for inner in value] if isinstance(value, list) else value
