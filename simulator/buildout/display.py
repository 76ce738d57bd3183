"""How the metrics and the series of the build-out are displayed, and in which part of a report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from simulator.estimate.verdicts import by_entity

type Rows = Float[np.ndarray, "quarter row path"]


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
    """

    metric: str
    unit: str
    factor: float = 1.0
    low_is_bad: bool = False


type Displays = tuple[MetricDisplay, ...]

#: The metrics that get charts, in the order of the report.
CHARTED = (
    MetricDisplay("value_created", "money", low_is_bad=True),
    MetricDisplay("roic", "percent_year", 100.0, low_is_bad=True),
    MetricDisplay("stranded_share", "percent", 100.0),
    MetricDisplay("eps_drag", "dollars"),
    MetricDisplay("payback_years", "years"),
)

#: Those that stand in a table only.
TABLED = (
    MetricDisplay("value_per_dollar", "percent", 100.0, low_is_bad=True),
    MetricDisplay("stranded_value", "money"),
    MetricDisplay("eps_incremental", "dollars", low_is_bad=True),
    MetricDisplay("fcf_trough", "money_year", low_is_bad=True),
    MetricDisplay("noncircular_yield", "percent_year", 100.0, low_is_bad=True),
    MetricDisplay("gross_margin", "percent", 100.0, low_is_bad=True),
    MetricDisplay("energised_share", "percent", 100.0, low_is_bad=True),
    MetricDisplay("utilisation", "percent", 100.0, low_is_bad=True),
    MetricDisplay("capex_2026", "money"),
    MetricDisplay("capex_intensity", "percent", 100.0),
)

#: Most metrics of a user's own model that get charts.
MOST_CHARTED = 12


def display_of(metric: str) -> MetricDisplay:
    """Return how one of our metrics is displayed; any other as it is."""
    return next((one for one in (*CHARTED, *TABLED) if one.metric == metric), MetricDisplay(metric, "1"))


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
    known = {one.metric: one for one in (*CHARTED, *TABLED)}
    # A user's own metric may have the name of one of ours: it is ours only in our unit.
    ours = {name: one for name, one in known.items() if name in present and _native(one) == present[name]}
    charted = tuple(one for one in CHARTED if one.metric in ours)
    tabled = tuple(one for one in TABLED if one.metric in ours)
    others = tuple(MetricDisplay(metric, unit) for metric, unit in present.items() if metric not in ours)
    if charted:
        return charted, (*tabled, *others)
    return others[:MOST_CHARTED], (*tabled, *others[MOST_CHARTED:])


def in_its_unit(one: MetricDisplay, unit: str) -> bool:
    """Return whether a unit is that of one of our metrics; a user's metric of that name may have another."""
    return one in (*CHARTED, *TABLED) and _native(one) == unit


def _native(one: MetricDisplay) -> str:
    return {
        "money": "USD bn",
        "money_year": "USD bn/yr",
        "percent": "1",
        "percent_year": "1/yr",
        "dollars": "USD",
        "years": "yr",
    }[one.unit]


@dataclass(frozen=True, slots=True)
class SeriesDisplay:
    """A chart over time: one quantity, or two to compare.

    Attributes
    ----------
    key
        The catalogue's key of its title and note.
    unit
        The catalogue's key of its unit.
    parts
        By the catalogue's key, how each quantity comes from the model's series, ``[quarter, row, path]``.
    """

    key: str
    unit: str
    parts: Mapping[str, Callable[[Mapping[str, Rows]], Rows]]
    per_share: bool = False


def _added_earnings(series: Mapping[str, Rows]) -> Rows:
    """Return earnings beyond those of the first quarter, at a yearly rate."""
    return 4 * (series["nopat"] - series["nopat"][:1])


#: The model's series that the charts over time are made of: no others are held in memory.
SERIES = (
    "capex",
    "revenue",
    "noncircular_revenue",
    "ordered_gw",
    "energised_gw",
    "idle_value",
    "depreciation",
    "nopat",
    "fcf",
)

#: Charts over time, in the order of the report.
OVER_TIME = (
    SeriesDisplay("capex", "money_quarter", {"capex": lambda s: s["capex"]}),
    SeriesDisplay(
        "revenue",
        "money_quarter",
        {"revenue": lambda s: s["revenue"], "noncircular": lambda s: s["noncircular_revenue"]},
    ),
    SeriesDisplay(
        "power",
        "gigawatts",
        {
            "delivered": lambda s: np.cumsum(s["ordered_gw"], axis=0),
            "energised": lambda s: np.cumsum(s["energised_gw"], axis=0),
        },
    ),
    SeriesDisplay("idle_value", "money", {"idle_value": lambda s: s["idle_value"]}),
    SeriesDisplay("depreciation", "money_quarter", {"depreciation": lambda s: s["depreciation"]}),
    SeriesDisplay("fcf", "money_quarter", {"fcf": lambda s: s["fcf"]}),
    SeriesDisplay("eps", "dollars_year", {"eps": _added_earnings}, per_share=True),
)
