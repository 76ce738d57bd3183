"""What sets bull and bear paths apart: how far each prior lies from where it is on all other paths."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.analysis.explanation import explain
from simulator.errors import UsageError
from simulator.report.figures.outcome import SAY, Source, about_run, entity_title, note, run_of
from simulator.report.figures.style import PALETTE, blank, say, styled, write_numbers

#: Priors that are drawn, and those that are looked through for them.
ROWS, LOOKED = 10, 40
#: Inches of a row, and of all else.
PITCH, REST = 0.32, 2.1


@styled
def shifts(source: Source, entity: str = "group") -> Figure:
    """Return the priors that differ most between the paths of a verdict and all others, for bull and bear.

    Parameters
    ----------
    source
        A run, or the tree that `Run.to_datatree` makes of it.
    entity
        ``group`` or a company, or ``model`` for a model without any.

    Raises
    ------
    UsageError
        There is no verdict of that entity, or it never is bull or bear.
    """
    run = run_of(source)
    told = explain(run, [f"bull.{entity}", f"bear.{entity}"], LOOKED)
    found = {
        verdict: {one["prior"]: one["shift"] for one in told["targets"][f"{verdict}.{entity}"]["shifts"]}
        for verdict in ("bear", "bull")
    }
    both = [prior for prior in found["bull"] if prior in found["bear"]]
    rows = sorted(both, key=lambda prior: -max(abs(found[v][prior]["value"]) for v in found))[:ROWS]
    if not rows:
        message = f"shifts: {entity} is never bull, or never bear; there is nothing to set apart"
        raise UsageError(message)
    figure, axes = blank(REST + PITCH * len(rows))
    for place, prior in enumerate(rows):
        _row(axes, place, {verdict: found[verdict][prior] for verdict in found})
    axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(axis="y", labelcolor=PALETTE["ink"])
    axes.set_ylim(len(rows) - 0.5, -1.0)
    axes.margins(x=0.08)
    axes.grid(axis="x")
    write_numbers(axes, "x")
    axes.set_xlabel("mean on the paths of a verdict less that on all others, in sd of the prior")
    apart = [f"{SAY.estimate(found[verdict][rows[0]])} on {verdict} paths" for verdict in ("bull", "bear")]
    whose = entity_title(run, entity) or "all paths"
    say(
        figure,
        f"{whose[:1].upper()}{whose[1:]}: {rows[0]} sets verdicts apart most, {' and '.join(apart)}",
        "In standard deviations of each prior, against all other paths.",
        "Whiskers: two standard errors. " + note(about_run(source) | {"paths_kept": told["paths"]}),
    )
    return figure


def _row(axes: Axes, place: int, own: Mapping[str, Mapping[str, Any]]) -> None:
    ends = [own[verdict]["value"] for verdict in own]
    axes.plot(ends, [place] * 2, color=PALETTE["rule"], linewidth=3, solid_capstyle="butt", zorder=1)
    for verdict, shift in own.items():
        value, error = shift["value"], shift["mcse"]
        axes.plot(
            [value - 2 * error, value + 2 * error], [place] * 2, color=PALETTE["ink"], linewidth=1, zorder=3
        )
        axes.plot([value], [place], "o", color=PALETTE[verdict], markersize=8, zorder=2)
        if place == 0:
            axes.annotate(
                SAY(f"verdict.{verdict}"),
                (value, place - 0.35),
                (0, 3),
                textcoords="offset points",
                ha="center",
                color=PALETTE[f"{verdict}-ink"],
                weight="bold",
            )
