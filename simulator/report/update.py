"""An update on the terminal: the verdict before and after, what moved, what was predicted of what came."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from simulator import estimate as estimates
from simulator.report.console import heading, plain, table
from simulator.report.estimates import Estimates, beyond_four, lay
from simulator.report.metric_lines import CHANCE, lines, own_lines
from simulator.report.moves import MOST, clear
from simulator.report.page.document import Coloured, Inlines
from simulator.report.page.sections.conclusion import Update, lead, unobserved
from simulator.report.terminal import LOCALE, colour, prior_title, title_of

type Summary = Mapping[str, Any]
type Number = Mapping[str, float | None]

METHODS = {
    "reweighting": "Importance reweighting with Pareto smoothing",
    "tempering": "Tempered sequential Monte Carlo",
}

GATES = {
    "khat": "k-hat of the weights",
    "ess": "effective sample size",
    "rhat": "R-hat between batches",
    "acceptance": "least share of moves accepted",
    "correlation": "correlation left after moves",
    "ancestors": "first particles with descendants",
}

REASONS = {
    "known_before": "known by the study's own day: only what came later enters",
    "known_later": "known later than asked",
    "before_start": "of a time before the model begins",
    "beyond_horizon": "of a time after the model ends",
    "not_actual": "guidance or consensus: said, not observed",
    "no_company": "of somebody whom the study does not model",
    "other_meaning": "defined otherwise than the model's quantity",
    "not_a_quarter": "of several quarters, whose own figures count",
    "part_of_a_quarter": "of a month, and the model has this flow by quarters only",
    "restated": "replaced by a later figure of the same series",
    "same_figure": "given by another series too, whose figure is the better known and counts",
    "overlapping": "of a time that figures of shorter periods, or better known ones, cover, which count",
    "no_output": "of something that the model does not have",
}

NOTE = (
    "± one standard error of the simulation. A prediction holds the figure's own error and how far figures "
    "lie from the model's quantities, which is a prior too (observed.*). In brackets: no clear difference, "
    "for the change is no more than two standard errors."
)


def tell(console: Console, summary: Summary) -> None:
    """Print the object that ``strandline update --json`` prints."""
    title = plain(summary["title"]) or plain(summary["study"])
    console.print(Text(title, style="bold"))
    console.print(Text(facts(summary), style="dim"))
    if summary["prior"]["verdicts"]:
        console.print()
        console.print(spoken(lead(Update(summary, LOCALE)), summary["verdicts"]))
    if left := unobserved(Update(summary, LOCALE)):
        console.print()
        console.print(spoken(left, summary["verdicts"]))
    for part in (verdicts(summary), value(summary), own_metrics(summary), changes(summary)):
        if part.rows:
            console.print()
            console.print(lay(console, part))
    rows = [row for row in summary["moved"] if clear(row)]
    console.print()
    console.print(
        lay(console, moved(rows[:MOST], summary["titles"])) if rows else Text("No prior moved clearly.")
    )
    if rest := len(summary["moved"]) - len(rows[:MOST]):
        console.print(Text(f"{rest} other priors: moved less, or no more than noise", style="dim"))
    console.print(heading("Observed, and what was predicted of it"))
    console.print(
        Text("median, and the range of 80%; rank: share of predictions below what came", style="dim")
    )
    console.print(observed(summary))
    if summary["ahead"]:
        first = summary["ahead"][0]
        console.print(heading(f"Next: capex of {first['period']}, {first['unit']}"))
        console.print(Text("median, and the range of 80%", style="dim"))
        console.print(ahead(summary))
    if len(summary["steps"]) > 1 and summary["prior"]["verdicts"]:
        console.print()
        console.print(lay(console, steps(summary)))
    console.print(heading("Can it be trusted?"))
    for line in trusted(summary):
        console.print(line)
    console.print(heading("Left out"))
    for line in left_out(summary):
        console.print(Text(line, style="dim"))
    console.print()
    console.print(Text(NOTE, style="dim"))


def facts(summary: Summary) -> str:
    """Return what was updated with what."""
    count = len(summary["observations"])
    known = (
        f"what was known from {summary['prior_as_of']} to {summary['as_of']}"
        if summary["prior_as_of"] and summary["as_of"]
        else "what was measured"
    )
    return f"{plain(summary['study'])}, updated with {known}: {count} figures"


def spoken(pieces: Inlines, codes: Mapping[str, int]) -> Text:
    """Return a sentence of the page as the terminal prints it."""
    said = Text()
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.text
        said.append(text, f"bold {colour(codes[piece.verdict])}" if isinstance(piece, Coloured) else "")
    return said


def entity(summary: Summary, name: str) -> Text:
    """Return an entity's title; the group stands out."""
    title = "Group" if name == "group" else plain(summary["titles"].get(name, name))
    return Text(title, style="bold" if name == "group" else "")


