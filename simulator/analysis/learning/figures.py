"""Figures that a study is conditioned on, and the observations that are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, runtime_checkable

from jaxtyping import Array, Float

from simulator.evidence import Observation

type Draws = Mapping[str, Array]
#: What a block of paths is read from: the draws, and the model's series or metrics.
type Read = Callable[[Draws, Mapping[str, Array]], Float[Array, " path"]]

#: Why an observation is not used: keys of the report's messages.
type Reason = Literal[
    "known_before",
    "known_later",
    "before_start",
    "beyond_horizon",
    "not_actual",
    "no_company",
    "other_meaning",
    "not_a_quarter",
    "part_of_a_quarter",
    "restated",
    "same_figure",
    "overlapping",
    "no_output",
]


@dataclass(frozen=True, slots=True)
class Datum:
    """One figure that the model is conditioned on, or, without a value, one that it predicts.

    Attributes
    ----------
    name
        ``capex.amazon.2026Q1``.
    quantity, entity, period
        What it is of. Of a user's own model the quantity is the metric.
    unit
        Of the value, as the model has it.
    read
        How the model's own quantity is read.
    value : in ``unit``
        The figure; nan where it is not known.
    error
        Standard deviation of the figure's own error: in logs, or in the unit where the law is normal.
    law
        ``lognormal`` or ``normal``.
    scale
        Prior of how far figures lie from the model's quantity; "" for none.
    known
        Day on which it was known.
    stage
        Which quarter of evidence it belongs to, as a label.
    series, sources, file
        Where it comes from.
    """

    name: str
    quantity: str
    entity: str
    period: str
    unit: str
    read: Read
    value: float = float("nan")
    error: float = 0.0
    law: Literal["lognormal", "normal"] = "lognormal"
    scale: str = ""
    known: date | None = None
    stage: str = ""
    series: str = ""
    sources: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An observation that is not used, and why."""

    observation: Observation
    reason: Reason


@dataclass(frozen=True, slots=True)
class Matched:
    """Evidence as a study sees it.

    Attributes
    ----------
    used
        In the order of the quarters of evidence.
    ahead
        What is asked of the posterior: capex of the quarter after the last one used.
    left_out
        All else.
    """

    used: tuple[Datum, ...]
    ahead: tuple[Datum, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """The quarters of evidence, in order."""
        return tuple(dict.fromkeys(one.stage for one in self.used))


@runtime_checkable
class Matcher(Protocol):
    """What knows which quantity of a model an observation is of."""

    def of(self, one: Observation) -> Datum | Reason:
        """Return the model's quantity for an observation, without a value, or why there is none."""
        ...

    def ahead(self, used: list[Datum]) -> Iterable[Datum]:
        """Return what is asked of the posterior after these figures: the same quantities, one step later."""
        ...
