"""What two studies have otherwise, told on the terminal: each belief before and after, and on whose word."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from simulator.report.beliefs import number
from simulator.report.console import heading, plain

type Change = Mapping[str, Any]

#: Stands between a value before and the value after, and for what is not there.
TO, NOTHING = " → ", "nothing"


def tell(console: Console, changes: Sequence[Change]) -> None:
    """Print what changed, part by part: what moves a number one by one, the rest counted."""
    console.print(heading("What changed"))
    counted = [one for one in changes if one["kind"] == "reworded" or one["part"] == "evidence"]
    part = ""
    for change in changes:
        if change in counted:
            continue
        if change["part"] != part:
            part = change["part"]
            console.print(Text(plain(part).capitalize(), style="bold"))
        console.print(Text(f"  {plain(change['name'])}{said(change)}"))
        if reasons := grounds(change):
            console.print(Padding(Text(reasons, style="dim"), (0, 0, 0, 4), expand=False))
    for line in tallies(counted):
        console.print(Text(line, style="dim"))
    if not changes:
        console.print(Text("nothing", style="dim"))


def said(change: Change) -> str:
    """Return a change in words: ": 475 → 725 USD bn/yr"."""
    if "before" not in change:
        first, second = (plain(change[side]) or NOTHING for side in ("first", "second"))
        return f": {first}{TO}{second}"
    return f": {TO.join(believed(change))}"


def believed(change: Change) -> Iterator[str]:
    """Give what is believed before and after, the unit once where it is the same."""
    before, after = change["before"], change["after"]
    same = before is not None and after is not None and before["unit"] == after["unit"]
    for side in (before, after):
        if side is None:
            yield NOTHING
            continue
        unit = "" if (same and side is before) or side["unit"] in ("", "1") else f" {plain(side['unit'])}"
        yield ", ".join(map(spread, side["quantiles"])) + unit


def spread(quantiles: Mapping[str, float]) -> str:
    """Return a median and its 90% range, or the one number of a point mass."""
    low, middle, high = (number(quantiles[name]) for name in ("p05", "p50", "p95"))
    return middle if quantiles["p05"] == quantiles["p95"] else f"{middle} [{low}, {high}]"


def grounds(change: Change) -> str:
    """Return on whose word a belief changed: what of family, basis, date and sources is not the same."""
    before, after = change.get("before"), change.get("after")
    if before is None or after is None:
        only = before or after
        return "; ".join(filter(None, map(plain, _words(only)))) if only else ""
    pairs = zip(_words(before), _words(after), strict=True)
    return "; ".join(
        f"{plain(one) or NOTHING}{TO}{plain(other) or NOTHING}" for one, other in pairs if one != other
    )


def _words(side: Mapping[str, Any]) -> tuple[str, ...]:
    return side["family"], side["basis"], side["as_of"] or "", ", ".join(side["sources"])


def tallies(counted: Sequence[Change]) -> Iterator[str]:
    """Give how many things changed that move no number, in words."""
    if reworded := sum(one["kind"] == "reworded" for one in counted):
        priors = "prior has" if reworded == 1 else "priors have"
        yield f"{reworded} {priors} the same numbers for other reasons, on another word or of another date."
    kinds = Counter((one["name"].split(".")[0], one["kind"]) for one in counted if one["kind"] != "reworded")
    if kinds:
        told = ", ".join(f"{count} {what}{'s' * (count > 1)} {how}" for (what, how), count in kinds.items())
        yield f"What the studies rest on and are held to, which moves no number: {told}."
