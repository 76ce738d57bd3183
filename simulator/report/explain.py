"""An explanation on the terminal: what the variance rests on, then the priors of each target."""

from collections.abc import Sequence
from itertools import batched

from rich.console import Console
from rich.text import Text

from simulator.analysis.explanation.records import ExplainedTarget, Explanation
from simulator.report.console import WIDE, capital, heading, plain
from simulator.report.estimates import Estimates, lay
from simulator.report.metric_lines import scale, words
from simulator.report.shares import UNCLEAR, Priors, Titles, clear, marked, percent
from simulator.report.terminal import ERRORS, HEAVY
from simulator.report.titles import LOCALE, row_title
from simulator.report.total_effects import TOTALS, totals
from simulator.study import Study

#: Targets that stand side by side, where there is room and where there is not.
MANY, FEW = 5, 3

#: Priors that the opening names.
NAMED = 3

#: What the kinds of groups are called.
KINDS = {
    "mechanism": "By mechanism",
    "company": "By company",
    "basis": "By basis",
    "rank": "By the best document behind a prior",
}

SHARES = (
    "Share of variance: how much smaller the variance would be on average if this were known (first-order "
    "Sobol index). The rest is shocks, and interactions of priors with each other and with shocks. "
    f"{UNCLEAR} within two standard errors of zero."
)
SOURCES = (
    "The weakest kind of document first, then by the variance of all priors that cite it, alone or beside "
    "other sources: shares of sources behind the same prior overlap. All sources: strandline priors cite."
)
CORRELATED = (
    "* correlated with other priors: its share holds what it tells about them too, so that shares of "
    "such priors, and of groups that they stand between, do not add up."
)


def print_explanation(
    console: Console, explanation: Explanation, study: Study, entity: str | None = None
) -> None:
    """Print an explanation: its targets side by side, then one by one.

    Parameters
    ----------
    console
        Where to.
    explanation
        Of a run.
    study
        The study that was run: its title and companies.
    entity
        The one whose targets are printed, if there are any; None for all.
    """
    every, priors = explanation.targets, explanation.priors
    found = [target for target in every.values() if entity in (None, target.entity)] or [*every.values()]
    titles = {"group": "Group", "model": ""} | {
        name: plain(title) for name, title in study.settings.entities.items()
    }
    console.print(Text(plain(study.title) or study.name, style="bold"))
    if first := opening(found, priors, titles):
        console.print()
        console.print(first)
    for targets in batched(found, MANY if console.width >= WIDE else FEW):
        console.print()
        console.print(lay(console, decomposition(targets, titles)))
    for target in found:
        console.print(heading(name_of(target, titles)))
        if target.constant:
            console.print(Text("the same on every path: there is nothing to explain", style="dim"))
            continue
        console.print(lay(console, drivers(target, priors, titles, wide=console.width >= WIDE)))
        console.print(Text(note(target, len(priors)), style="dim"))
        if target.totals and (beside := totals(target, target.totals, priors, titles)).rows:
            console.print()
            console.print(lay(console, beside))
        if target.shifts:
            console.print()
            console.print(lay(console, shifts(target, priors, titles)))
    if explanation.sources:
        console.print(heading("Where it could be attacked"))
        console.print(lay(console, weakest(explanation, study, titles)))
        console.print(Text(SOURCES, style="dim"))
    console.print()
    for line in legend(explanation):
        console.print(Text(line, style="dim"))


def opening(targets: Sequence[ExplainedTarget], priors: Priors, titles: Titles) -> Text | None:
    """Return in words what the first target that varies rests on most; None where none varies."""
    target = next((one for one in targets if not one.constant), None)
    if target is None:
        return None
    what = name_of(target, titles)
    if not target.explained.distinguishable:
        return Text(f"{what}: no part of the variance is distinguishably explained by priors.", style="bold")
    leading = [one for one in target.drivers if one.share.distinguishable][:NAMED]
    named = (
        f"“{LOCALE.prior(one.prior, titles) or plain(one.prior)}”"
        f"{'*' if priors[one.prior].correlated_with else ''} {percent(one.share)} %"
        for one in leading
    )
    rest = f": first of all {', '.join(named)}." if leading else "."
    return Text.assemble(
        (f"{what}: priors explain {percent(target.explained)} % of the variance", "bold"), rest
    )


def name_of(target: ExplainedTarget, titles: Titles, between: str = ", ") -> str:
    """Return what a target is called, such as "Value created, Group"."""
    metric = words(target.metric)
    parts = (capital(metric), titles.get(target.entity, plain(target.entity)))
    return between.join(filter(None, parts))


