"""Prior sets on the terminal: priors, their basis, their age and their sources."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePath

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from simulator.beliefs import SummaryRow
from simulator.report.console import long_date, plain, table
from simulator.study import LATEST, Prior, Rank, Study, latest_set, strongest

BASES = ("reported", "published", "judgement")

#: Digits of a prior's quantile: more than anyone believes, enough for two priors to differ.
DIGITS = 4

#: Width of a percentile.
CELL = 9


def topics(priors: Iterable[Prior]) -> dict[str, list[Prior]]:
    """Return the priors by topic, which is the first part of their names."""
    found: dict[str, list[Prior]] = {}
    for prior in priors:
        found.setdefault(prior.name.partition(".")[0], []).append(prior)
    return found


def list_sets(console: Console, studies: Sequence[Study]) -> None:
    """Print the prior sets that come with the program."""
    newest = latest_set()
    for study in studies:
        known = f"as known on {long_date(study.as_of)}, {len(study.priors)} priors"
        known += f"; {LATEST}" if study.name == newest else ""
        console.print(Text.assemble((study.name, "bold"), f"  {known}"))
        console.print(Padding(Text(plain(study.title), style="dim"), (0, 0, 0, 2), expand=False))


def title(console: Console, study: Study) -> None:
    """Print the name, the date and the title of a set."""
    console.print(Text.assemble((study.name, "bold"), f", as known on {long_date(study.as_of)}"))
    if study.title:
        console.print(Text(plain(study.title), style="dim"))


def show(console: Console, study: Study, rows: Sequence[SummaryRow]) -> None:
    """Print priors: two lines each, the percentiles on the first and what they rest on below.

    Of a study laid over another, each prior's file is printed too.

    Parameters
    ----------
    console
        Where to.
    study
        The set that they are of.
    rows
        Those to show; a prior of several components has a row for each.
    """
    width = max(len(row.name) for row in rows) + 1
    layered = len({PurePath(prior.file).parent for prior in study.priors.values()}) > 1
    title(console, study)
    topic = grounded = ""
    for row in rows:
        prior = study.priors[row.name.partition("[")[0]]
        if (first := row.name.partition(".")[0]) != topic:
            topic = first
            columns = "".join(f"{name:>{CELL}}" for name in ("P5", "P50", "P95"))
            console.print(
                Text.assemble("\n", (f"{plain(topic):{width}}", "bold"), (f"{columns}  Unit", "dim"))
            )
        console.print(
            Text(f"{plain(row.name):{width}}{percentiles(row)}  {plain(row.unit)}".rstrip()), soft_wrap=True
        )
        if prior.name != grounded:
            rests = grounds(prior, study)
            if layered:
                rests = f"{rests.removesuffix('.')}. From {plain(prior.file)}."
            console.print(Padding(Text(rests, style="dim"), (0, 0, 0, 2), expand=False))
            grounded = prior.name


def percentiles(row: SummaryRow) -> str:
    """Return a row's percentiles in columns; of a point mass its one number, in the middle."""
    texts = ("", number(row.p50), "") if row.p05 == row.p95 else map(number, (row.p05, row.p50, row.p95))
    return "".join(f"{text:>{CELL}}" for text in texts)


def grounds(prior: Prior, study: Study) -> str:
    """Return in a line what a prior is and rests on: family, bounds, basis, date, ranked sources, note."""
    family = "point mass" if prior.family == "fixed" else prior.family
    bounds = [number(b) for b in prior.bounds]
    if any(np.isfinite(prior.bounds)):
        family += f" within [{bounds[0]}, {bounds[1]}]"
    family += "".join(f", {key} drawn from {parent}" for key, parent in prior.drawn.items())
    ranked = (f"{name} ({study.sources[name].rank or 'not ranked'})" for name in prior.sources)
    parts = [family, prior.basis, f"as of {prior.as_of}" if prior.as_of else "", ", ".join(ranked)]
    line = "; ".join(plain(part) for part in parts if part)
    return f"{line}. {plain(prior.note)}" if prior.note else line


def number(value: float) -> str:
    """Return a number to a few digits, without an exponent where it can be read without."""
    if value != 0 and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.{DIGITS - 1}g}"
    text = f"{value:.{DIGITS}g}"
    return f"{float(text):,.0f}" if "e" in text else text


def audit_table(console: Console, study: Study) -> None:
    """Print how many priors of each topic rest on what basis, and how old they are at the set's date."""
    title(console, study)
    console.print()
    rows = table("Topic", "Priors", *(basis.capitalize() for basis in BASES), "Oldest", "Median age")
    groups = topics(study.priors.values())
    for topic, members in [*groups.items(), ("All", list(study.priors.values()))]:
        bases = Counter(prior.basis for prior in members)
        dates = sorted(prior.as_of for prior in members if prior.as_of)
        rows.add_row(
            Text(plain(topic), style="bold" if topic == "All" else ""),
            str(len(members)),
            *(str(bases[basis] or "-") for basis in BASES),
            str(dates[0]) if dates else "no date",
            age(dates[len(dates) // 2], study.as_of) if dates else "",
        )
    console.print(rows)
    if study.sources:
        console.print()
        console.print(_ranks(study))


def _ranks(study: Study) -> Table:
    """Return how many sources are of each rank, and for how many priors each is the best they have."""
    sources = Counter(source.rank for source in study.sources.values())
    best = (strongest(study.sources[name] for name in prior.sources) for prior in study.priors.values())
    priors = Counter(source.rank if source else "" for source in best)
    rows = table("Kind of document", "Sources", "Best of priors")
    for rank in (*Rank, None):
        if sources[rank]:
            rows.add_row(rank.capitalize() if rank else "Not ranked", str(sources[rank]), str(priors[rank]))
    if priors[""]:
        rows.add_row("No source named", "-", str(priors[""]))
    return rows


def age(day: date, at: date | None) -> str:
    """Return how old a date is, in days or months."""
    if at is None:
        return ""
    days = (at - day).days
    return f"{days} days" if days < 60 else f"{days / 30.4375:.0f} months"


def cite(console: Console, study: Study) -> None:
    """Print the bibliography of a set: each source with the number of priors that rest on it."""
    uses = Counter(source for prior in study.priors.values() for source in prior.sources)
    title(console, study)
    for name, source in sorted(study.sources.items()):
        count = f"{uses[name]} prior{'s' if uses[name] != 1 else ''}" if uses[name] else "not used"
        console.print(Text.assemble("\n", (f"[{plain(name)}]", "bold"), f" {plain(source.title)}"))
        parts: Mapping[str, object] = {
            "rank": source.rank or "not ranked",
            "date": source.date,
            "provenance": source.provenance,
            "uses": count,
        }
        line = " · ".join(plain(part) for part in parts.values() if part)
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2), expand=False))
        if source.note:
            console.print(Padding(Text(plain(source.note)), (0, 0, 0, 2), expand=False))
        if source.address:
            console.print(Text(f"  {plain(source.address)}"), soft_wrap=True)