def verdicts(summary: Summary) -> Estimates:
    """Return the chances of the verdicts, before and after."""
    before, after = (summary[which]["verdicts"] for which in ("prior", "posterior"))
    names = [f"{title_of(name)}\n{when}" for name in summary["verdicts"] for when in WHEN]
    shown = Estimates([CHANCE.header, *names])
    for name, chances in before.items():
        likeliest = max(after[name], key=lambda verdict: after[name][verdict]["value"])
        cells: list[Text | str] = []
        for verdict, code in summary["verdicts"].items():
            cells.append(CHANCE.text(chances[verdict]))
            style = f"bold {colour(code)}" if verdict == likeliest else ""
            cells.append(Text(CHANCE.text(after[name][verdict]), style=style))
        shown.add(entity(summary, name), *cells)
    return shown


WHEN = ("before", "after")
STATISTICS = {"mean": "Mean", "p05": "P5", "p50": "P50", "p95": "P95"}


def value(summary: Summary) -> Estimates:
    """Return the value created, before and after; no rows where the model has none."""
    line = lines()[0]
    before, after = (summary[which]["estimates"] for which in ("prior", "posterior"))
    shown = Estimates([line.header, *(f"{label}\n{when}" for label in STATISTICS.values() for when in WHEN)])
    for who in summary["prior"]["verdicts"]:
        name = f"{line.metric}.{who}"
        if name in before:
            cells = [line.text(one[key]) for key in STATISTICS for one in (before[name], after[name])]
            shown.add(entity(summary, who), *cells)
    return shown


def own_metrics(summary: Summary) -> Estimates:
    """Return the metrics of a user's own model, before and after; no rows of the build-out."""
    before, after = (summary[which]["estimates"] for which in ("prior", "posterior"))
    shown = Estimates(["Metric", *(f"{label}\n{when}" for label in STATISTICS.values() for when in WHEN)])
    for line in own_lines(before):
        pairs = [(before[line.metric][key], after[line.metric][key]) for key in STATISTICS]
        shown.add(line.title, *(line.text(one) for pair in pairs for one in pair))
    return shown


def changes(summary: Summary) -> Estimates:
    """Return by how much verdicts and value are above what they were, in brackets where none can be told."""
    line, change, codes = lines()[0], summary["change"], summary["verdicts"]
    header = Text.assemble(("Change", "not dim bold"), "\nafter less before")
    names = {who: f"{line.metric}.{who}" for who in change["verdicts"]}
    statistics = STATISTICS if all(name in change["estimates"] for name in names.values()) else {}
    shown = Estimates([header, *(f"{title_of(name)}\npoints" for name in codes), *statistics.values()])
    for who, chances in change["verdicts"].items():
        cells = [bracketed(chances[name], CHANCE.text(chances[name])) for name in codes]
        for key in statistics:
            one = change["estimates"][names[who]][key]
            cells.append(bracketed(one, line.text(one)))
        shown.add(entity(summary, who), *cells)
    return shown


def bracketed(change: Mapping[str, Any], text: str) -> str:
    """Return a change in brackets where it is not to be told from none."""
    return text if change["distinguishable"] else f"({text})"


def moved(rows: list[Mapping[str, Any]], titles: Mapping[str, str]) -> Estimates:
    """Return the priors that moved: their means, and by how much in standard deviations."""
    headers = [Text.assemble(("What moved", "not dim bold"), "\nmean of the prior"), *WHEN]
    shown = Estimates([*headers, "by, in sd\nof the prior", "sd after\nover before"])
    for row in rows:
        unit = "" if row["unit"] in ("", "1") else f"\n{plain(row['unit'])}"
        title = Text.assemble(prior_title(row["name"], titles), (unit, "dim"))
        cells = [rounded(row[which]["mean"]) for which in ("prior", "posterior")]
        shift = estimate(row["shift"])
        sign = "" if shift.startswith("-") else "+"
        shown.add(title, *cells, f"{sign}{shift}", estimate(row["narrowed"]))
    return shown