def decomposition(targets: Sequence[ExplainedTarget], titles: Titles) -> Estimates:
    """Return what the variance of some targets rests on, side by side."""
    header = Text.assemble(("Variance", "not dim bold"), "\n% of it")
    rows = Estimates([header, *(name_of(target, titles, "\n").replace(" ", "\n", 1) for target in targets)])
    rows.add(row_title("group", "All priors"), *(percent(target.explained) for target in targets))
    rows.add(row_title("group", "By judgement"), *(percent(target.unsourced.share) for target in targets))
    rows.add("Shocks, interactions", *(percent(target.unexplained) for target in targets))
    for kind, title in KINDS.items():
        if kind == "company" and titles.keys() <= {"group", "model"}:
            continue
        rows.add(Text(title, style="dim"), *("" for _ in targets))
        own = [{group.name: group.share for group in target.groups[kind]} for target in targets]
        for name in dict.fromkeys(name for groups in own for name in groups):
            cells = (percent(groups.get(name)) for groups in own)
            rows.add(f"  {group_title(kind, name, titles)}", *cells)
    return rows


def group_title(kind: str, name: str, titles: Titles) -> str:
    """Return what a group of priors is called."""
    if kind == "rank":
        return LOCALE(f"rank.{name}").capitalize()
    return titles.get(name) or words(name).capitalize()


def weakest(explanation: Explanation, study: Study, titles: Titles) -> Estimates:
    """Return the weakest sources, and the share of each target's variance that rests on them."""
    targets = [explanation.targets[name] for name in explanation.sources[0].shares]
    header = Text.assemble(("Weakest sources", "not dim bold"), "\nof the variance, %")
    rows = Estimates([header, *(name_of(target, titles, "\n") for target in targets)])
    for one in explanation.sources:
        count = len(one.priors)
        about = f"{one.source}: {one.rank}, {count} prior{'s' if count != 1 else ''}"
        title = Text.assemble(plain(study.sources[one.source].title), "\n", (plain(about), "dim"))
        rows.add(title, *map(percent, one.shares.values()))
    return rows


def scale_of(target: ExplainedTarget) -> tuple[float, str]:
    """Return what brings a target to the unit in which a run prints it, and that unit: shares in per cent."""
    if target.kind == "verdict":
        return 100.0, "% of paths"
    return scale(target.metric, target.unit)


def drivers(target: ExplainedTarget, priors: Priors, titles: Titles, *, wide: bool) -> Estimates:
    """Return the priors that one target's variance rests on, and the target at either end of each."""
    factor, unit = scale_of(target)
    header = Text("Prior", style="not dim bold")
    ends = [f"In its\n{end} tenth" + (f",\n{unit}" if unit else "") for end in ("lowest", "highest")]
    total = ("Total\neffect, %",) if target.totals else ()
    extra = ("Rank\ncorrelation",) if wide else ()
    rows = Estimates([header, "Share of\nvariance, %", *total, *ends, *extra])
    for driver in target.drivers:
        cells = [percent(driver.share), *(percent(driver.total) for _ in total)]
        cells += [str(end.mean * factor) for end in (driver.low, driver.high)]
        if extra:
            cells.append(clear(driver.direction))
        rows.add(marked(driver.prior, priors, titles), *cells)
    if target.others.count:
        blank = [""] * (2 + len(total) + len(extra))
        title = Text(f"{target.others.count} others", style="dim")
        rows.add(title, percent(target.others.share), *blank)
    return rows


def shifts(target: ExplainedTarget, priors: Priors, titles: Titles) -> Estimates:
    """Return the priors that differ most between the paths of a verdict and the rest."""
    verdict = words(target.metric)
    header = Text.assemble((f"Where it is {verdict}", "not dim bold"), "\nMean of the prior")
    rows = Estimates([header, "Shift,\nsd", f"Where\n{verdict}", "On the\nrest"])
    for one in target.shifts or ():
        unit = priors[one.prior].unit
        below = "" if unit in ("", "1") else f"\n{plain(unit)}"
        title = Text.assemble(marked(one.prior, priors, titles), (below, "dim"))
        rows.add(title, clear(one.shift), str(one.given), str(one.rest))
    return rows


def note(target: ExplainedTarget, count: int) -> str:
    """Return in words what the tables of one target leave out."""
    unclear = f"{target.indistinguishable} of {count} priors: {UNCLEAR}."
    judged = f"Of what priors explain, {percent(target.unsourced.of_explained)} % rests on judgement or on no"
    return f"{unclear} {judged} stated basis.{f' {HEAVY}' if target.heavy_tail else ''}"


def legend(explanation: Explanation) -> list[str]:
    """Return what the numbers mean, and what they rest on."""
    paths, whole = explanation.paths, explanation.paths_of_run
    rests = f"From {'all' if paths == whole else f'the first {paths:,} of'} {whole:,} paths of the run."
    fixed, judged = sum(explanation.fixed.values()), explanation.fixed.get("judgement", 0)
    are = "prior is" if fixed == 1 else "priors are"
    certain = f"{fixed} {are} held at one number, {judged} of them by judgement: their doubt is in no share."
    correlated = any(prior.correlated_with for prior in explanation.priors.values())
    lacking = f"Total effects are not known: {explanation.untotalled}." if explanation.untotalled else TOTALS
    lines = (SHARES, lacking, CORRELATED if correlated else "", certain if fixed else "", f"{rests} {ERRORS}")
    return [line for line in lines if line]
