"""Where names find their draws: rows of one kind lie together, so that one expression computes them all."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from simulator.beliefs.kernel import bank, lines
from simulator.beliefs.lowering import Lowered, kind_order, table_steps
from simulator.beliefs.table import Table


@dataclass(frozen=True, slots=True)
class Shock:
    """A path of random numbers that the model asks for, `[size, paths]`, passed through untouched."""

    size: int
    kind: Literal["normal", "uniform"]


@runtime_checkable
class Series(Protocol):
    """What a model asks for as a shock: a `Shock`, or a record of its own with the same two fields."""

    @property
    def size(self) -> int:
        """Rows of the draws."""
        ...

    @property
    def kind(self) -> Literal["normal", "uniform"]:
        """What each of them is."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name finds its draws: rows of a matrix, or one row where `size` is None."""

    name: str
    first: int
    size: int | None
    shares: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of one kind that lie together, and the names that they are for."""

    kind: str
    first: int
    last: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class GroupLayout:
    """Rows of scores that a copula group draws from, and the segments of what it makes of them."""

    first: int
    last: int
    student_steps: int | None
    segments: tuple[Segment, ...]


class Arranged(NamedTuple):
    """Rows of scores, or of uniforms, put in order.

    Attributes
    ----------
    segments
        Which rows are computed together.
    leaves
        Parameters of each segment.
    coordinates
        Name and component of each row.
    """

    segments: tuple[Segment, ...]
    leaves: tuple[Any, ...]
    coordinates: list[tuple[str, int]]


def arrange(lowered: Iterable[Lowered]) -> Arranged:
    """Return priors in rows, those of one kind together."""
    ordered = sorted(lowered, key=lambda one: kind_order(one.kind))
    segments: list[Segment] = []
    leaves: list[Any] = []
    coordinates: list[tuple[str, int]] = []
    for kind, members in groupby(ordered, key=lambda one: one.kind):
        first = len(coordinates)
        places: list[Place] = []
        rows: list[Any] = []
        for member in members:
            count = len(member.rows)
            shares = member.prior.family == "dirichlet"
            size = count if shares else member.prior.size
            places.append(Place(member.prior.name, len(rows), size, shares))
            rows += member.rows
            coordinates += [(member.prior.name, component) for component in range(count)]
        segments.append(Segment(kind, first, len(coordinates), tuple(places)))
        leaves.append(bank(rows, table_steps(kind)) if isinstance(rows[0], Table) else lines(rows))
    return Arranged(tuple(segments), tuple(leaves), coordinates)
