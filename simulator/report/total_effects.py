"""Total effects on the terminal: of shocks, of priors that no driver's row has, of priors together."""

from collections.abc import Sequence

from rich.text import Text

from simulator.analysis.explanation.records import DividedEffect, ExplainedTarget, TotalEffect, Totals
from simulator.report.estimates import Estimates
from simulator.report.metric_lines import words
from simulator.report.shares import Priors, Titles, marked, percent

TOTALS = (
    "Total effect: how much of the variance would be left if all but this were known. What it has beyond the "
    "first-order share works only together with other priors or shocks, and is in the total of each of them, "
    "so that totals do not add up. Shapley effects divide a total among its members, and do."
)


def totals(target: ExplainedTarget, found: Totals, priors: Priors, titles: Titles) -> Estimates:
    """Return the total effects that do not stand beside the drivers of a target; no rows where all do."""
    header = Text.assemble(("Total effects", "not dim bold"), "\n% of the variance")
    rows = Estimates([header, "Total", "Shapley"])
    listed = {driver.prior for driver in target.drivers}
    others = [one for one in found.priors if one.name not in listed and one.total.distinguishable]
    _effects(rows, "Other priors", others, priors, titles)
    _effects(rows, "Shocks", found.shocks, priors, titles)
    for block in found.dependent:
        _division(rows, "Priors that depend on each other", block, priors, titles)
    if found.divided:
        _division(rows, "Together, as asked", found.divided, priors, titles)
    return rows


def _effects(
    rows: Estimates, title: str, effects: Sequence[TotalEffect], priors: Priors, titles: Titles
) -> None:
    if effects:
        rows.add(Text(title, style="dim"), "", "")
    for one in effects:
        rows.add(_title(one.name, priors, titles), percent(one.total), "")


def _division(rows: Estimates, title: str, block: DividedEffect, priors: Priors, titles: Titles) -> None:
    rows.add(Text(f"{title} ({len(block.members)})", style="dim"), percent(block.total), "")
    for name in block.members:
        part = percent(block.shapley[name]) if block.shapley else ""
        lines = _title(name, priors, titles).split("\n")
        rows.add(Text("\n").join(Text("  ") + line for line in lines), "", part)


def _title(name: str, priors: Priors, titles: Titles) -> Text:
    """Return what a prior is called, or what shocks are of."""
    if name in priors:
        return marked(name, priors, titles)
    return Text(words(name.removeprefix("shock.")).capitalize())
