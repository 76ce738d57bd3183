"""Predictive checks on the terminal: the range of the evidence beside the numbers of the study."""

from rich.console import Console
from rich.text import Text

from simulator.analysis.checks import QUANTILES, Evaluation, Outcome
from simulator.estimate import Number
from simulator.report.beliefs import number
from simulator.report.console import plain

#: Widths of the columns: whether it agrees, the range of the evidence, and an estimate with its error.
VERDICT, EVIDENCE, CELL = 8, 14, 19

LEGEND = (
    "Evidence: the range of what was known. P10, P50, P90: of the study's paths, ± one standard error of the "
    "simulation; a probability stands in the middle. * what is compared with the evidence."
)
UNCLEAR = "? within two standard errors of a bound: more --paths may change the result."


def print_checks(console: Console, evaluation: Evaluation) -> None:
    """Print every check: its quantity, whether the study agrees, the numbers, and the sources."""
    outcomes, run = evaluation.outcomes, evaluation.run
    passed = len(outcomes) - len(evaluation.failed)
    count = f"{passed} of {len(outcomes)} predictive checks pass"
    console.print(Text(f"{plain(run.study.name)}: {count}", style="bold"))
    console.print(Text(f"{run.plan.paths:,} paths by {run.plan.sampler}, seed {run.plan.seed}", style="dim"))
    header = "".join(f"{name.upper():>{CELL}}" for name in QUANTILES)
    console.print(Text(f"\n{'':{VERDICT}}{'Evidence':>{EVIDENCE}}{header}", style="dim"))
    for outcome in outcomes:
        _print_one(console, outcome)
    console.print()
    if not all(outcome.clear for outcome in outcomes):
        console.print(Text(UNCLEAR, style="dim"))
    console.print(Text(LEGEND, style="dim"))


def _print_one(console: Console, outcome: Outcome) -> None:
    check = outcome.check
    console.print(
        Text.assemble((plain(check.title), "bold"), (f", {plain(check.unit)}" if check.unit != "1" else "")),
        soft_wrap=True,
    )
    word, style = ("pass", "green") if outcome.passed else ("FAIL", "bold red")
    evidence = f"{number(check.low)} to {number(check.high)}"
    console.print(
        Text.assemble(
            (f"{'  ' + word + ('' if outcome.clear else ' ?'):{VERDICT}}", style),
            f"{evidence:>{EVIDENCE}}",
            "".join(f"{cell:>{CELL}}" for cell in _cells(outcome)).rstrip(),
        ),
        soft_wrap=True,
    )
    sources = ", ".join(map(plain, check.sources)) or "judgement"
    console.print(Text(f"  {sources}", style="dim"), soft_wrap=True)


def _cells(outcome: Outcome) -> list[str]:
    """Return the numbers in columns; of a quantity that is one number, that number in the middle."""
    compared = [found for found, _, _ in outcome.compared]
    if outcome.check.statistic == "value_within":
        return ["", _text(outcome.mean, compared), ""]
    return [_text(outcome.quantiles[name], compared) for name in QUANTILES]


def _text(estimate: Number, compared: list[Number]) -> str:
    mark = "*" if any(estimate is found for found in compared) else " "
    return str(estimate) + mark
