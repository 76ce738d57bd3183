"""What a domain says of its metrics and series: their units, and how they are displayed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    type Rows = Float[np.ndarray, "quarter row path"]


@dataclass(frozen=True, slots=True)
class Summary:
    """A metric in a table of the terminal.

    Attributes
    ----------
    rank
        Its place, from 1.
    label, unit
        Its name and unit there, in English.
    factor
        From the unit of the metric to that one.
    infinite
        What an infinite value means.
    """

    rank: int
    label: str
    unit: str
    factor: float = 1.0
    infinite: str = "∞"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a domain's model.

    Attributes
    ----------
    name
        Without the entity.
    unit
        In which the model returns it.
    texts
        By language, its ``label`` and what it is, ``about``.
    group
        Whether the group of all entities has it too.
    low_is_bad
        Whether the lower tail is the one to fear.
    per_dollar
        Whether it is the first metric over what was put in, and is told with it.
    outlay
        Whether it is what is spent, which says how much is at stake.
    infinite
        Whether infinity is an answer.
    multiple
        Whether a number without a unit says how many times, rather than a share in per cent.
    chance
        Whether it is one or zero on a path: its mean, a chance, is told where others have their median.
    chart
        Whether it has a chart of its own in a report, rather than a row of a table.
    updated
        Whether an update of beliefs gives it before and after.
    explained
        For whom its variance is explained unless others are asked for: ``all``, ``group``, or nobody.
    summary
        How it stands on the terminal, if it does: in the table of its exposure, or on the first screen.
    exposure
        Kind of exposure without which an entity does not have it; every entity has it where there is none.
    """

    name: str
    unit: str
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    group: bool = True
    low_is_bad: bool = False
    per_dollar: bool = False
    outlay: bool = False
    infinite: bool = False
    multiple: bool = False
    chance: bool = False
    chart: bool = False
    updated: bool = False
    explained: Literal["all", "group", ""] = ""
    summary: Summary | None = None
    exposure: str = ""

    @classmethod
    def from_table(cls, name: str, table: Mapping[str, Any]) -> Metric:
        """Return the metric that a table of TOML describes; its texts stand under their languages."""
        own = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
        texts = {
            key: value for key, value in table.items() if isinstance(value, Mapping) and key != "summary"
        }
        summary = Summary(**table["summary"]) if "summary" in table else None
        return cls(name, texts=texts, summary=summary, **own)


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """A chart over time: one quantity, or two to compare.

    Attributes
    ----------
    key
        Of its title and note among the messages of a report.
    unit
        Key of its unit among them.
    parts
        By the key of its label, how each quantity comes from the model's series.
    reads
        The series that they come from.
    per
        Prior, less the entity's name, by which amounts are divided: ``finance.shares``, for earnings per
        share. The group has no such chart.
    in_page
        Whether a page with the model inside has it.
    """

    key: str
    unit: str
    parts: Mapping[str, Callable[[Mapping[str, Rows]], Rows]]
    reads: tuple[str, ...]
    per: str = ""
    in_page: bool = False
