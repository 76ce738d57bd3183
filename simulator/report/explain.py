"""An explanation told on the terminal: what the variance rests on, then the priors of each target."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from rich.console import Console
from rich.text import Text

from simulator.analysis.display import display_of, in_its_unit
from simulator.estimate import Number
from simulator.report.console import WIDE, heading, plain
from simulator.report.estimates import Estimates, lay
from simulator.report.metric_lines import words
from simulator.report.page.locale import Locale
from simulator.report.terminal import ERRORS, HEAVY, prior_title, row_title
from simulator.study import Study

type Explanation = Mapping[str, Any]
type Target = Mapping[str, Any]

#: Targets that stand side by side, where there is room and where there is not.
MANY, FEW = 5, 3

#: Stands for a number that is within two standard errors of zero.
UNCLEAR = "≈ 0"
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


def tell(console: Console, explanation: Explanation, study: Study, entity: str | None = None) -> None:
    """Print an explanation: its targets side by side, then one by one.

    Parameters
    ----------
    console
        Where to.
    explanation
        The object that `explain` returns and ``--json`` prints.
    study
        The study that was run: its title and companies.
    entity
        The one whose targets are told, if there are any; None for all.
    """
    every: Mapping[str, Target] = explanation["targets"]
    found = {name: target for name, target in every.items() if entity in (None, target["entity"])} or every
    titles = {"group": "Group", "model": ""} | {
        name: plain(title) for name, title in study.settings.entities.items()
    }
    console.print(Text(plain(study.title) or study.name, style="bold"))
    for names in batched(found, MANY if console.width >= WIDE else FEW):
        console.print()
        console.print(lay(console, parts([found[name] for name in names], titles)))
    for target in found.values():
        console.print(heading(name_of(target, titles)))
        if target["constant"]:
            console.print(Text("the same on every path: there is nothing to explain", style="dim"))
            continue
        told = drivers(target, explanation["priors"], titles, wide=console.width >= WIDE)
        console.print(lay(console, told))
        console.print(Text(remark(target, len(explanation["priors"])), style="dim"))
        if shifted := target.get("shifts"):
            console.print()
            console.print(lay(console, shifts(target, shifted, explanation["priors"], titles)))
    if explanation["sources"]:
        console.print(heading("Where it could be attacked"))
        console.print(lay(console, weakest(explanation, study, titles)))
        console.print(Text(SOURCES, style="dim"))
    console.print()
    for line in legend(explanation):
        console.print(Text(line, style="dim"))


def name_of(target: Target, titles: Mapping[str, str], between: str = ", ") -> str:
    """Return what a target is called, such as "Value created, Group"."""
    said = words(target["metric"])
    parts = (said[:1].upper() + said[1:], titles.get(target["entity"], plain(target["entity"])))
    return between.join(filter(None, parts))


def parts(found: Sequence[Target], titles: Mapping[str, str]) -> Estimates:
    """Return what the variance of some targets rests on, side by side."""
    header = Text.assemble(("Variance", "not dim bold"), "\n% of it")
    shown = Estimates([header, *(name_of(target, titles, "\n").replace(" ", "\n", 1) for target in found)])
    shown.add(row_title("group", "All priors"), *(share(target["explained"]) for target in found))
    shown.add(row_title("group", "By judgement"), *(share(target["unsourced"]["share"]) for target in found))
    shown.add("Shocks, interactions", *(share(target["unexplained"]) for target in found))
    for kind, title in KINDS.items():
        shown.add(Text(title, style="dim"), *("" for _ in found))
        own = [{group["name"]: group["share"] for group in target["groups"][kind]} for target in found]
        for name in dict.fromkeys(name for groups in own for name in groups):
            cells = (share(groups.get(name)) for groups in own)
            shown.add(f"  {group_title(kind, name, titles)}", *cells)
    return shown


def group_title(kind: str, name: str, titles: Mapping[str, str]) -> str:
    """Return what a group of priors is called."""
    if kind == "rank":
        return rank_title(name)
    return titles.get(name) or words(name).capitalize()


def rank_title(rank: str) -> str:
    """Return what a kind of document is called."""
    return Locale("en")(f"rank.{rank}").capitalize()


def weakest(explanation: Explanation, study: Study, titles: Mapping[str, str]) -> Estimates:
    """Return the weakest sources, and the share of each target's variance that rests on them."""
    listed, targets = explanation["sources"], explanation["targets"]
    header = Text.assemble(("Weakest sources", "not dim bold"), "\nof the variance, %")
    shown = Estimates([header, *(name_of(targets[name], titles, "\n") for name in listed[0]["shares"])])
    for one in listed:
        count = len(one["priors"])
        about = f"{one['source']}: {one['rank']}, {count} prior{'s' if count != 1 else ''}"
        title = Text.assemble(plain(study.sources[one["source"]].title), "\n", (plain(about), "dim"))
        shown.add(title, *(share(found) for found in one["shares"].values()))
    return shown


