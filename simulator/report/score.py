"""Scores of capex forecasts on the terminal: skill, coverage of intervals, the next forecasts."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from simulator.estimate import Number, apart
from simulator.report.console import heading, table
from simulator.report.estimates import Estimates, lay

SCOPES = {"group": "Group", "companies": "Companies"}

#: Eighths of a character's height, by which a histogram is drawn.
BARS = " ▁▂▃▄▅▆▇█"

#: Quarters ahead that the table by company has, and the words for them.
NEAR, FAR = 1, 4
AHEAD = {NEAR: "one quarter", FAR: "four quarters"}

NOTE = (
    "CRPS in logs: 0.05 is about 5%. Skill: 1 - CRPS / CRPS of the baseline on the same outcomes; above 0 is "
    "better. ± one standard error, from resampling whole years of origins, of which there are few; (n) "
    "outcomes that the baseline has; ? where they are of fewer than three years. Windows: what the origins "
    "are worth, since neighbours share most of the quarters ahead of them."
)

#: Where the build-out's inputs come from, as told to a reader.
INPUTS = {
    "estimated": "Estimated at each origin from what was known",
    "believed_before": "Believed before the first origin, not updated",
    "look_ahead": "Look ahead: from a set later than the origins, {dated}",
    "switched_off": "Switched off, for want of evidence on past years",
}


def print_scores(console: Console, summary: Mapping[str, Any]) -> None:
    """Print the object that ``strandline score --json`` prints."""
    console.print(Text("Forecasts of capex against what happened", style="bold"))
    console.print(Text(facts(summary), style="dim"))
    console.print()
    console.print(Text(opening(summary), style="bold"))
    for scope, title in SCOPES.items():
        console.print()
        console.print(lay(console, skill(summary, scope, title)))
    console.print()
    console.print(lay(console, by_company(summary)))
    console.print()
    console.print(lay(console, coverage(summary)))
    console.print()
    for scope, title in SCOPES.items():
        console.print(histogram(summary["pit"][scope], title))
    console.print(heading(f"Next, with what was known on {summary['outlook']['as_of']}"))
    console.print(Text("USD bn a quarter: median, and the range of 80%", style="dim"))
    console.print(next_quarters(summary["outlook"]))
    console.print()
    console.print(Text(NOTE, style="dim"))
    for name, title in summary["titles"].items():
        console.print(Text(f"{label(name)}: {title}.", style="dim"))
    for origin, names in provenance(summary["inputs"]).items():
        console.print(Text(f"{origin}: {names}.", style="dim"))


def opening(summary: Mapping[str, Any]) -> str:
    """Return in words how the group's forecasts fare against the first baseline, and what intervals hold."""
    baseline = next(name for name in summary["titles"] if name != summary["method"])
    found = {
        row["horizon"]: row["crps"]
        for row in summary["skill"]
        if row["scope"] == "group" and row["against"] == baseline
    }
    compared = [f"{_less(found[ahead])} {words} ahead" for ahead, words in AHEAD.items() if ahead in found]
    inside = _number(summary["coverage"]["all"]["80"], 100)
    return (
        f"Against a {summary['titles'][baseline]}, the group's capex is forecast with "
        f"{' and '.join(compared)}. Intervals of 80% held {inside} % of outcomes."
    )


def _less(skill: Mapping[str, float | None]) -> str:
    """Return a skill as how much less or more error there is, and whether that is clear."""
    change = Number.from_json({"value": skill["value"], "mcse": skill["error"]}) * 100
    unclear = "" if apart(change, Number(0.0, 0.0)) else " (not clear of zero)"
    return f"{abs(change)} % {'less' if change.value >= 0 else 'more'} error{unclear}"


def facts(summary: Mapping[str, Any]) -> str:
    """Return what was scored."""
    origins = summary["origins"]
    count = sum(
        row["cases"]
        for row in summary["scores"]
        if row["method"] == summary["method"] and row["horizon"] is None and row["scope"] in SCOPES
    )
    return (
        f"{summary['what']}; {len(origins)} origins, {origins[0]['quarter']} to {origins[-1]['quarter']}, "
        f"known on the day; {count} outcomes"
    )


