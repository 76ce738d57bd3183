"""What the difference of two studies is made of: each part's share, which add up to the whole."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.errors import UsageError
from simulator.estimate import Number as Estimate
from simulator.report.figures.differences import CLEAR, ROOM
from simulator.report.figures.outcome import SAY, unknown
from simulator.report.figures.style import PALETTE, blank, say, styled, write_numbers

#: Inches of a row, and of all else.
PITCH, REST = 0.34, 2.0
WHOLE = "the whole change"


@styled
def parts(found: Mapping[str, Any], statistic: str = "p_bear(group)") -> Figure:
    """Return the shares that parts of a difference have in the change of one statistic.

    Parameters
    ----------
    found
        What `simulator.diff` returned.
    statistic
        One that it tells, such as ``p_bear(group)`` or ``mean(value_created.group)``.

    Raises
    ------
    UsageError
        It does not tell this statistic, or could not divide the change among parts.
    """
    if statistic not in found["statistics"]:
        raise UsageError(unknown("statistic", statistic, found["statistics"]))
    if not found["parts"]:
        message = (
            f"parts: the change is not divided among any: {found['not_attributed'] or 'nothing changed'}"
        )
        raise UsageError(message)
    one = found["statistics"][statistic]
    chance = one["function"] in ("p_bull", "p_base", "p_bear")
    factor, unit = (100.0, SAY.unit("points")) if chance else (1.0, SAY.unit(one["unit"]))
    shares = {part["name"]: _scaled(part["effects"][statistic]["share"], factor) for part in found["parts"]}
    rows = sorted(shares.items(), key=lambda row: -abs(row[1].value))
    change = _scaled(one["change"], factor)
    figure, axes = blank(REST + PITCH * (len(rows) + 1))
    _draw(axes, [*rows, (WHOLE, change)])
    what = f"Probability of {one['function'][2:]}, {one['of']}" if chance else statistic
    axes.set_xlabel(f"Share in the change, {unit.axis}".rstrip(", "))
    names = [found[which]["study"] for which in ("first", "second")]
    first = rows[0]
    say(
        figure,
        f"{what}: {SAY.estimate(change.to_json(), 1.0, unit)} from {names[0]} to {names[1]}",
        f"Of that {first[0]} {SAY.estimate(first[1].to_json(), 1.0, unit)}. Shares add up to the change.",
        "A share is the mean of the part's step when parts are changed one by one, in alphabetical order and "
        f"in the reverse. Whiskers: two standard errors. {found['paths']:,} paths on the same draws, seed "
        f"{found['seed']}, {found['sampler']}.",
    )
    return figure


def _draw(axes: Axes, rows: list[tuple[str, Estimate]]) -> None:
    ends = [one.value + side * CLEAR * one.error for _, one in rows for side in (-1, 1)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    for place, (name, one) in enumerate(rows):
        color = "ink" if name == WHOLE else "one" if one.value > 0 else "two"
        axes.barh(place, one.value, height=0.6, color=PALETTE[color])
        whisker = [one.value - CLEAR * one.error, one.value + CLEAR * one.error]
        axes.plot(whisker, [place] * 2, color=PALETTE["soft" if name == WHOLE else "ink"], linewidth=1)
        left = one.value < -CLEAR * one.error
        axes.annotate(
            SAY.estimate(one.to_json()),
            (whisker[0] if left else max(whisker[1], 0.0), place),
            (-4 if left else 4, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=8.5,
        )
    room = ROOM * ((high - low) or 1.0)
    axes.set_xlim(low - (room if low < 0 else 0.0), high + room)
    axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.tick_params(axis="y", labelcolor=PALETTE["ink"])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="x")
    write_numbers(axes, "x")


def _scaled(number: Mapping[str, float], factor: float) -> Estimate:
    return Estimate(number["value"] * factor, number["mcse"] * factor)
