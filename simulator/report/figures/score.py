"""Forecasts held to what happened: how much better than baselines, and whether the intervals held."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.report.figures.outcome import SAY, percent, unknown
from simulator.report.figures.style import PALETTE, blank, halo, say, spread, styled, write_numbers

#: Inches.
HEIGHT = 4.2
#: Colour and marker of each baseline, and how far apart those of one horizon are drawn.
LOOKS = (("one", "o"), ("two", "s"), ("bear", "D"), ("soft", "^"))
APART = 0.09
#: Least distance of two names, of the height of the drawing.
GAP = 0.075


@styled
def skill(summary: Mapping[str, Any], scope: str = "group") -> Figure:
    """Return the skill of the forecaster against each baseline by quarters ahead, with its errors.

    Parameters
    ----------
    summary
        What `simulator.score` returned.
    scope
        ``group``, ``companies`` taken together, or one of them.
    """
    rows = [row for row in summary["skill"] if row["scope"] == scope and row["crps"]["value"] is not None]
    if not rows:
        raise UsageError(unknown("scope", scope, dict.fromkeys(row["scope"] for row in summary["skill"])))
    found: dict[str, dict[int | None, Estimate]] = {}
    for row in rows:
        found.setdefault(row["against"], {})[row["horizon"]] = _estimate(row["crps"])
    figure, axes = blank(HEIGHT)
    ends: list[tuple[float, str, str]] = []
    for place, (name, (color, mark)) in enumerate(zip(found, LOOKS, strict=False)):
        told = {horizon: one for horizon, one in found[name].items() if horizon is not None}
        at = np.array(list(told)) + APART * (place - 1)
        value, error = (
            np.array([getattr(one, part) for one in told.values()]) for part in ("value", "error")
        )
        axes.errorbar(
            at, value, np.nan_to_num(2 * error), fmt=mark, color=PALETTE[color], markersize=5, linewidth=1.2
        )
        ends.append((float(value[-1]), _name(name), PALETTE[color]))
    axes.axhline(0, color=PALETTE["ink"], linewidth=0.8)
    last = max(horizon for own in found.values() for horizon in own if horizon is not None)
    axes.set_xlim(0.6, last + 0.35)
    axes.set_xticks(range(1, last + 1))
    axes.set_xlabel("quarters ahead")
    axes.set_ylabel("skill: 1 − ratio of CRPS")
    axes.grid(axis="y")
    write_numbers(axes, "y")
    bottom, top = axes.get_ylim()
    for y, (_, text, color) in zip(spread([one[0] for one in ends], GAP * (top - bottom)), ends, strict=True):
        halo(axes.annotate(text, (last + 0.42, y), color=color, va="center", annotation_clip=False))
    best = [f"{SAY.estimate(own[None].to_json())} against {_name(name)}" for name, own in found.items()]
    origins = summary["origins"]
    say(
        figure,
        f"Capex of the {scope}: skill {', '.join(best[:2])}",
        f"{'; '.join(best[2:])}{'. ' if best[2:] else ''}Of all quarters ahead together. Above 0 is better.",
        f"{len(origins)} origins from {origins[0]['quarter']} to {origins[-1]['quarter']}, each with what "
        "was known on its day. CRPS: distance of a forecast from what happened, in logs. Whiskers: two "
        "standard errors, from resampling whole years, of which there are few; none where fewer than three "
        "years hold the outcomes.",
    )
    return figure


@styled
def calibration(summary: Mapping[str, Any], scope: str = "companies") -> Figure:
    """Return where outcomes fell within their forecasts: level where the forecaster is calibrated.

    Parameters
    ----------
    summary
        What `simulator.score` returned.
    scope
        ``group``, ``companies`` taken together, or one of them.
    """
    if scope not in summary["pit"]:
        raise UsageError(unknown("scope", scope, summary["pit"]))
    counts = np.array(summary["pit"][scope], np.float64)
    figure, axes = blank(HEIGHT)
    edges = np.linspace(0, 100, len(counts) + 1)
    axes.stairs(100 * counts / counts.sum(), edges, fill=True, color=PALETTE["one"], alpha=0.35, linewidth=0)
    level = 100 / len(counts)
    axes.axhline(level, color=PALETTE["ink"], linewidth=1, linestyle=(0, (4, 2)))
    halo(axes.annotate("calibrated", (1, level), (0, 4), textcoords="offset points", va="bottom"))
    axes.set_xlim(0, 100)
    axes.set_xlabel("place of the outcome within its forecast, percentile")
    axes.set_ylabel("% of outcomes")
    axes.grid(axis="y")
    write_numbers(axes, "y")
    inside = {level: _estimate(share) for level, share in summary["coverage"][scope].items()}
    told = [f"{percent(share)} of outcomes inside intervals of {level}%" for level, share in inside.items()]
    middle = list(inside)[len(inside) // 2]
    say(
        figure,
        f"Capex of the {scope}: intervals of {middle}% held {percent(inside[middle])} of outcomes",
        f"{'; '.join(told)}.",
        f"{int(counts.sum()):,} outcomes; neighbouring ones overlap, so that they are worth far fewer. "
        "Errors are from resampling whole years.",
    )
    return figure


def _estimate(number: Mapping[str, float | None]) -> Estimate:
    return Estimate.from_json({"value": number["value"], "mcse": number["error"]})


def _name(method: str) -> str:
    return method.replace("_", " ")
