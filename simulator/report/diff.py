"""The difference of two studies or runs on the terminal: the verdict first, then what changed it."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from simulator.analysis.comparison.attribution import PartEffect
from simulator.analysis.comparison.record import ComparedStatistic, StoredRun, StudyDifference
from simulator.analysis.comparison.statistics import BELOW_ZERO, MEAN, feared_chance
from simulator.estimate import Number, distinguishable
from simulator.estimate.verdicts import MODEL
from simulator.report import changes
from simulator.report.console import plain
from simulator.report.estimates import Estimates, lay
from simulator.report.statistic import KINDS, change, label, level, metric, phrase, title, unit, verdict
from simulator.report.titles import prior_title, row_title
from simulator.study.domain import rate_metric

#: Parts that the sentence names either way, at most.
NAMED = 2

ALONE = (
    "Into the first: the effect of this part alone, all else as in the first study. Out of the second: what "
    "is lost where this part alone is as in the first. Share: the mean of its steps with the parts taken in "
    "alphabetical order and in the reverse; shares add up to the change. Together: what parts do in company, "
    "beyond their effects alone."
)
PRIORS = "Single priors, of those that both studies have: mean of into the first and out of the second."
ERRORS = (
    "± one standard error of the simulation, for differences of the same paths: how well it knows what the "
    "model says, not how well the model knows the world."
)
STORED = (
    "Beliefs: the change on the same draws. Model: stored less computed again from the same draws. "
    "Noise: the rest, which other draws bring; its error says how large it has to be expected."
)


def print_difference(console: Console, found: StudyDifference, top: int) -> None:
    """Print a difference; of single priors so many."""
    names = [plain(side.run or side.study) for side in (found.first, found.second)]
    console.print(Text(changes.TO.join(names), style="bold"))
    console.print(Text(facts(found), style="dim"))
    console.print()
    if told := worth(found):
        console.print(told)
        console.print()
    console.print(sentence(found))
    for table in (*totals(found), *attributed(found, top)):
        if table.rows:
            console.print()
            console.print(lay(console, table))
    if found.not_attributed:
        console.print(Text(f"\nNot divided among parts: {plain(found.not_attributed)}."))
    if found.stored:
        console.print()
        console.print(lay(console, stored(found)))
        for which, run in (("First", found.stored.first), ("Second", found.stored.second)):
            console.print(Text(made(which, run, found.stored.now), style="dim"))
        console.print(Text(STORED, style="dim"))
    changes.print_changes(console, found.changes)
    console.print()
    for line in (ALONE, PRIORS) if found.parts else ():
        console.print(Text(line, style="dim"))
    console.print(Text(ERRORS, style="dim"))


def facts(found: StudyDifference) -> str:
    """Return in a line what the comparison rests on, and what it leaves out."""
    first, second = found.first.entities, found.second.entities
    parts = [f"{found.paths:,} paths on the same draws (seed {found.seed}, {found.sampler})"]
    if found.priors:
        parts.append(f"{found.paths_of_priors:,} for single priors")
    for which, own, others in (("first", first, second), ("second", second, first)):
        if only := [plain(title) for name, title in own.items() if name not in others]:
            parts.append(f"not compared, since only the {which} has it: {', '.join(only)}")
    return "; ".join(parts)


def titles(found: StudyDifference) -> dict[str, str]:
    """Return what is compared and its title for a reader: the group first."""
    known = {**found.second.entities, **found.first.entities, "group": "Group", MODEL: "Model"}
    names = dict.fromkeys(one.statistic.entity for one in found.statistics.values())
    return {name: plain(known.get(name, name)) for name in names}


def leading(found: StudyDifference) -> list[ComparedStatistic]:
    """Return the statistics that are divided: the first entity's chance to fear and mean, or the first."""
    entity = next(iter(titles(found)))
    functions = feared_chance(found.verdicts), MEAN
    statistics = [one for one in found.statistics.values() if one.statistic.entity == entity]
    return [one for one in statistics if one.statistic.function in functions][:2]


