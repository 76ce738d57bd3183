"""The difference of two studies or runs, told on the terminal: the verdict first, then what moved it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from simulator.estimate import feared
from simulator.estimate.targets import CHANCE
from simulator.report import changes
from simulator.report.console import plain
from simulator.report.estimates import Estimates, lay
from simulator.report.statistic import (
    KINDS,
    clear,
    estimate,
    kind,
    label,
    metric,
    moved,
    sentence_subject,
    unit,
)
from simulator.report.terminal import prior_title, row_title

type Difference = Mapping[str, Any]

#: Parts that the sentence names either way, at most.
NAMED = 2
EFFECTS = ("into_first", "out_of_second", "share")

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


def tell(console: Console, found: Difference, top: int) -> None:
    """Print the object that ``strandline diff --json`` prints; of single priors so many."""
    names = [plain(found[which]["run"] or found[which]["study"]) for which in ("first", "second")]
    console.print(Text(changes.TO.join(names), style="bold"))
    console.print(Text(facts(found), style="dim"))
    console.print()
    console.print(sentence(found))
    for table in (*totals(found), *attributed(found, top)):
        if table.rows:
            console.print()
            console.print(lay(console, table))
    if found["not_attributed"]:
        console.print(Text(f"\nNot divided among parts: {plain(found['not_attributed'])}."))
    if found["stored"]:
        tell_stored(console, found)
    changes.tell(console, found["changes"])
    console.print()
    for line in (ALONE, PRIORS) if found["parts"] else ():
        console.print(Text(line, style="dim"))
    console.print(Text(ERRORS, style="dim"))


def facts(found: Difference) -> str:
    """Return in a line what the comparison rests on, and what it leaves out."""
    first, second = (found[which]["entities"] for which in ("first", "second"))
    said = [f"{found['paths']:,} paths on the same draws (seed {found['seed']}, {found['sampler']})"]
    if found["priors"]:
        said.append(f"{found['paths_of_priors']:,} for single priors")
    for which, own, others in (("first", first, second), ("second", second, first)):
        if only := [plain(title) for name, title in own.items() if name not in others]:
            said.append(f"not compared, since only the {which} has it: {', '.join(only)}")
    return "; ".join(said)


def titles(found: Difference) -> dict[str, str]:
    """Return what is compared and its title for a reader: the group first."""
    known = {**found["second"]["entities"], **found["first"]["entities"], "group": "Group", "model": "Model"}
    names = dict.fromkeys(one["entity"] for one in found["statistics"].values())
    return {name: plain(known.get(name, name)) for name in names}


def worst(found: Difference) -> str:
    """Return the chance that is told first: of the verdict that is feared."""
    return f"{CHANCE}{feared(found['verdicts'])}" if found["verdicts"] else ""


def leading(found: Difference) -> list[str]:
    """Return the statistics whose parts are told: the first entity's worst chance and mean, or the first."""
    statistics = found["statistics"]
    entity = next(iter(titles(found)))
    own = [name for name, one in statistics.items() if one["entity"] == entity]
    chosen = [name for name in own if statistics[name]["function"] in (worst(found), "mean")]
    return chosen[:2]


def sentence(found: Difference) -> Text:
    """Return in words how the first of the leading statistics moved, and by what."""
    name = leading(found)[0]
    one = found["statistics"][name]
    change, what = one["change"], sentence_subject(one, titles(found))
    per, points = (" %", " points") if one["function"].startswith(CHANCE) else ("", "")
    first, second = (f"{estimate(one[which], one)}{per}" for which in ("first", "second"))
    if change["value"] == 0 and change["mcse"] == 0:
        return Text.assemble((f"{what} is the same", "bold"), f" in both: {first}.")
    if not clear(change):
        return Text.assemble(
            (f"{what} moves by no more than noise", "bold"),
            f": {moved(change, one)}{points}, from {first} to {second}.",
        )
    way = "rises" if change["value"] > 0 else "falls"
    by = estimate({**change, "value": abs(change["value"])}, one)
    said = Text.assemble((f"{what} {way} by {by}{points}", "bold"), f", from {first} to {second}.")
    shares = {plain(part["name"]): part["effects"][name]["share"] for part in found["parts"]}
    for side, sign in (("up", 1), ("down", -1)):
        own = sorted((-sign * share["value"], part) for part, share in shares.items() if clear(share))
        named = [f"{part} {moved(shares[part], one)}" for size, part in own if size < 0][:NAMED]
        said.append(f" Mostly {side}: {', '.join(named)}." if named and len(shares) > 1 else "")
    return said


def totals(found: Difference) -> Iterator[Estimates]:
    """Give the statistics of either study and their change: verdicts, then each metric."""
    names = titles(found)
    tables: dict[str, Estimates] = {}
    for one in found["statistics"].values():
        chance = one["function"].startswith(CHANCE)
        key = "verdict" if chance else metric(one)
        if key not in tables:
            header = Text.assemble((key.capitalize(), "not dim bold"), f"\n{unit(one)}")
            tables[key] = Estimates([header, "First", "Second", "Change"])
        if chance and one["function"] != worst(found) and one["entity"] not in ("group", "model"):
            continue
        what = one["function"].removeprefix(CHANCE) if chance else KINDS[one["function"]]
        title = what if one["entity"] == "model" else f"{names[one['entity']]}, {what}"
        cells = (estimate(one["first"], one), estimate(one["second"], one), moved(one["change"], one))
        tables[key].add(row_title(one["entity"], title), *cells)
    yield from tables.values()


