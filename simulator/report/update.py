"""An update on the terminal: the verdict before and after, what moved, what was predicted of what came."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.analysis.learning.summary import Figure, Interval, PriorUpdate, UpdateSummary
from simulator.estimate import Number, distinguishable
from simulator.estimate.verdicts import full_name, sign_metric
from simulator.report.console import heading, plain, table
from simulator.report.estimates import Estimates, lay
from simulator.report.metric_lines import CHANCE, Line, lines, own_lines
from simulator.report.moves import MOST, clear
from simulator.report.page.document import Coloured, Inlines
from simulator.report.page.sections.conclusion import Update, lead, unobserved
from simulator.report.page.sections.update import chances
from simulator.report.titles import LOCALE, prior_title, titles_of
from simulator.report.verdict import colour, likeliest
from simulator.study.domain import rate_metric

METHODS = {
    "reweighting": "Importance reweighting with Pareto smoothing",
    "tempering": "Tempered sequential Monte Carlo",
}

DIAGNOSTICS = {
    "khat": "k-hat of the weights",
    "ess": "effective sample size",
    "rhat": "R-hat between batches",
    "acceptance": "least share of moves accepted",
    "correlation": "correlation left after moves",
    "ancestors": "first particles with descendants",
}

REASONS = {
    "known_before": "known by the study's own day: only what came later, or what it puts aside, enters",
    "known_later": "known later than asked",
    "before_start": "of a time before the model begins",
    "beyond_horizon": "of a time after the model ends",
    "not_actual": "guidance or consensus: stated, not observed",
    "no_company": "of somebody whom the study does not model",
    "other_meaning": "defined otherwise than the model's quantity",
    "not_a_quarter": "of several quarters, whose own figures count",
    "part_of_a_quarter": "of a month, and the model has this flow by quarters only",
    "restated": "replaced by a later figure of the same series",
    "same_figure": "given by another series too, whose figure is the better known and counts",
    "overlapping": "of a time that figures of shorter periods, or better known ones, cover, which count",
    "no_output": "of something that the model does not have",
}

WHEN = ("before", "after")
STATISTICS = {"mean": "Mean", "p05": "P5", "p50": "P50", "p95": "P95"}

NOTE = (
    "± one standard error of the simulation. A prediction holds the figure's own error and how far figures "
    "lie from the model's quantities, which is a prior too (observed.*). In brackets: no clear difference, "
    "for the change is no more than two standard errors, both taken before they are rounded. "
    "A number without ± is known beyond its last figure."
)


def print_update(console: Console, summary: UpdateSummary) -> None:
    """Print all that an update found."""
    update = Update(summary, LOCALE)
    console.print(Text(plain(summary.title or summary.study), style="bold"))
    console.print(Text(facts(summary), style="dim"))
    for sentence in (lead(update) if update.leader else [], unobserved(update)):
        if sentence:
            console.print()
            console.print(coloured(sentence, summary.verdicts))
    for part in (worth(summary), verdicts(summary), value(summary), own_metrics(summary), changes(summary)):
        if part.rows:
            console.print()
            console.print(lay(console, part))
    _print_moved(console, summary)
    console.print(heading("Observed, and what was predicted of it"))
    rank = "median, and the range of 80%; rank: share of predictions below what came"
    console.print(Text(rank, style="dim"))
    console.print(observed(summary))
    if summary.ahead:
        first = summary.ahead[0]
        console.print(heading(f"Next: capex of {first.period}, {first.unit}"))
        console.print(Text("median, and the range of 80%", style="dim"))
        console.print(ahead(summary))
    if len(summary.steps) > 1 and summary.prior.verdicts:
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


def _print_moved(console: Console, summary: UpdateSummary) -> None:
    rows = [row for row in summary.moved if clear(row)][:MOST]
    console.print()
    console.print(lay(console, moved(rows, summary.titles)) if rows else Text("No prior moved clearly."))
    if rest := len(summary.moved) - len(rows):
        console.print(Text(f"{rest} other priors: moved less, or no more than noise", style="dim"))


def facts(summary: UpdateSummary) -> str:
    """Return what was updated with what."""
    count = len(summary.observations)
    study = plain(summary.study)
    known = "what was measured"
    if summary.prior_as_of and summary.as_of:
        study += f", known on {summary.prior_as_of}"
        known = f"what was known by {summary.as_of} and its priors do not follow"
    figures = f"{count} figure{'' if count == 1 else 's'}"
    return f"{study}, updated with {known}: {figures}"


def coloured(pieces: Inlines, codes: Mapping[str, int]) -> Text:
    """Return a sentence of the page as the terminal prints it."""
    sentence = Text()
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.text
        sentence.append(text, f"bold {colour(codes[piece.verdict])}" if isinstance(piece, Coloured) else "")
    return sentence


def entity(summary: UpdateSummary, name: str) -> Text:
    """Return an entity's title; the group stands out."""
    title = "Group" if name == "group" else plain(summary.titles.get(name, name))
    return Text(title, style="bold" if name == "group" else "")