def worth(found: StudyDifference) -> Text:
    """Return in words how the first entity's chance of a loss changed, and its value per dollar."""
    names = titles(found)
    own = [one for one in found.statistics.values() if one.statistic.entity == next(iter(names))]
    rate = rate_metric(one.statistic.of for one in own)
    text = Text()
    for compared in own:
        one = compared.statistic
        if one.function == BELOW_ZERO:
            text.append(f"{phrase(one, names)} {_way(compared, ' points', ' %')}.", "bold")
        elif rate and one.function == MEAN and one.of.split(".")[0] == rate:
            text.append(f" Value per dollar {_way(compared, ' cents', ' cents')}.")
    return text


def _way(compared: ComparedStatistic, change_unit: str, unit: str) -> str:
    """Return which way a statistic moves and by how much, or that it does not clearly."""
    one, by = compared.statistic, compared.change
    first, second = (f"{level(number, one)}{unit}" for number in (compared.first, compared.second))
    if by.value == by.error == 0:
        return f"is the same in both: {first}"
    if not distinguishable(by):
        return f"does not clearly move, from {first} to {second}"
    way = "rises" if by.value > 0 else "falls"
    return f"{way} by {level(abs(by), one)}{change_unit}, from {first} to {second}"


def sentence(found: StudyDifference) -> Text:
    """Return in words how the first of the leading statistics changed, and by what."""
    compared = leading(found)[0]
    one, by = compared.statistic, compared.change
    what = phrase(one, titles(found))
    per, points = (" %", " points") if one.is_chance else ("", "")
    first, second = (f"{level(number, one)}{per}" for number in (compared.first, compared.second))
    if by.value == by.error == 0:
        return Text.assemble((f"{what} is the same", "bold"), f" in both: {first}.")
    if not distinguishable(by):
        return Text.assemble(
            (f"{what} moves by no more than noise", "bold"),
            f": {change(by, one)}{points}, from {first} to {second}.",
        )
    way = "rises" if by.value > 0 else "falls"
    text = Text.assemble(
        (f"{what} {way} by {level(abs(by), one)}{points}", "bold"), f", from {first} to {second}."
    )
    shares = {plain(part.name): part.effects[one.name].share for part in found.parts}
    for side, sign in (("up", 1), ("down", -1)):
        own = sorted((-sign * share.value, part) for part, share in shares.items() if distinguishable(share))
        named = [f"{part} {change(shares[part], one)}" for size, part in own if size < 0][:NAMED]
        text.append(f" Mostly {side}: {', '.join(named)}." if named and len(shares) > 1 else "")
    return text


def totals(found: StudyDifference) -> Iterator[Estimates]:
    """Give the statistics of either study and their change: verdicts, then each metric."""
    names, feared = titles(found), feared_chance(found.verdicts)
    tables: dict[str, Estimates] = {}
    for compared in found.statistics.values():
        one = compared.statistic
        key = "verdict" if one.is_share else metric(one)
        if key not in tables:
            tables[key] = Estimates([_header(key.capitalize(), unit(one)), "First", "Second", "Change"])
        if one.is_chance and one.function != feared and one.entity not in ("group", MODEL):
            continue
        what = (
            "value below 0"
            if one.function == BELOW_ZERO
            else verdict(one)
            if one.is_chance
            else KINDS[one.function]
        )
        row = what if one.entity == MODEL else f"{names[one.entity]}, {what}"
        cells = level(compared.first, one), level(compared.second, one), change(compared.change, one)
        tables[key].add(row_title(one.entity, row), *cells)
    yield from tables.values()


def attributed(found: StudyDifference, top: int) -> Iterator[Estimates]:
    """Give what parts and single priors do to the leading statistics, then their shares by entity."""
    if not found.parts:
        return
    chosen = leading(found)
    for one in chosen:
        yield by_part(found, one)
    for one in chosen:
        yield by_entity(found, one)
    yield by_prior(found, chosen, top)