def provenance(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of inputs by where they come from."""
    return {text.format(dated=inputs["dated"]): ", ".join(inputs[key]) for key, text in INPUTS.items()}


def label(method: str) -> str:
    """Return a forecaster's name for a header."""
    return method.replace("_", " ")


def skill(summary: Mapping[str, Any], scope: str, title: str) -> Estimates:
    """Return CRPS and skill by quarters ahead."""
    ours = summary["method"]
    others = [name for name in summary["titles"] if name != ours]
    crps = {
        (row["horizon"], row["method"]): row["crps"] for row in summary["scores"] if row["scope"] == scope
    }
    found = {(row["horizon"], row["against"]): row for row in summary["skill"] if row["scope"] == scope}
    first = Text.assemble((title, "not dim bold"), ", skill\nquarters ahead")
    headers = [first, "CRPS", *map(_against, others)]
    rows = Estimates(headers)
    for horizon in dict.fromkeys(horizon for horizon, _ in crps):
        cells = [f"{crps[horizon, ours]:.3f}"]
        for other in others:
            row = found.get((horizon, other))
            cells.append("–" if row is None else f"{_number(row['crps'])} ({row['cases']})")
        name = "all" if horizon is None else f"{horizon} ({summary['windows'][str(horizon)]:.0f} windows)"
        rows.add(name, *cells)
    return rows


def by_company(summary: Mapping[str, Any]) -> Estimates:
    """Return each company's skill against the baseline that is scored everywhere, and its 80% intervals."""
    first = next(name for name in summary["titles"] if name != summary["method"])
    found = {
        (row["scope"], row["horizon"]): row["crps"] for row in summary["skill"] if row["against"] == first
    }
    companies = [scope for scope in summary["coverage"] if scope not in (*SCOPES, "all")]
    horizons = {NEAR: f"{NEAR} quarter", FAR: f"{FAR} quarters", None: "all"}
    headers = [Text.assemble(("By company", "not dim bold"), f"\nskill against {label(first)}")]
    rows = Estimates([*headers, *horizons.values(), "inside 80%, %"])
    for company in companies:
        skills = [found.get((company, horizon)) for horizon in horizons]
        inside = _number(summary["coverage"][company]["80"], 100)
        rows.add(company.capitalize(), *("–" if one is None else _number(one) for one in skills), inside)
    return rows


def coverage(summary: Mapping[str, Any]) -> Estimates:
    """Return how many outcomes lay inside the intervals, in per cent."""
    shares = summary["coverage"]
    headers = [Text.assemble(("Intervals", "not dim bold"), "\noutcomes inside, %")]
    rows = Estimates([*headers, *(f"of {p}%" for p in shares["all"])])
    for scope, title in {**SCOPES, "all": "All"}.items():
        rows.add(title, *(_number(shares[scope][p], 100) for p in shares[scope]))
    return rows


def histogram(counts: list[int], title: str) -> Text:
    """Return a PIT histogram on one line: level where forecasts are calibrated."""
    most = max(*counts, 1)
    bars = "".join(BARS[round(count / most * (len(BARS) - 1))] for count in counts)
    numbers = " ".join(map(str, counts))
    return Text.assemble(f"PIT  {title:<10} ", bars, (f"  {numbers}  (low outcomes left)", "dim"))


def next_quarters(outlook: Mapping[str, Any]) -> Any:
    """Return a table of forecasts of quarters yet to come."""
    quarters = list(dict.fromkeys(row["quarter"] for row in outlook["quarters"]))
    cells = {(row["entity"], row["quarter"]): row for row in outlook["quarters"]}
    laid = table("", *(f"{quarter}" for quarter in quarters[:4]))
    for entity in dict.fromkeys(row["entity"] for row in outlook["quarters"]):
        ranges = [
            f"{row['p50']:.0f} ({row['p10']:.0f} to {row['p90']:.0f})"
            for row in (cells[entity, quarter] for quarter in quarters[:4])
        ]
        laid.add_row(entity.capitalize(), *ranges)
    return laid


def _against(other: str) -> Text:
    return Text.assemble("against\n", label(other))


def _number(number: Mapping[str, float | None], factor: float = 1.0) -> str:
    return str(Number.from_json({"value": number["value"], "mcse": number["error"]}) * factor)
