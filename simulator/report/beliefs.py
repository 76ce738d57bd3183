"""Prior sets told on the terminal: what is believed, on what basis, how old it is, and by whom it is said."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from simulator.report.console import heading, plain, table
from simulator.study import Prior, Study

BASES = ("reported", "published", "judgement")

#: Digits of a prior's quantile: more than anyone believes, enough to tell two priors apart.
DIGITS = 4


def topics(priors: Iterable[Prior]) -> dict[str, list[Prior]]:
    """Return the priors by topic, which is the first part of their names."""
    found: dict[str, list[Prior]] = {}
    for prior in priors:
        found.setdefault(prior.name.partition(".")[0], []).append(prior)
    return found


def list_sets(console: Console, studies: Sequence[Study]) -> None:
    """Print the prior sets that come with the program, one a line."""
    shown = table("Set", "As of", "Priors", "Title", numbers_from=4)
    for study in studies:
        shown.add_row(study.name, str(study.as_of), str(len(study.priors)), plain(study.title))
    console.print(shown)


def show(
    console: Console, study: Study, priors: Sequence[Prior], quantile: Callable[[Prior], np.ndarray]
) -> None:
    """Print priors: two lines each, the numbers on the first and what they rest on below.

    Parameters
    ----------
    console
        Where to.
    study
        The set that they are of.
    priors
        Those to show.
    quantile
        Of a prior, its 5th, 50th and 95th percentile in the prior's unit, one row a component.
    """
    width = min(max((len(p.name) for p in priors), default=0) + 1, 44)
    console.print(Text(f"{plain(study.title)}, as of {study.as_of}", style="bold"))
    for topic, members in topics(priors).items():
        columns = "".join(f"{name:>11}" for name in ("P5", "P50", "P95"))
        console.print(Text.assemble("\n", (f"{topic:{width}}", "bold"), (f"{columns}  unit", "dim")))
        for prior in members:
            for index, row in enumerate(np.atleast_2d(quantile(prior))):
                name = prior.name if index == 0 else f"  component {index + 1}"
                numbers = (
                    f"{'':11}{number(row[1]):>11}{'':11}"
                    if row[0] == row[2]
                    else "".join(f"{number(x):>11}" for x in row)
                )
                console.print(Text(f"{plain(name):{width}}{numbers}  {plain(prior.unit)}".rstrip()))
            console.print(Padding(Text(grounds(prior), style="dim"), (0, 0, 0, 2)))


def grounds(prior: Prior) -> str:
    """Return in a line what a prior is and rests on: family, bounds, basis, date, sources, note."""
    family = "point mass" if prior.family == "fixed" else prior.family
    bounds = [number(b) for b in prior.bounds]
    if any(np.isfinite(prior.bounds)):
        family += f" within [{bounds[0]}, {bounds[1]}]"
    said = [family, prior.basis, f"as of {prior.as_of}" if prior.as_of else "", ", ".join(prior.sources)]
    line = "; ".join(plain(part) for part in said if part)
    return f"{line}. {plain(prior.note)}" if prior.note else line


def number(value: float) -> str:
    """Return a number to a few digits, without an exponent where it can be read without."""
    if value != 0 and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.{DIGITS - 1}g}"
    text = f"{value:.{DIGITS}g}"
    return f"{float(text):,.0f}" if "e" in text else text


def audit_table(console: Console, study: Study) -> None:
    """Print how many priors of each topic rest on what basis, and how old they are at the set's date."""
    console.print(Text(f"{study.name}: {plain(study.title)}, as of {study.as_of}", style="bold"))
    console.print()
    shown = table("Topic", "Priors", *(basis.capitalize() for basis in BASES), "Oldest", "Median age")
    groups = topics(study.priors.values())
    for topic, members in [*groups.items(), ("All", list(study.priors.values()))]:
        bases = Counter(prior.basis for prior in members)
        dates = sorted(prior.as_of for prior in members if prior.as_of)
        shown.add_row(
            Text(plain(topic), style="bold" if topic == "All" else ""),
            str(len(members)),
            *(str(bases[basis] or "-") for basis in BASES),
            str(dates[0]) if dates else "no date",
            age(dates[len(dates) // 2], study.as_of) if dates else "",
        )
    console.print(shown)


def age(day: date, at: date | None) -> str:
    """Return how old a date is, in days or months."""
    if at is None:
        return ""
    days = (at - day).days
    return f"{days} days" if days < 60 else f"{days / 30.4375:.0f} months"


def cite(console: Console, study: Study) -> None:
    """Print the bibliography of a set: each source with the number of priors that rest on it."""
    uses = Counter(source for prior in study.priors.values() for source in prior.sources)
    console.print(heading(f"Sources of {study.name}, {plain(study.title)}"))
    for name, source in sorted(study.sources.items()):
        count = f"{uses[name]} prior{'s' if uses[name] != 1 else ''}" if uses[name] else "not used"
        console.print(Text.assemble("\n", (f"[{plain(name)}]", "bold"), f" {plain(source.title)}"))
        parts: Mapping[str, object] = {
            "date": source.date,
            "provenance": source.provenance,
            "uses": count,
        }
        line = " · ".join(plain(part) for part in parts.values() if part)
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
        if source.note:
            console.print(Padding(Text(plain(source.note)), (0, 0, 0, 2)))
        if source.address:
            console.print(Text(f"  {plain(source.address)}"), soft_wrap=True)