def by_part(found: StudyDifference, compared: ComparedStatistic) -> Estimates:
    """Return the effects of every part on one statistic."""
    one = compared.statistic
    header = _header(label(one, titles(found)), f"{unit(one)}\nby part (changes)")
    table = Estimates([header, "Into the\nfirst", "Out of the\nsecond", "Share"])
    for part in found.parts:
        cells = (change(number, one) for number in _numbers(part.effects[one.name]))
        table.add(f"{plain(part.name)} ({part.changes})", *cells)
    if len(found.parts) > 1:
        beyond = found.together[one.name].beyond_alone
        table.add(Text("Together", style="dim"), change(beyond, one), "", "")
    table.add(Text("Change", style="bold"), "", "", change(compared.change, one))
    return table


def by_entity(found: StudyDifference, compared: ComparedStatistic) -> Estimates:
    """Return the shares of every part in one statistic of each entity; no rows where there is one entity."""
    this = compared.statistic
    alike = [one for one in found.statistics.values() if _kind(one) == _kind(compared)]
    names = (titles(found)[one.statistic.entity] for one in alike)
    table = Estimates([_header(title(this), f"{unit(this)}\nshares"), *names])
    if len(alike) < 2:
        return table
    for part in found.parts:
        shares = (part.effects[one.statistic.name].share for one in alike)
        table.add(plain(part.name), *(change(share, this) for share in shares))
    table.add(Text("Change", style="bold"), *(change(one.change, this) for one in alike))
    return table


def by_prior(found: StudyDifference, chosen: Sequence[ComparedStatistic], top: int) -> Estimates:
    """Return the single priors that do most: their effects on the leading statistic, the mean on the next."""
    names = titles(found)
    first, *others = (compared.statistic for compared in chosen)
    header = _header(label(first, names), f"{unit(first)}\nsingle priors")
    columns = [f"{KINDS[one.function].capitalize()}\n{metric(one)}\n{unit(one)}" for one in others]
    table = Estimates([header, "Into the\nfirst", "Out of the\nsecond", "Mean", *columns])
    for prior in found.priors[:top]:
        cells = [change(number, first) for number in _numbers(prior.effects[first.name])]
        cells += [change(prior.effects[one.name].share, one) for one in others]
        table.add(prior_title(prior.name, names), *cells)
    return table


def stored(found: StudyDifference) -> Estimates:
    """Return what the stored difference of two runs is the sum of."""
    header = _header("As stored", "second less first;\nchances in points")
    table = Estimates([header, "Change", "Beliefs", "Model", "Noise"])
    functions = feared_chance(found.verdicts), MEAN
    for name, own in found.stored.statistics.items() if found.stored else ():
        one = found.statistics[name].statistic
        if one.function in functions:
            cells = (change(number, one) for number in (own.change, own.beliefs, own.model, own.noise))
            table.add(row_title(one.entity, label(one, titles(found))), *cells)
    return table


def made(which: str, run: StoredRun, now: Mapping[str, str]) -> str:
    """Return in a line what a stored run was made with, and whether it comes out the same now."""
    others = [
        f"{name} {run.versions.get(name, 'none')} (now {version})"
        for name, version in now.items()
        if run.versions.get(name) != version
    ]
    same = "identical" if run.identical else "not the same"
    return plain(
        f"{which}: {run.paths:,} paths, seed {run.seed}, {run.sampler}; computed again "
        f"on {run.paths_again:,} paths: {same}" + (f"; made with {', '.join(others)}" if others else "")
    )


def _header(what: str, below: str) -> Text:
    return Text.assemble((what, "not dim bold"), f"\n{below}")


def _numbers(effect: PartEffect[Number]) -> tuple[Number, Number, Number]:
    return effect.into_first, effect.out_of_second, effect.share


def _kind(compared: ComparedStatistic) -> tuple[str, str]:
    """Return what a statistic has in common with those of other entities."""
    return title(compared.statistic), unit(compared.statistic)
