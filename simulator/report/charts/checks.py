"""A study against its own evidence before anyone believes its verdict: the predictive checks, row by row."""

from simulator.analysis.checks import Evaluation, Outcome
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, note
from simulator.report.drawing import WIDE, Axis, Range, Ranges, ranges

#: Of each row's scale what is drawn, and where the evidence lies.
_AXIS = Axis((-0.7, 1.7), [(0.0, "low"), (1.0, "high")], (0.0, 1.0))


def checks(evaluation: Evaluation) -> Chart:
    """Return what a study implies about each fact beside the range that the evidence gives.

    Every row has its own scale: the evidence lies between its low and its high end.

    Parameters
    ----------
    evaluation
        From `simulator.evaluate_checks`.
    """
    outcomes = evaluation.outcomes
    failed = [outcome.check.title for outcome in outcomes if not outcome.passed]
    agreed = f"{len(outcomes) - len(failed)} of {len(outcomes)}" if failed else f"All {len(outcomes)}"
    texts = {"label": "predictive checks", "across": "range of the evidence (shaded)"}
    return Chart(
        f"{agreed} checks agree with the evidence",
        f"Not so: {'; '.join(failed)}." if failed else "",
        "Dot: median or probability, in figures at the right with the evidence; line: 80% of paths, an arrow "
        "where it goes on. A check asks that its median lie in the range, that this interval overlap it, or "
        f"that a probability lie in it. {note(evaluation.run)}",
        ranges(WIDE, [_row(outcome) for outcome in outcomes], texts, LOCALE.tick, _AXIS),
        [("one", "agrees"), ("three", "does not")] if failed else [],
    )


def _row(outcome: Outcome) -> Ranges:
    check = outcome.check
    width = (check.high - check.low) or 1.0
    single = check.statistic == "value_within"
    middle = outcome.mean if single else outcome.quantiles["p50"]
    ends = [middle.value] * 2 if single else [outcome.quantiles[p].value for p in ("p10", "p90")]
    low, at, high = ((value - check.low) / width for value in (ends[0], middle.value, ends[1]))
    unit = "" if check.unit == "1" else f" {check.unit}"
    text = f"{middle.value:.3g} ({LOCALE.number(check.low)} to {LOCALE.number(check.high)}{unit})".replace(
        "-", "−"
    )
    return Ranges(check.title, [Range("one" if outcome.passed else "three", low, at, high)], text=text)
