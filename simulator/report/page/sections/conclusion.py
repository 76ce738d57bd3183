"""What evidence taught in sentences, on page and terminal: no difference that errors do not allow."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from simulator.report.page.document import Code, Coloured, Inline, Quoted
from simulator.report.page.speech import Speech
from simulator.study import load_study, shipped_sets

type Summary = Mapping[str, Any]

#: The statistics of value created that the first paragraph tells of.
TOLD = {"mean": "mean", "p50": "median"}


def lead(found: Summary, say: Speech) -> list[Inline]:
    """Return the likeliest verdict on the group, or on the first there is, and its value before and after."""
    leader = next(iter(found["prior"]["verdicts"]))
    before, after, change = (found[which]["verdicts"][leader] for which in ("prior", "posterior", "change"))
    top = max(after, key=lambda verdict: after[verdict]["value"])
    pieces = say.fill(
        f"update.lead_chance_{_turn(change[top])}",
        verdict=Coloured(say(f"verdict.{top}"), top),
        entity=_entity(found, say, leader),
        before=say.rough_percent(before[top]),
        after=say.rough_percent(after[top]),
        difference=say.rough(_size(change[top]), 100.0, say.unit("points")),
    )
    for sentence in _value(found, say, f"value_created.{leader}"):
        pieces += [say("answer.space"), sentence]
    return pieces


def _value(found: Summary, say: Speech, metric: str) -> Iterator[str]:
    """Give a sentence on the mean and one on the median, where the model has the metric."""
    if metric not in found["prior"]["estimates"]:
        return
    unit = say.unit("money")
    before, after, change = (found[which]["estimates"][metric] for which in ("prior", "posterior", "change"))
    for name, word in TOLD.items():
        numbers = {"before": before[name], "after": after[name], "difference": _size(change[name])}
        texts = {key: say.rough(number, unit.factor, unit) for key, number in numbers.items()}
        yield say(f"update.lead_{word}_{_turn(change[name])}", **texts)


def unheard(found: Summary, say: Speech) -> list[Inline]:
    """Return how much was only said since the study's day, and where to find it; nothing where none was."""
    said = [row for row in found["left_out"] if row["kind"] != "actual" and row["reason"] in SAID]
    if not said:
        return []
    pieces: list[Inline] = [say("update.unheard", count=say.count(len(said)))]
    day = found["as_of"] and date.fromisoformat(found["as_of"])
    if later := _later_study(found["study"], found["prior_as_of"], day):
        command = Code(f"strandline diff {found['study']} {later}")
        pieces += [say("answer.space"), *say.fill("update.unheard_diff", command=command)]
    return pieces


#: Why guidance that became known since is left out: for what it is, or as a newer one replaced it.
SAID = ("not_actual", "restated")


def _later_study(name: str, own: str | None, day: date | None) -> str:
    """Return the newest shipped study that was written after another and by a day; empty where none was."""
    if own is None or day is None or name not in shipped_sets():
        return ""
    days = {one: load_study(one).as_of for one in shipped_sets()}
    later = {one: known for one, known in days.items() if known and date.fromisoformat(own) < known <= day}
    return max(later, key=lambda one: later[one], default="")


def _entity(found: Summary, say: Speech, name: str) -> Inline:
    if name in ("group", "model"):
        return say(f"entity.the_{name}")
    return Quoted(say.told(found["titles"].get(name, name)).text)


def _turn(change: Mapping[str, Any]) -> str:
    """Return whether a change is up, down, or not to be told from none."""
    if not change["distinguishable"]:
        return "same"
    return "up" if change["value"] > 0 else "down"


def _size(change: Mapping[str, Any]) -> dict[str, Any]:
    return {**change, "value": None if change["value"] is None else abs(change["value"])}