def scale_of(target: Target) -> tuple[float, str]:
    """Return what brings a target to the unit in which a run shows it, and that unit: shares in per cent."""
    if target["kind"] == "verdict":
        return 100.0, "% of paths"
    one = display_of(target["metric"])
    if not in_its_unit(one, target["unit"]):
        return 1.0, "" if target["unit"] == "1" else plain(target["unit"])
    return one.factor, Locale("en").unit(one.unit).axis


def drivers(target: Target, priors: Mapping[str, Any], titles: Mapping[str, str], *, wide: bool) -> Estimates:
    """Return the priors that one target's variance rests on, and the target at either end of each."""
    scale, unit = scale_of(target)
    header = Text("Prior", style="not dim bold")
    ends = [f"In its\n{end} tenth" + (f",\n{unit}" if unit else "") for end in ("lowest", "highest")]
    extra = ("Rank\ncorrelation",) if wide else ()
    columns = ("Share of\nvariance, %", *ends, *extra)
    shown = Estimates([header, *columns])
    for driver in target["drivers"]:
        cells = [share(driver["share"]), *(estimate(driver[end], scale) for end in ("low", "high"))]
        if extra:
            cells.append(estimate(driver["direction"]) if driver["direction"]["sign"] else UNCLEAR)
        shown.add(marked(driver["prior"], priors, titles), *cells)
    if others := target["others"]["count"]:
        blank = [""] * (2 + len(extra))
        shown.add(Text(f"{others} others", style="dim"), share(target["others"]["share"]), *blank)
    return shown


def shifts(
    target: Target,
    shifted: Iterable[Mapping[str, Any]],
    priors: Mapping[str, Any],
    titles: Mapping[str, str],
) -> Estimates:
    """Return the priors that differ most between the paths of a verdict and the rest."""
    verdict = words(target["metric"])
    header = Text.assemble((f"Where it is {verdict}", "not dim bold"), "\nMean of the prior")
    shown = Estimates([header, "Shift,\nsd", f"Where\n{verdict}", "On the\nrest"])
    for one in shifted:
        moved = estimate(one["shift"]) if one["shift"]["distinguishable"] else UNCLEAR
        unit = "" if priors[one["prior"]]["unit"] in ("", "1") else f"\n{plain(priors[one['prior']]['unit'])}"
        title = Text.assemble(marked(one["prior"], priors, titles), (unit, "dim"))
        shown.add(title, moved, estimate(one["given"]), estimate(one["rest"]))
    return shown


def remark(target: Target, count: int) -> str:
    """Return in words what the tables of one target leave out."""
    of = share(target["unsourced"]["of_explained"])
    said = f"{target['indistinguishable']} of {count} priors: {UNCLEAR}. Of what priors explain, {of} %"
    heavy = f" {HEAVY}" if target["heavy_tail"] else ""
    return f"{said} rests on judgement or on no stated basis.{heavy}"


def legend(explanation: Explanation) -> list[str]:
    """Return what the numbers mean, and what they rest on."""
    paths, whole = explanation["paths"], explanation["paths_of_run"]
    rests = f"From {'all' if paths == whole else f'the first {paths:,} of'} {whole:,} paths of the run."
    fixed, judged = sum(explanation["held"].values()), explanation["held"].get("judgement", 0)
    are = "prior is" if fixed == 1 else "priors are"
    held = f"{fixed} {are} held at one number, {judged} of them by judgement: their doubt is in no share."
    correlated = any(prior["correlated_with"] for prior in explanation["priors"].values())
    lines = (SHARES, CORRELATED if correlated else "", held if fixed else "", f"{rests} {ERRORS}")
    return [line for line in lines if line]


def marked(name: str, priors: Mapping[str, Any], titles: Mapping[str, str]) -> Text:
    """Return a prior's title, with a star where it is correlated with others."""
    return prior_title(name, titles, "*" if priors[name]["correlated_with"] else "")


def share(found: Mapping[str, Any] | None) -> str:
    """Return a share in per cent with its error, or in words that it is not told from zero."""
    if found is None or found["value"] is None:
        return "–"
    return estimate(found, 100.0) if found["distinguishable"] else UNCLEAR


def estimate(found: Mapping[str, Any], factor: float = 1.0) -> str:
    """Return a number with its error."""
    return str(Number.from_json(found) * factor)
