"""Which metrics a report displays, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from simulator.estimate.verdicts import by_entity
from simulator.study.domain import known_metrics


@dataclass(frozen=True, slots=True)
class MetricDisplay:
    """How a metric is displayed.

    Attributes
    ----------
    metric
        Its short name; the catalogue has its label, and what it is.
    unit
        The catalogue's key of its unit, or the unit as the model gives it.
    factor
        From the model's unit to the catalogue's.
    low_is_bad
        Whether the lower tail is the one to fear.
    infinite
        Whether infinity is an answer.
    chance
        Whether it is one or zero on a path, so that its mean alone is told, which is a chance.
    exposure
        Kind of exposure without which nobody has it; those of a kind stand by themselves.
    """

    metric: str
    unit: str
    factor: float = 1.0
    low_is_bad: bool = False
    infinite: bool = False
    chance: bool = False
    exposure: str = ""


#: Kind of exposure of a company that borrows; its metrics are the debt of a report and of the terminal.
DEBT = "levered"

#: By the unit of a model: the catalogue's key of the unit it is displayed in, and the factor to it.
_UNITS = {
    "USD bn": ("money", 1.0),
    "USD bn/yr": ("money_year", 1.0),
    "1": ("percent", 100.0),
    "1/yr": ("percent_year", 100.0),
    "USD": ("dollars", 1.0),
    "yr": ("years", 1.0),
}

#: The same of a number that says how many times.
_MULTIPLE = ("times", 1.0)


@cache
def known() -> Mapping[str, MetricDisplay]:
    """Return how the metrics of every domain are displayed, by name."""
    return {
        one.name: MetricDisplay(
            one.name,
            *(_MULTIPLE if one.multiple else _UNITS[one.unit]),
            one.low_is_bad,
            one.infinite,
            one.chance,
            one.exposure,
        )
        for one in known_metrics().values()
    }


def display_of(metric: str) -> MetricDisplay:
    """Return how a domain's metric is displayed; any other as it is."""
    return known().get(metric) or MetricDisplay(metric, "1")


#: Most metrics of a user's own model that get charts.
MOST_CHARTED = 12


def displayed_metrics(
    units: Mapping[str, str],
) -> tuple[tuple[MetricDisplay, ...], tuple[MetricDisplay, ...]]:
    """Return the metrics of a run that get charts, and those that stand in a table only.

    Parameters
    ----------
    units
        Of every metric of the run, by full name.
    """
    present: dict[str, str] = {}
    for own in by_entity(units).values():
        for metric, name in own.items():
            present.setdefault(metric, units[name])
    # A user's own metric may have the name of a domain's: it is displayed as that only in its unit.
    ours = {
        name: one for name, one in known_metrics().items() if name in present and one.unit == present[name]
    }
    charted = tuple(known()[name] for name, one in ours.items() if one.chart)
    tabled = tuple(known()[name] for name, one in ours.items() if not one.chart)
    others = tuple(MetricDisplay(metric, unit) for metric, unit in present.items() if metric not in ours)
    if charted:
        return charted, (*tabled, *others)
    return others[:MOST_CHARTED], (*tabled, *others[MOST_CHARTED:])


def in_its_unit(one: MetricDisplay, unit: str) -> bool:
    """Return whether a unit is that of a domain's metric; a user's metric of that name may have another."""
    return known().get(one.metric) == one and known_metrics()[one.metric].unit == unit