def verdicts(summary: UpdateSummary) -> Estimates:
    """Return the chances of the verdicts, before and after."""
    split, samples = bool(summary.prior.verdict_split), (summary.prior, summary.posterior)
    titles = titles_of(summary.verdicts, split=split).values()
    rows = Estimates([CHANCE.header, *(f"{title}\n{when}" for title in titles for when in WHEN)])
    for name in summary.prior.verdicts:
        before, after = (chances(sample, name) for sample in samples)
        chosen = likeliest(summary.posterior.verdicts[name], summary.verdicts)
        cells: list[Text | str] = []
        for verdict, one in before.items():
            cells += [CHANCE.text(one), Text(CHANCE.text(after[verdict]), style=chosen.get(verdict, ""))]
        rows.add(entity(summary, name), *cells)
    return rows


def worth(summary: UpdateSummary) -> Estimates:
    """Return how often value is below zero and what it is per dollar, before, after and their change."""
    heads = [f"{what}\n{when}" for what in ("Below 0,\n%", "A dollar,\ncents") for when in (*WHEN, "change")]
    rows = Estimates([Text.assemble(("Value", "not dim bold"), "\nof all paths"), *heads])
    names = summary.prior.estimates
    chosen = ((sign_metric(names), "prob_below_zero"), (rate_metric(names), "mean"))
    for who in summary.prior.verdicts:
        wanted = [(full_name(metric, who), statistic) for metric, statistic in chosen]
        if all(name in names for name, _ in wanted):
            cells = [cell for name, statistic in wanted for cell in _changed(summary, name, statistic)]
            rows.add(entity(summary, who), *cells)
    return rows


def _changed(summary: UpdateSummary, metric: str, statistic: str) -> list[str]:
    """Return a statistic before and after, and its change, in hundredths."""
    samples = (sample.estimates[metric][statistic] for sample in (summary.prior, summary.posterior))
    return [*map(CHANCE.text, samples), bracketed(summary.change.estimates[metric][statistic], CHANCE)]


def value(summary: UpdateSummary) -> Estimates:
    """Return the value created, before and after; no rows where the model has none."""
    line = lines()[0]
    rows = Estimates([line.header, *(f"{label}\n{when}" for label in STATISTICS.values() for when in WHEN)])
    for who in summary.prior.verdicts:
        if (name := f"{line.metric}.{who}") in summary.prior.estimates:
            rows.add(entity(summary, who), *_before_and_after(summary, name, line))
    return rows


def own_metrics(summary: UpdateSummary) -> Estimates:
    """Return the metrics of a user's own model, before and after; no rows of the build-out."""
    rows = Estimates(["Metric", *(f"{label}\n{when}" for label in STATISTICS.values() for when in WHEN)])
    for line in own_lines(summary.prior.estimates):
        rows.add(line.title, *_before_and_after(summary, line.metric, line))
    return rows


def _before_and_after(summary: UpdateSummary, metric: str, line: Line) -> list[str]:
    samples = [sample.estimates[metric] for sample in (summary.prior, summary.posterior)]
    return [line.text(sample[key]) for key in STATISTICS for sample in samples]


def changes(summary: UpdateSummary) -> Estimates:
    """Return by how much verdicts and value are above what they were, in brackets where it is not clear."""
    line, change, codes = lines()[0], summary.change, summary.verdicts
    header = Text.assemble(("Change", "not dim bold"), "\nafter less before")
    titles = titles_of(codes, split=bool(change.verdict_split)).values()
    names = {who: f"{line.metric}.{who}" for who in change.verdicts}
    statistics = STATISTICS if all(name in change.estimates for name in names.values()) else {}
    rows = Estimates([header, *(f"{title}\npoints" for title in titles), *statistics.values()])
    for who in change.verdicts:
        cells = [bracketed(one, CHANCE) for one in chances(change, who).values()]
        cells += [bracketed(change.estimates[names[who]][key], line) for key in statistics]
        rows.add(entity(summary, who), *cells)
    return rows


def bracketed(change: Number, line: Line) -> str:
    """Return a change, in brackets where it is not distinguishable from none."""
    text = line.text(change)
    return text if distinguishable(change) else f"({text})"


