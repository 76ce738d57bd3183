"""What changed between two studies, on the terminal: each belief before and after, and on whose word."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from simulator.analysis.comparison.belief import Belief, Quantiles
from simulator.analysis.comparison.listing import EVIDENCE, Change
from simulator.report.beliefs import number
from simulator.report.console import heading, plain

#: Stands between a value before and the value after, and for what is not there.
TO, NOTHING = " → ", "nothing"


def print_changes(console: Console, changes: Sequence[Change]) -> None:
    """Print what changed, part by part: what moves a number one by one, the rest counted."""
    console.print(heading("What changed"))
    counted = [one for one in changes if one.kind == "reworded" or one.part == EVIDENCE]
    part = ""
    for change in changes:
        if change in counted:
            continue
        if change.part != part:
            part = change.part
            console.print(Text(plain(part).capitalize(), style="bold"))
        moved = Text(f"{plain(change.name)}: {TO.join(ends(change))}")
        console.print(Padding(moved, (0, 0, 0, 2), expand=False))
        if reasons := grounds(change):
            console.print(Padding(Text(reasons, style="dim"), (0, 0, 0, 4), expand=False))
    for line in counts(counted):
        console.print(Text(line, style="dim"))
    if not changes:
        console.print(Text("nothing", style="dim"))


def ends(change: Change) -> Iterator[str]:
    """Give a value or belief before and after, such as 475 and 725 USD bn/yr: a unit of both once."""
    before, after = change.before, change.after
    if before is None and after is None:
        yield from (plain(text) or NOTHING for text in (change.first, change.second))
        return
    same = before is not None and after is not None and before.unit == after.unit
    for belief in (before, after):
        if belief is None:
            yield NOTHING
            continue
        unit = "" if (same and belief is before) or belief.unit in ("", "1") else f" {plain(belief.unit)}"
        yield ", ".join(map(spread, belief.quantiles)) + unit


def spread(quantiles: Quantiles) -> str:
    """Return a median and its 90% range, or the one number of a point mass."""
    low, middle, high = map(number, (quantiles.p05, quantiles.p50, quantiles.p95))
    return middle if quantiles.p05 == quantiles.p95 else f"{middle} [{low}, {high}]"


def grounds(change: Change) -> str:
    """Return on whose word a belief changed: what of family, basis, date and sources is not the same."""
    if change.before is None or change.after is None:
        only = change.before or change.after
        return "; ".join(filter(None, map(plain, _grounds(only)))) if only else ""
    pairs = zip(_grounds(change.before), _grounds(change.after), strict=True)
    return "; ".join(
        f"{plain(one) or NOTHING}{TO}{plain(other) or NOTHING}" for one, other in pairs if one != other
    )


def _grounds(belief: Belief) -> tuple[str, ...]:
    day = belief.as_of.isoformat() if belief.as_of else ""
    return belief.family, belief.basis, day, ", ".join(belief.sources)


def counts(counted: Sequence[Change]) -> Iterator[str]:
    """Give how many things changed that move no number, in words."""
    if reworded := sum(one.kind == "reworded" for one in counted):
        priors = "prior has" if reworded == 1 else "priors have"
        yield f"{reworded} {priors} the same numbers for other reasons, on another word or of another date."
    kinds = Counter((one.name.split(".")[0], one.kind) for one in counted if one.kind != "reworded")
    if kinds:
        text = ", ".join(f"{count} {what}{'s' * (count > 1)} {how}" for (what, how), count in kinds.items())
        yield f"What the studies rest on and are checked against, which moves no number: {text}."
