"""A study held to its own evidence before anyone believes its verdict: the predictive checks, row by row."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.analysis.checks import Evaluation, Outcome
from simulator.report.figures.outcome import SAY, about_run, note
from simulator.report.figures.style import PALETTE, blank, say, styled

#: Inches of a row, and of all else.
PITCH, REST = 0.3, 2.1
#: What is drawn of each row's scale.
BEFORE, AFTER = -0.7, 1.7


@styled
def checks(evaluation: Evaluation) -> Figure:
    """Return what a study implies about each fact beside the range that the evidence gives.

    Every row has its own scale: the evidence lies between 0 and 1.

    Parameters
    ----------
    evaluation
        From `simulator.evaluate_checks`.
    """
    outcomes = evaluation.outcomes
    figure, axes = blank(REST + PITCH * len(outcomes))
    axes.axvspan(0, 1, color=PALETTE["two"], alpha=0.16, linewidth=0)
    for place, outcome in enumerate(outcomes):
        _row(axes, place, outcome)
    axes.annotate("the evidence", (0.5, -0.75), ha="center", va="bottom", color=PALETTE["two"], weight="bold")
    axes.set_yticks(range(len(outcomes)), [outcome.check.title for outcome in outcomes])
    axes.tick_params(axis="y", labelcolor=PALETTE["ink"], labelsize=8.5)
    axes.set_ylim(len(outcomes) - 0.4, -1.3)
    axes.set_xlim(BEFORE - 0.05, AFTER + 0.05)
    axes.set_xticks([0, 1], ["low", "high"])
    axes.set_xlabel("range of the evidence")
    failed = [outcome.check.title for outcome in outcomes if not outcome.passed]
    agreed = f"{len(outcomes) - len(failed)} of {len(outcomes)}" if failed else f"All {len(outcomes)}"
    say(
        figure,
        f"{agreed} checks agree with the evidence",
        f"Not so: {'; '.join(failed)}."
        if failed
        else "Beside each row its median or probability, and the evidence.",
        "Dot: median or probability; line: 80% of paths, an arrow where it goes on. A check asks that its "
        "median lie in the range, that this interval overlap it, or that a probability lie in it. "
        + note(about_run(evaluation.run)),
    )
    return figure


def _row(axes: Axes, place: int, outcome: Outcome) -> None:
    check = outcome.check
    width = (check.high - check.low) or 1.0
    color = PALETTE["one"] if outcome.passed else PALETTE["bear"]
    single = check.statistic == "value_within"
    middle = outcome.mean if single else outcome.quantiles["p50"]
    ends = [middle.value] * 2 if single else [outcome.quantiles[p].value for p in ("p10", "p90")]
    low, high, at = ((value - check.low) / width for value in (*ends, middle.value))
    axes.plot(np.clip([low, high], BEFORE, AFTER), [place, place], color=color, linewidth=2)
    for end, limit, mark in ((low, BEFORE, "<"), (high, AFTER, ">")):
        if (end - limit) * limit > 0:
            axes.plot([limit], [place], mark, color=color, markersize=5)
    axes.plot(
        np.clip([at], BEFORE, AFTER), [place], "o" if outcome.passed else "X", color=color, markersize=6.5
    )
    unit = "" if check.unit == "1" else f" {check.unit}"
    axes.annotate(
        f"{middle.value:.3g} ({SAY.number(check.low)} to {SAY.number(check.high)}{unit})".replace("-", "−"),
        (1.0, place),
        (6, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        va="center",
        color=PALETTE["soft"] if outcome.passed else PALETTE["bear-ink"],
        fontsize=8.5,
        annotation_clip=False,
    )