def observed(summary: Summary) -> Any:
    """Return a table of the figures used, beside what was predicted before and would be after."""
    laid = table("", "came", "rank, %", "predicted before", "after")
    for row in summary["observations"]:
        unit = f"\n{plain(row['unit'])}" if row["unit"] else ""
        laid.add_row(
            Text.assemble(what(summary, row), (unit, "dim")),
            f"{row['value']:.4g}",
            f"{100 * row['percentile']['value']:.0f}",
            interval(row["prior"]),
            interval(row["posterior"]),
        )
    return laid


def what(summary: Summary, row: Mapping[str, Any]) -> str:
    """Return what a figure is of."""
    quantity = plain(row["quantity"].replace("_", " ")).replace("ai ", "AI ")
    who = summary["titles"].get(row["entity"], row["entity"])
    return plain(" ".join(filter(None, (who, quantity, row["period"]))))


def ahead(summary: Summary) -> Any:
    """Return a table of the next quarter's capex."""
    laid = table("", "as believed before", "after")
    for row in summary["ahead"]:
        laid.add_row(entity(summary, row["entity"]), interval(row["prior"]), interval(row["posterior"]))
    return laid


def steps(summary: Summary) -> Estimates:
    """Return the group's verdict after each quarter of evidence."""
    leader, codes = next(iter(summary["prior"]["verdicts"])), summary["verdicts"]
    header = Text.assemble((str(entity(summary, leader)), "not dim bold"), "\nafter the evidence of")
    shown = Estimates([header, *map(title_of, codes), "Figures"])
    chances = summary["prior"]["verdicts"][leader]
    shown.add("none", *(CHANCE.text(chances[name]) for name in codes), "0")
    for step in summary["steps"]:
        cells = [CHANCE.text(step["verdicts"][leader][name]) for name in codes]
        shown.add(plain(step["stage"]), *cells, str(step["observations"]))
    return shown


def trusted(summary: Summary) -> list[Text]:
    """Return the method and its gates, and those of the method that was given up."""
    method = summary["method"]
    lines = []
    for name, gates in method["tried"].items():
        style = "" if name == method["name"] else "dim"
        lines.append(Text(METHODS[name], style=style))
        for gate in gates:
            value = "–" if gate["value"] is None else f"{gate['value']:.4g}"
            bound = f"{'at most' if gate['most'] else 'at least'} {gate['limit']:.4g}"
            verdict = ("passed", "green") if gate["passed"] else ("failed", "red")
            lines.append(
                Text.assemble(f"  {GATES[gate['name']]}: {value}, {bound} asked: ", verdict, style=style)
            )
    worth = next((gate["value"] for gate in method["gates"] if gate["name"] == "ess"), None)
    repeats = "" if worth is None else f", worth {worth:,.0f} independent draws: most repeat another's path"
    count = f"{method['draws']:,} draws in {method['chains']} independent chains{repeats}"
    lines.append(Text(count, style="dim"))
    return lines


def left_out(summary: Summary) -> list[str]:
    """Return how many figures are not used for each reason, and of which series where there are few."""
    reasons: dict[str, dict[str, int]] = {}
    for row in summary["left_out"]:
        series = reasons.setdefault(row["reason"], {})
        series[row["series"]] = series.get(row["series"], 0) + 1
    lines = []
    for reason, series in sorted(reasons.items(), key=lambda item: sum(item[1].values())):
        names = "" if reason in ("known_before", "known_later") else f": {plain(', '.join(series))}"
        lines.append(f"{sum(series.values())} {REASONS[reason]}{names}")
    return lines or ["nothing"]


def interval(quantiles: Mapping[str, Number]) -> str:
    """Return a median and the range of 80%, to three figures."""
    low, middle, high = (quantiles[name]["value"] for name in ("p10", "p50", "p90"))
    if low is None or middle is None or high is None:
        return "–"
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"


def rounded(number: Number) -> str:
    """Return a number with its error, or to four figures where its error is below half of the last."""
    if beyond_four(number):
        return f"{number['value']:.4g}"
    return estimate(number)


def estimate(number: Number) -> str:
    """Return a number with its error."""
    return str(estimates.Number.from_json(number))
