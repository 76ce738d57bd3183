"""Forecasts against outcomes: how much better than baselines, and how often intervals had the outcome."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np

from simulator.analysis.distribution import ALL, Histogram
from simulator.errors import UsageError
from simulator.estimate import Number
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, percent, unknown
from simulator.report.drawing import WIDE, Range, Ranges, Size, ranges, shape

#: Colours of the baselines.
KINDS = ("one", "two", "three", "base", "all")
#: Of a histogram of places.
_SIZE = Size("wide", WIDE.width, 270)


def skill(summary: Mapping[str, Any], scope: str = "group") -> Chart:
    """Return the skill of the forecaster against each baseline by quarters ahead, with its errors.

    Parameters
    ----------
    summary
        What `simulator.score` returned.
    scope
        ``group``, ``companies`` taken together, or one of them.

    Raises
    ------
    UsageError
        There is no such scope.
    """
    known = [row for row in summary["skill"] if row["scope"] == scope and row["crps"]["value"] is not None]
    if not known:
        raise UsageError(unknown("scope", scope, dict.fromkeys(row["scope"] for row in summary["skill"])))
    found: dict[str, dict[int | None, Number]] = {}
    for row in known:
        found.setdefault(row["against"], {})[row["horizon"]] = _number(row["crps"])
    rows = [
        Ranges(
            f"{_name(name)}, {horizon} quarter{'s' if horizon > 1 else ''} ahead",
            [_within_error(kind, one)],
            text=LOCALE.estimate(one.to_json()),
        )
        for kind, (name, own) in zip(KINDS, found.items(), strict=False)
        for horizon, one in own.items()
        if horizon is not None
    ]
    best = [f"{LOCALE.estimate(own[None].to_json())} against {_name(name)}" for name, own in found.items()]
    origins = summary["origins"]
    return Chart(
        f"Capex of the {scope}: skill {', '.join(best[:2])}",
        f"{'; '.join(best[2:])}{'. ' if best[2:] else ''}Of all quarters ahead together. Above 0 is better.",
        f"{len(origins)} origins from {origins[0]['quarter']} to {origins[-1]['quarter']}, each with what "
        "was known on its day. CRPS: distance of a forecast from what happened, in logs. Lines: two "
        "standard errors, from resampling whole years, of which there are few; none where fewer than three "
        "years have outcomes.",
        ranges(WIDE, rows, {"label": "skill", "across": "skill: 1 − ratio of CRPS"}, LOCALE.tick),
        [(kind, f"against {_name(name)}") for kind, name in zip(KINDS, found, strict=False)],
    )


def calibration(summary: Mapping[str, Any], scope: str = "companies") -> Chart:
    """Return where outcomes fell within their forecasts: level where the forecaster is calibrated.

    Parameters
    ----------
    summary
        What `simulator.score` returned.
    scope
        ``group``, ``companies`` taken together, or one of them.

    Raises
    ------
    UsageError
        There is no such scope.
    """
    if scope not in summary["pit"]:
        raise UsageError(unknown("scope", scope, summary["pit"]))
    counts = np.array(summary["pit"][scope], np.float64)
    bins = Histogram(np.linspace(0, 100, len(counts) + 1), {ALL: counts / counts.sum()}, 0.0, 0.0, 0.0)
    inside = {level: _number(share) for level, share in summary["coverage"][scope].items()}
    coverage = [
        f"{percent(share)} of outcomes inside intervals of {level}%" for level, share in inside.items()
    ]
    middle = list(inside)[len(inside) // 2]
    texts = {
        "label": "calibration",
        "across": "place of the outcome within its forecast, percentile",
        "up": "% of outcomes",
    }
    return Chart(
        f"Capex of the {scope}: {percent(inside[middle])} of outcomes inside intervals of {middle}%",
        f"{'; '.join(coverage)}.",
        f"Dashed: calibrated. {int(counts.sum()):,} outcomes; neighbouring ones overlap, so that they are "
        "worth far fewer. Errors are from resampling whole years.",
        shape(_SIZE, bins, 1.0, [], texts, LOCALE.tick, 100 / len(counts)),
    )


def _within_error(kind: str, one: Number) -> Range:
    error = 2 * one.error if isfinite(one.error) else 0.0
    return Range(kind, one.value - error, one.value, one.value + error)


def _number(found: Mapping[str, float | None]) -> Number:
    return Number.from_json({"value": found["value"], "mcse": found["error"]})


def _name(method: str) -> str:
    return method.replace("_", " ")