def moved(priors: Sequence[PriorUpdate], titles: Mapping[str, str]) -> Estimates:
    """Return the priors that moved: their means, and by how much in standard deviations."""
    headers = [Text.assemble(("What moved", "not dim bold"), "\nmean of the prior"), *WHEN]
    rows = Estimates([*headers, "by, in sd\nof the prior", "sd after\nover before"])
    for row in priors:
        unit = "" if row.unit in ("", "1") else f"\n{plain(row.unit)}"
        title = Text.assemble(prior_title(row.name, titles), (unit, "dim"))
        sign = "" if row.shift.value < 0 else "+"
        means = [rounded(sample.mean) for sample in (row.prior, row.posterior)]
        rows.add(title, *means, f"{sign}{row.shift}", str(row.narrowed))
    return rows


def observed(summary: UpdateSummary) -> Table:
    """Return a table of the figures used, beside what was predicted before and would be after."""
    laid = table("", "came", "rank, %", "predicted before", "after")
    for row in summary.observations:
        unit = f"\n{plain(row.unit)}" if row.unit else ""
        laid.add_row(
            Text.assemble(what(summary, row), (unit, "dim")),
            f"{row.value:.4g}",
            f"{100 * row.percentile.value:.0f}",
            interval(row.prior),
            interval(row.posterior),
        )
    return laid


def what(summary: UpdateSummary, row: Figure) -> str:
    """Return what a figure is of."""
    quantity = plain(row.quantity.replace("_", " ")).replace("ai ", "AI ")
    who = summary.titles.get(row.entity, row.entity)
    return plain(" ".join(filter(None, (who, quantity, row.period))))


def ahead(summary: UpdateSummary) -> Table:
    """Return a table of the next quarter's capex."""
    laid = table("", "as believed before", "after")
    for row in summary.ahead:
        laid.add_row(entity(summary, row.entity), interval(row.prior), interval(row.posterior))
    return laid


def steps(summary: UpdateSummary) -> Estimates:
    """Return the leading entity's verdict after each quarter of evidence."""
    leader, codes = next(iter(summary.prior.verdicts)), summary.verdicts
    header = Text.assemble((str(entity(summary, leader)), "not dim bold"), "\nafter the evidence of")
    titles = titles_of(codes, split=bool(summary.prior.verdict_split))
    rows = Estimates([header, *titles.values(), "Figures"])
    rows.add("none", *map(CHANCE.text, chances(summary.prior, leader).values()), "0")
    for step in summary.steps:
        own = {**step.verdicts[leader], **step.verdict_split.get(leader, {})}
        cells = [CHANCE.text(own[name]) if name in own else "–" for name in titles]
        rows.add(plain(step.stage), *cells, str(step.observations))
    return rows


def trusted(summary: UpdateSummary) -> list[Text]:
    """Return the method and its diagnostics, and those of the method that was given up."""
    method = summary.method
    lines = []
    for name, diagnostics in method.tried.items():
        style = "" if name == method.name else "dim"
        lines.append(Text(METHODS[name], style=style))
        for one in diagnostics:
            value = f"{one.value:.4g}" if math.isfinite(one.value) else "–"
            bound = f"{'at most' if one.most else 'at least'} {one.limit:.4g}"
            outcome = ("passed", "green") if one.passed else ("failed", "red")
            text = f"  {DIAGNOSTICS[one.name]}: {value}, {bound} asked: "
            lines.append(Text.assemble(text, outcome, style=style))
    worth = method.effective_draws
    repeats = "" if worth is None else f", worth {worth:,.0f} independent draws: most repeat another's path"
    count = f"{method.draws:,} draws in {method.chains} independent chains{repeats}"
    lines.append(Text(count, style="dim"))
    return lines


def left_out(summary: UpdateSummary) -> list[str]:
    """Return how many figures are not used for each reason, and of which series where there are few."""
    reasons: dict[str, Counter[str]] = {}
    for row in summary.left_out:
        reasons.setdefault(row.reason, Counter())[row.series] += 1
    lines = []
    for reason, series in sorted(reasons.items(), key=lambda item: item[1].total()):
        names = "" if reason in ("known_before", "known_later") else f": {plain(', '.join(series))}"
        lines.append(f"{series.total()} {REASONS[reason]}{names}")
    return lines or ["nothing"]


def interval(predicted: Interval) -> str:
    """Return a median and the range of 80%, to three figures."""
    low, middle, high = predicted.ends_and_middle
    if not all(map(math.isfinite, (low, middle, high))):
        return "–"
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"


def rounded(number: Number) -> str:
    """Return a number with its error, or to four figures where its error is below half of the last."""
    return f"{number.value:.4g}" if number.beyond_use else str(number)
