"""Metrics as lines of a terminal: their names, their units and the text of their numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rich.text import Text

from simulator.analysis.display import display_of, in_its_unit
from simulator.estimate import MetricStatistics, Number
from simulator.report.console import plain
from simulator.report.page.locale import Locale
from simulator.study.domain import known_metrics


@dataclass(frozen=True, slots=True)
class Line:
    """How a metric is displayed.

    Attributes
    ----------
    metric, label, unit
        Its name in the summary, and its name and unit for a reader.
    factor
        From the summary's unit to the one displayed.
    infinite
        What an infinite value means.
    low_is_bad
        Whether its lower tail is the one to fear, which is the one that the summary averages over.
    chance
        Whether its mean is told, which is a chance, rather than its median.
    """

    metric: str
    label: str
    unit: str
    factor: float = 1.0
    infinite: str = "∞"
    low_is_bad: bool = False
    chance: bool = False

    @property
    def header(self) -> Text:
        """The metric's name over its unit."""
        return Text.assemble((self.label, "not dim bold"), f"\n{self.unit}")

    @property
    def title(self) -> str:
        """The metric's name, and its unit where it has one."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def text(self, number: Number, *, none: str = "–") -> str:
        """Return a number of this metric with its error, or `none` where there is no number."""
        if math.isnan(number.value):
            return none
        if number.value == math.inf:
            return self.infinite
        return str(number * self.factor)


@cache
def lines(exposure: str = "") -> tuple[Line, ...]:
    """Return the metrics of the first screen, or those of an exposure, in their order."""
    metrics = [
        (one, summary)
        for one in known_metrics().values()
        if one.exposure == exposure and (summary := one.summary) is not None
    ]
    return tuple(
        Line(
            one.name,
            summary.label,
            summary.unit,
            summary.factor,
            summary.infinite,
            one.low_is_bad,
            one.chance,
        )
        for one, summary in sorted(metrics, key=lambda pair: pair[1].rank)
    )


#: Chances as shares of the paths.
CHANCE = Line("verdict", "Verdict", "% of paths", 100.0)


def own_lines(estimates: Mapping[str, MetricStatistics]) -> list[Line]:
    """Return a line for each metric of a user's own model, by name; none of the build-out's."""
    known = {line.metric for line in lines()}
    if any(name.partition(".")[0] in known for name in estimates):
        return []
    return [Line(name, words(name), plain(one.unit)) for name, one in estimates.items()]


def scale(metric: str, unit: str) -> tuple[float, str]:
    """Return what brings a metric to the unit for a reader, and that unit: shares in per cent."""
    one = display_of(metric)
    if not in_its_unit(one, unit):
        return 1.0, "" if unit == "1" else plain(unit)
    return one.factor, Locale("en").unit(one.unit).axis


def words(metric: str) -> str:
    """Return a metric's name as words."""
    return plain(metric.replace("_", " "))
