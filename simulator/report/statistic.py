"""Statistics of a difference in words and numbers: what one is called, its unit, how it moved."""

from collections.abc import Mapping
from typing import Any

from simulator.estimate import Number, distinguishable
from simulator.estimate.targets import CHANCE
from simulator.report.console import plain
from simulator.report.metric_lines import words

type Statistic = Mapping[str, Any]
type Found = Mapping[str, float | None]

KINDS = {"mean": "mean", "p50": "median"}


def sentence_subject(one: Statistic, names: Mapping[str, str]) -> str:
    """Return what a statistic is called in a sentence, such as "The chance of bear for Meta"."""
    whom = names[one["entity"]] if one["entity"] not in ("group", "model") else "the group"
    of = f" for {whom}" if one["entity"] != "model" else ""
    if one["function"].startswith(CHANCE):
        return f"The chance of {one['function'].removeprefix('p_')}{of}"
    unit = f", {plain(one['unit'])}," if one["unit"] not in ("", "1") else ""
    return f"The {KINDS[one['function']]} of {metric(one)}{of}{unit}"


def label(one: Statistic, names: Mapping[str, str]) -> str:
    """Return what a statistic is called in a table, such as "Bear, Group"."""
    if one["function"].startswith(CHANCE):
        what = one["function"].removeprefix(CHANCE).capitalize()
    else:
        what = f"{KINDS[one['function']].capitalize()} {metric(one)}"
    return what if one["entity"] == "model" else f"{what}, {names[one['entity']]}"


def unit(one: Statistic) -> str:
    """Return the unit of a statistic for a reader."""
    return "% of paths" if one["function"].startswith(CHANCE) else plain(one["unit"]).removeprefix("1")


def metric(one: Statistic) -> str:
    """Return the metric that a statistic is of, in words."""
    return words(one["of"].rpartition(".")[0] or one["of"])


def kind(one: Statistic) -> str:
    """Return the metric of a statistic, nothing for a chance: what it has in common with other entities'."""
    return "" if one["function"].startswith(CHANCE) else metric(one)


def clear(number: Found) -> bool:
    """Return whether a number is distinguishable from zero."""
    return distinguishable(Number.from_json(number))


def estimate(number: Found, one: Statistic) -> str:
    """Return a number with its error, a chance in per cent."""
    factor = 100.0 if one["function"].startswith(CHANCE) else 1.0
    return str(Number.from_json(number) * factor)


def moved(number: Found, one: Statistic) -> str:
    """Return a change with its error and, where it is up, a plus sign; chances in points."""
    text = estimate(number, one)
    up = (number["value"] or 0.0) > 0 and any(digit in text.split(" ")[0] for digit in "123456789")
    return f"+{text}" if up else text