def attributed(found: Difference, top: int) -> Iterator[Estimates]:
    """Give what parts and single priors do to the leading statistics, then their shares by entity."""
    if not found["parts"]:
        return
    names = leading(found)
    for name in names:
        yield by_part(found, name)
    for name in names:
        yield by_entity(found, name)
    yield by_prior(found, names, top)


def by_part(found: Difference, name: str) -> Estimates:
    """Return the effects of every part on one statistic."""
    one = found["statistics"][name]
    header = Text.assemble((label(one, titles(found)), "not dim bold"), f"\n{unit(one)}\nby part (changes)")
    shown = Estimates([header, "Into the\nfirst", "Out of the\nsecond", "Share"])
    for part in found["parts"]:
        cells = (moved(part["effects"][name][which], one) for which in EFFECTS)
        shown.add(f"{plain(part['name'])} ({part['changes']})", *cells)
    if len(found["parts"]) > 1:
        shown.add(Text("Together", style="dim"), moved(found["together"][name]["beyond_alone"], one), "", "")
    shown.add(Text("Change", style="bold"), "", "", moved(one["change"], one))
    return shown


def by_entity(found: Difference, name: str) -> Estimates:
    """Return the shares of every part in one statistic of each entity; no rows where there is one entity."""
    this = found["statistics"][name]
    alike = {
        other: one
        for other, one in found["statistics"].items()
        if one["function"] == this["function"] and (unit(one), kind(one)) == (unit(this), kind(this))
    }
    what = label({**this, "entity": "model"}, {})
    header = Text.assemble((what, "not dim bold"), f"\n{unit(this)}\nshares")
    shown = Estimates([header, *(titles(found)[one["entity"]] for one in alike.values())])
    if len(alike) < 2:
        return shown
    for part in found["parts"]:
        shown.add(plain(part["name"]), *(moved(part["effects"][own]["share"], alike[own]) for own in alike))
    shown.add(Text("Change", style="bold"), *(moved(one["change"], one) for one in alike.values()))
    return shown


def by_prior(found: Difference, names: Sequence[str], top: int) -> Estimates:
    """Return the single priors that do most: their effects on the leading statistic, the mean on the next."""
    names_of = titles(found)
    first, *rest = (found["statistics"][name] for name in names)
    title = f"{label(first, titles(found))}\n{unit(first)}\nsingle priors"
    shown = Estimates([Text.assemble((title.split("\n")[0], "not dim bold"), title[title.index("\n") :])])
    shown.headers = [*shown.headers, "Into the\nfirst", "Out of the\nsecond", "Mean"]
    shown.headers += [f"{KINDS[one['function']].capitalize()}\n{metric(one)}\n{unit(one)}" for one in rest]
    for prior in found["priors"][:top]:
        cells = [moved(prior["effects"][names[0]][which], first) for which in EFFECTS]
        cells += [
            moved(prior["effects"][name]["share"], one) for name, one in zip(names[1:], rest, strict=True)
        ]
        shown.add(prior_title(prior["name"], names_of), *cells)
    return shown


def tell_stored(console: Console, found: Difference) -> None:
    """Print what the stored difference of two runs consists of, and what the runs were made with."""
    stored, names = found["stored"], titles(found)
    header = Text.assemble(("As stored", "not dim bold"), "\nsecond less first;\nchances in points")
    shown = Estimates([header, "Change", "Beliefs", "Model", "Noise"])
    for name, numbers in stored["statistics"].items():
        one = found["statistics"][name]
        if one["function"] in (worst(found), "mean"):
            cells = (moved(numbers[which], one) for which in ("change", "beliefs", "model", "noise"))
            shown.add(row_title(one["entity"], label(one, names)), *cells)
    console.print()
    console.print(lay(console, shown))
    for which in ("first", "second"):
        console.print(Text(made(which, stored[which], stored["now"]), style="dim"))
    text = (
        "Beliefs: the change on the same draws. Model: stored less computed again from the same draws. "
        "Noise: the rest, which other draws bring; its error says how large it has to be expected."
    )
    console.print(Text(text, style="dim"))


def made(which: str, run: Mapping[str, Any], now: Mapping[str, str]) -> str:
    """Return in a line what a stored run was made with, and whether it comes out the same now."""
    others = [
        f"{name} {run['versions'].get(name, 'none')} (now {version})"
        for name, version in now.items()
        if run["versions"].get(name) != version
    ]
    same = "identical" if run["identical"] else "not the same"
    return plain(
        f"{which.capitalize()}: {run['paths']:,} paths, seed {run['seed']}, {run['sampler']}; computed again "
        f"on {run['paths_again']:,} paths: {same}" + (f"; made with {', '.join(others)}" if others else "")
    )
