"""Parameters with which a prior is one number on every path, in the form that the kernel already has.

Nothing compiles anew: a line of slope 0 and a table whose pieces are all the same constant go through the
same program as any others.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from simulator.beliefs.kernel import Bank, Line
from simulator.beliefs.layout import Segment
from simulator.families import FAMILIES

#: Share of a number within which a family's draws in single precision return it: a few roundings.
ROUNDING = 2**-21


def can_be(family: str, value: float) -> bool:
    """Whether draws of a family can be a number, by a slope of 0 or as constant pieces of a table.

    Parameters
    ----------
    family
        By name.
    value
        The number, in the unit of the draws.
    """
    closed = FAMILIES[family].closed
    if closed is None or FAMILIES[family].tabled:
        return True
    nothing = np.float32(0)
    with np.errstate(all="ignore"):
        drawn = closed.kernel(np.float32(closed.constant(value)), nothing, nothing, np)
    return math.isclose(drawn, value, rel_tol=ROUNDING)


def constant_leaves(
    segments: tuple[Segment, ...], leaves: tuple[Any, ...], values: Mapping[str, float]
) -> tuple[Any, ...]:
    """Return the parameters of segments with some priors constant.

    Parameters
    ----------
    segments, leaves
        What lies where, and its parameters.
    values
        By prior's name the number that all its components are, in the prior's unit.
    """
    changed = []
    for segment, leaf in zip(segments, leaves, strict=True):
        for place in segment.places:
            if place.name in values:
                rows = slice(place.first, place.first + (place.size or 1))
                value = values[place.name]
                leaf = (
                    _table(leaf, rows, value)
                    if isinstance(leaf, Bank)
                    else _line(leaf, segment.kind, rows, value)
                )
        changed.append(leaf)
    return tuple(changed)


def _line(line: Line, kind: str, rows: slice, value: float) -> Line:
    closed = FAMILIES[kind].closed
    assert closed is not None
    return Line(_with(line.place, rows, closed.constant(value)), _with(line.slope, rows, 0.0))


def _table(tables: Bank, rows: slice, value: float) -> Bank:
    count = len(tables.low)

    def pieces(coefficient: Float[np.ndarray, " piece"], to: float) -> Float[np.ndarray, " piece"]:
        return _with(coefficient.reshape(count, -1), rows, to).ravel()

    return tables._replace(
        c0=pieces(tables.c0, value),
        c1=pieces(tables.c1, 0.0),
        c2=pieces(tables.c2, 0.0),
        c3=pieces(tables.c3, 0.0),
        low=_with(tables.low, rows, value),
        high=_with(tables.high, rows, value),
    )


def _with(
    array: Float[np.ndarray, "row column"], rows: slice, value: float
) -> Float[np.ndarray, "row column"]:
    changed = array.copy()
    changed[rows] = value
    return changed
