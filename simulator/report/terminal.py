"""A run on the terminal: what it is worth, the verdict, the numbers behind them, then what the run was.

Sentences have numbers rounded to what a decision needs, as the report has them. In tables every number stands
with its Monte Carlo standard error and no digit beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from simulator.estimate import Summary, by_entity, codes_of
from simulator.report.console import WIDE, heading, plain
from simulator.report.estimates import Estimates, lay
from simulator.report.metric_lines import lines, words
from simulator.report.run_tables import (
    ALL_QUANTILES,
    QUANTILES,
    debt,
    given,
    outcomes,
    overview,
    own_metrics,
    scorecard,
    targets,
)
from simulator.report.verdict import rules, sentence, unjudged, verdicts, worth
from simulator.study import Study

if TYPE_CHECKING:
    from simulator.analysis.structures import Structures

#: Facts that are paths or commands.
COPIED = frozenset({"Stored in", "Again", "Verify", "Check"})

MORE = "All metrics, medians by verdict, scorecard: --full. With charts: strandline report."
MORE_OF_SUMMARY = "All metrics, medians by verdict, scorecard: --full."
ERRORS = (
    "± one standard error of the simulation: how well it knows what the model says, not how well the model "
    "knows the world."
)
OF_SUMMARY = (
    "A summary is kept, no paths: quantiles are off by at most {} of their ± for that, those given a verdict "
    "by at most {}; their ± have it in them."
)
HEAVY = "† heavy tail: a handful of paths carries this number; do not trust its error, read the quantiles."

UNJUDGED = (
    "No verdict: the study has no rules for one. Write [verdict.bull] and [verdict.bear], or extend a study "
    "that has them."
)


def print_verdict(console: Console, summary: Summary, study: Study) -> None:
    """Print what comes first: the title, what the spending is worth, and the verdict in words.

    Parameters
    ----------
    console
        Where to.
    summary
        What `Run.summarise` returns.
    study
        The study that was run: its title, date, companies, scorecard and rules.
    """
    console.print(Text(plain(study.title) or study.name, style="bold"))
    console.print()
    if not summary.verdicts:
        console.print(Text(UNJUDGED))
        return
    titles = entities(summary, study)
    if told := worth(summary, titles):
        console.print(Text(told))
    codes = codes_of(study.settings.verdicts)
    lost = bool(summary.no_verdict)
    console.print(unjudged(summary, titles) if lost else sentence(summary, codes, titles))


def print_run(
    console: Console,
    summary: Summary,
    study: Study,
    facts: Mapping[str, str],
    structures: Structures | None = None,
) -> None:
    """Print, below the verdict, a run on one screen: chances, the group's outcomes, and what the run was.

    Parameters
    ----------
    console, summary, study
        As for `print_verdict`.
    facts
        What the run was, in lines of a name and a text.
    structures
        What the structures of the study make of it, if it has any.
    """
    titles = entities(summary, study)
    _print_chances(console, summary, study, titles, structures)
    value, *others = lines()
    heavy = _print_tables(
        console,
        outcomes(summary, titles, value, QUANTILES, wide=console.width >= WIDE),
        overview(summary, others),
        own_metrics(summary, QUANTILES),
        targets(summary),
    )
    console.print()
    console.print(Text(MORE if summary.bound is None else MORE_OF_SUMMARY, style="dim"))
    _print_end(console, summary, facts, heavy=heavy)


def print_all(
    console: Console,
    summary: Summary,
    study: Study,
    facts: Mapping[str, str],
    more: Sequence[Estimates] = (),
    structures: Structures | None = None,
) -> None:
    """Print, below the verdict, every table: each metric by company, medians by verdict, the scorecard.

    Parameters
    ----------
    console, summary, study, facts
        As for `print_run`.
    more
        Tables that need more than the summary, after the scorecard.
    structures
        As for `print_run`.
    """
    titles = entities(summary, study)
    _print_chances(console, summary, study, titles, structures)
    wide = console.width >= WIDE
    heavy = _print_tables(
        console,
        *(outcomes(summary, titles, line, ALL_QUANTILES, wide=wide) for line in lines()),
        own_metrics(summary, ALL_QUANTILES),
        debt(summary, titles),
        given(summary, codes_of(study.settings.verdicts)),
        scorecard(summary, study, titles),
        *more,
        targets(summary),
    )
    console.print(Text(items(study), style="dim"))
    _print_end(console, summary, facts, heavy=heavy)


def _print_chances(
    console: Console,
    summary: Summary,
    study: Study,
    titles: Mapping[str, str],
    structures: Structures | None,
) -> None:
    _print_band(console, study, structures)
    if summary.verdicts:
        console.print()
        console.print(lay(console, verdicts(summary, codes_of(study.settings.verdicts), titles)))
        console.print(Text(rules(study), style="dim"))


def _print_band(console: Console, study: Study, structures: Structures | None) -> None:
    if structures is not None:
        # Here and not above: `doctor` prints without what runs a study.
        from simulator.report.structures import band

        console.print(band(structures, list(codes_of(study.settings.verdicts))))


def _print_tables(console: Console, *parts: Estimates) -> bool:
    """Print the tables that have rows, and return whether a number in them is marked as heavy-tailed."""
    for part in parts:
        if part.rows:
            console.print()
            console.print(lay(console, part))
    return any(part.has(HEAVY[0]) for part in parts)


def _print_end(console: Console, summary: Summary, facts: Mapping[str, str], *, heavy: bool) -> None:
    console.print()
    if heavy:
        console.print(Text(HEAVY, style="dim"))
    console.print(Text(ERRORS, style="dim"))
    if summary.bound is not None:
        shares = (f"{share:.1g}" for share in summary.bound)
        console.print(Text(OF_SUMMARY.format(*shares), style="dim"))
    print_facts(console, facts)


def print_facts(console: Console, facts: Mapping[str, str], title: str = "The run") -> None:
    """Print facts under a title. A path or a command is one line however long: it is copied whole."""
    console.print(heading(title))
    width = max(map(len, facts), default=0) + 2
    for name, text in facts.items():
        line = Text.assemble((f"{name:{width}}", "dim"), plain(text))
        if name in COPIED or console.width <= 2 * width:
            console.print(line, soft_wrap=True)
            continue
        first, *others = Text(plain(text)).wrap(console, console.width - width)
        console.print(Text.assemble((f"{name:{width}}", "dim"), first))
        for other in others:
            console.print(Text(" " * width).append(other))


def entities(summary: Summary, study: Study) -> dict[str, str]:
    """Return what the summary speaks of and its title for a reader: the group first, then the companies."""
    titles = {"group": "Group"} | {name: plain(title) for name, title in study.settings.entities.items()}
    judged = summary.verdicts or by_entity(summary.estimates)
    return {name: titles.get(name, plain(name)) for name in judged}


def items(study: Study) -> str:
    """Return what the scorecard's items are called."""
    return "; ".join(f"{words(item.metric)}: {plain(item.title)}" for item in study.settings.scorecard)
