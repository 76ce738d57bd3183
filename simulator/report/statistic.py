"""Statistics of a difference in words and numbers: what one is called, its unit, how it changed."""

from collections.abc import Mapping

from simulator.analysis.comparison.statistics import BELOW_ZERO, MEAN, MEDIAN, Statistic
from simulator.estimate import Number
from simulator.estimate.targets import CHANCE
from simulator.estimate.verdicts import MODEL
from simulator.report.metric_lines import scale, words

KINDS = {MEAN: "mean", MEDIAN: "median", BELOW_ZERO: "value below 0"}


def phrase(one: Statistic, names: Mapping[str, str]) -> str:
    """Return what a statistic is called in a sentence, such as "The chance of bear for Meta"."""
    whom = names[one.entity] if one.entity not in ("group", MODEL) else "the group"
    of = f" for {whom}" if one.entity != MODEL else ""
    if one.is_chance:
        return f"The chance of {verdict(one)}{of}"
    if one.function == BELOW_ZERO:
        return f"The chance that {metric(one)}{of} is below zero"
    within = f", {unit(one)}," if unit(one) else ""
    return f"The {KINDS[one.function]} of {metric(one)}{of}{within}"


def label(one: Statistic, names: Mapping[str, str]) -> str:
    """Return what a statistic is called in a table, such as "Bear, Group"."""
    return title(one) if one.entity == MODEL else f"{title(one)}, {names[one.entity]}"


def title(one: Statistic) -> str:
    """Return what a statistic of any entity is called in a table, such as "Bear"."""
    if one.is_chance:
        return verdict(one).capitalize()
    return f"{KINDS[one.function].capitalize()} {metric(one)}"


def verdict(one: Statistic) -> str:
    """Return the verdict that a statistic is the chance of, or the part of all else, in words."""
    return words(one.function.removeprefix(CHANCE))


def metric(one: Statistic) -> str:
    """Return the metric that a statistic is of, in words."""
    return words(_name(one))


def unit(one: Statistic) -> str:
    """Return the unit of a statistic for a reader."""
    return _scale(one)[1]


def level(number: Number, one: Statistic) -> str:
    """Return a number with its error, in the unit for a reader."""
    return str(number * _scale(one)[0])


def _scale(one: Statistic) -> tuple[float, str]:
    """Return what brings a statistic to the unit for a reader, and that unit."""
    return (100.0, "% of paths") if one.is_share else scale(_name(one), one.unit)


def _name(one: Statistic) -> str:
    return one.of.rpartition(".")[0] or one.of


def change(number: Number, one: Statistic) -> str:
    """Return a change with its error and, where it is up, a plus sign; chances in points."""
    text = level(number, one)
    up = number.value > 0 and any(digit in text.split(" ")[0] for digit in "123456789")
    return f"+{text}" if up else text
