"""Structures and mechanisms on the terminal: the band in a sentence, and tables of what each does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from simulator.analysis.comparison.statistics import BELOW_ZERO, MEAN
from simulator.analysis.display import display_of, in_its_unit
from simulator.analysis.structures import Mechanisms, Structures, Tables, likeliest
from simulator.estimate import Number, codes_of
from simulator.estimate.targets import CHANCE
from simulator.report.console import capital, count, heading, plain
from simulator.report.estimates import Estimates, lay
from simulator.report.metric_lines import scale, words
from simulator.report.page.locale import Locale
from simulator.report.verdict import joined
from simulator.study import Study

LOCALE = Locale("en")

MECHANISMS = (
    "Changes are path by path on the same draws, and their errors those of pairs: each alone against none of "
    "them, and the study without it against the study as written. They do not add up where mechanisms work "
    "on each other."
)
STRUCTURES = (
    "Weights are a judgement of the study. The last row takes all structures by weight; the band is the "
    "least and the greatest over them."
)


def band(found: Structures, verdicts: Sequence[str]) -> Text:
    """Return the numbers that come first beside the error of the simulation and the band over structures.

    Parameters
    ----------
    found
        The study under each structure.
    verdicts
        Their names, of which one is the likeliest under each.
    """
    means = [name for name in found.leading if _is_mean(name)]
    chances = [name for name in found.leading if name not in means]
    over = f" over {count(len(found.structures), 'structure')} of the model"
    text = Text()
    for name in chances:
        number, ends = found.written[name], found.band(name)
        least, greatest = (LOCALE.rounded_percent(end) for end in (ends.least, ends.greatest))
        text.append(f"{' ' if text else ''}{label(name)}", "bold")
        text.append(f" is {LOCALE.rounded_percent(number)}, ± {100 * number.error:.1g} by simulation")
        text.append(f" and {least} to {greatest}{over}: least where “{plain(ends.lowest.title)}”,")
        text.append(f" greatest where “{plain(ends.highest.title)}”.")
        over = ""
    for name in means:
        number, ends = found.written[name], found.band(name)
        mean, least, greatest = (_amount(name, one) for one in (number, ends.least, ends.greatest))
        text.append(f"{' ' if text else ''}{label(name)}", "bold")
        text.append(f" is {mean}, and {least} to {greatest}{over or ' over these structures'}.")
    if judged := [name for name in chances if name.startswith(CHANCE)]:
        text.append(f" {_which(found, _of(judged[0]), verdicts)}")
    return text


def _which(found: Structures, entity: str, verdicts: Sequence[str]) -> str:
    """Return which verdict is the likeliest in how many structures, and in all of them by weight."""
    counts = found.likeliest(entity, verdicts)
    every = "all " if len(counts) == 1 else ""
    parts = [f"{words(name) or 'too close to call'} in {every}{number}" for name, number in counts.items()]
    mixed = words(likeliest(found.mixture, entity, verdicts)) or "too close to call"
    return f"The likeliest verdict is {joined(parts)} of these structures, and {mixed} by weight of all."


def print_tables(console: Console, found: Tables, study: Study) -> None:
    """Print what mechanisms and structures of a study do."""
    console.print(Text(plain(study.title) or study.name, style="bold"))
    console.print(Text(f"{found.paths:,} paths of each, seed {found.seed}, on the same draws", style="dim"))
    if found.mechanisms is not None:
        console.print()
        console.print(lay(console, mechanisms(found.mechanisms)))
        console.print(Text(MECHANISMS, style="dim"))
    if found.structures is not None:
        console.print()
        console.print(band(found.structures, list(codes_of(study.settings.verdicts))))
        console.print()
        console.print(lay(console, structures(found.structures)))
        console.print(heading("Change from the study as written"))
        console.print(lay(console, changes(found.structures)))
        console.print(Text(STRUCTURES, style="dim"))


def mechanisms(found: Mechanisms) -> Estimates:
    """Return the table of mechanisms: none, all, and the changes that each makes."""
    names = found.leading
    rows = Estimates(_headers("Mechanisms", names, found.written))
    rows.add("None of them", *_levels(names, found.none))
    rows.add("All: as written", *_levels(names, found.written))
    rows.add(Text("Change from none", style="dim"), *("" for _ in names))
    for one in found.mechanisms:
        rows.add(f"  {plain(one.title)}", *_changes(names, one.alone))
    rows.add(Text("  All together", style="bold"), *_changes(names, found.together))
    rows.add(Text("Change from all, without", style="dim"), *("" for _ in names))
    for one in found.mechanisms:
        rows.add(f"  {plain(one.title)}", *_changes(names, one.left_out))
    return rows


def structures(found: Structures) -> Estimates:
    """Return the table of structures: the weight of each and what would be so."""
    names = found.leading
    headers = _headers("Structures", names, found.written)
    rows = Estimates([headers[0], "Weight\n%", *headers[1:]])
    for one in found.structures:
        rows.add(plain(one.title), f"{100 * one.weight:.3g}", *_levels(names, one.statistics))
    rows.add(Text("All by weight", style="bold"), "100", *_levels(names, found.mixture))
    return rows


def changes(found: Structures) -> Estimates:
    """Return the table of what each structure changes."""
    names = found.leading
    rows = Estimates(_headers("Structures", names, found.written))
    for one in found.structures:
        if one.values:
            rows.add(plain(one.title), *_changes(names, one.changes))
    rows.add(Text("All by weight", style="bold"), *_changes(names, found.changes))
    return rows


def label(name: str) -> str:
    """Return what a statistic is called, such as "P(value created < 0)"."""
    function, of = name.removesuffix(")").split("(", 1)
    metric = words(of.partition(".")[0])
    if function == BELOW_ZERO:
        return f"P({metric} < 0)"
    return f"P({words(function.removeprefix(CHANCE))})" if function.startswith(CHANCE) else f"Mean {metric}"


def _of(name: str) -> str:
    """Return what a statistic is of: a metric with its entity, or of a verdict the entity."""
    return name.removesuffix(")").partition("(")[2]


def _is_mean(name: str) -> bool:
    return name.startswith(f"{MEAN}(")


def _amount(name: str, number: Number) -> str:
    """Return a mean rounded, in its unit for a reader."""
    metric = _of(name).partition(".")[0]
    one = display_of(metric)
    if in_its_unit(one, number.unit):
        return LOCALE.rounded(number, one.factor, LOCALE.unit(one.unit))
    factor, unit = scale(metric, number.unit)
    return f"{LOCALE.rounded(number, factor)} {unit}".rstrip()


def _headers(title: str, names: Sequence[str], numbers: Mapping[str, Number]) -> list[str | Text]:
    units = (numbers[name].unit if _is_mean(name) else "% of paths" for name in names)
    texts = (f"{capital(label(name))}\n{plain(unit)}" for name, unit in zip(names, units, strict=True))
    return [Text(title, "not dim bold"), *texts]


def _levels(names: Sequence[str], numbers: Mapping[str, Number]) -> list[str]:
    return [_text(name, numbers[name]) for name in names]


def _changes(names: Sequence[str], numbers: Mapping[str, Number]) -> list[str]:
    texts = ((numbers[name].value, _text(name, numbers[name])) for name in names)
    return [f"+{text}" if value > 0 else text for value, text in texts]


def _text(name: str, number: Number) -> str:
    """Return a statistic with its error: a chance in per cent, a mean in its unit."""
    factor = 1.0 if _is_mean(name) else 100.0
    return str(replace(number, unit="") * factor)
