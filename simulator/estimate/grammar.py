"""Statistics, targets of accuracy and conditions as text.

Such as ``p_bear(group) mcse < 0.001, mean(value_created.group) rel < 0.01``, or ``p_bear(group) <= 25%``.

::

    targets   = target {"," target}
    target    = statistic ("mcse" | "rel") "<" number
    condition = statistic ("=" | "<=" | ">=") number
    statistic = ("mean" | "sd" | "pNN" | "cvarNN" | "prob_below_zero") "(" metric ")"
              | ("prob_below" | "prob_above") "(" metric "," number ")"
              | "between" "(" metric "," number "," number ")"
              | "p_" verdict "(" entity ")"  |  verdict "." entity

A number may be in per cent: ``0.1%`` is ``0.001``. Those of ``prob_below`` and its like are in the metric's
unit; ``between`` counts both of its ends.

``pNN`` is the NN per cent quantile; ``cvarNN`` the mean of the lowest NN per cent of the paths, or of the
highest 100 - NN where NN is above 50. ``mcse`` is the standard error; ``rel`` the same over the value. A
chance or a share is a fraction. An error of a chance of 0.05 or more is refused, and so is a chance above 1:
it was meant in per cent.
"""

import math
import re
from collections.abc import Collection, Mapping
from typing import NamedTuple, NoReturn

import numpy as np

from simulator.errors import UsageError, did_you_mean
from simulator.estimate.targets import (
    CHANCE,
    PLAIN,
    THRESHOLDS,
    Condition,
    Relation,
    Statistic,
    Target,
    level_of,
)

_NAMES = ("mean", "sd", "p05", "p10", "p50", "p90", "p95", "cvar05", "prob_below_zero", *THRESHOLDS)
_MEASURES = ("mcse", "rel")
_RELATIONS: Mapping[str, Relation] = {"=": "=", "<=": "<=", ">=": ">="}
_LIMIT = "a finite number above 0"
#: Beyond this a number is infinite in the precision of paths, and would count infinite ones as nearer.
_LARGEST = float(np.finfo(np.float32).max)
#: Error of a chance from which on it says nothing: whoever asks for it means per cent.
_COARSE = 0.05
_WORD = re.compile(r"[\w.]+")
_ANY = re.compile(r"\S+")
_NAME = re.compile(r"[^\s(),<>]+")
_SIGN = re.compile(r"[<>=]+")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def parse_targets(
    text: str,
    metrics: Collection[str] | None = None,
    entities: Collection[str] | None = None,
    verdicts: Collection[str] | None = None,
) -> tuple[Target, ...]:
    """Return the targets that a text names.

    Parameters
    ----------
    text
        Targets joined by commas.
    metrics
        The names of the metrics that the model gives; None takes any name.
    entities
        The names of the entities that have a verdict; None takes any name.
    verdicts
        The names of the verdicts; None takes any name.

    Raises
    ------
    UsageError
        If the text is not of the form above or names what is not there; it says where, what was found, what
        is allowed, and what was perhaps meant.
    """
    reader, known = _Reader(text, "target"), Names(metrics, entities, verdicts)
    targets = [_target(reader, known)]
    while not reader.at_end:
        reader.literal(",")
        targets.append(_target(reader, known))
    return tuple(targets)


def parse_statistic(
    text: str, metrics: Collection[str], entities: Collection[str], verdicts: Collection[str]
) -> Statistic:
    """Return the one statistic that a text names, as `parse_targets` reads the first part of a target.

    Parameters
    ----------
    text
        Such as ``p05(roic.meta)``.
    metrics, entities, verdicts
        Names that there are: of metrics, of entities that have a verdict, and of verdicts.
    """
    reader = _Reader(text, "statistic")
    found = _statistic(reader, Names(metrics, entities, verdicts))
    reader.end_here()
    return found


def parse_condition(
    text: str, metrics: Collection[str], entities: Collection[str], verdicts: Collection[str]
) -> Condition:
    """Return the condition that a text states, such as ``mean(value_created.group) = 0``.

    Parameters
    ----------
    text
        A statistic, how it is to lie, and a number.
    metrics, entities, verdicts
        As for `parse_statistic`.

    Raises
    ------
    UsageError
        As `parse_targets`.
    """
    reader = _Reader(text, "condition")
    wanted = _statistic(reader, Names(metrics, entities, verdicts))
    sign = reader.read(_SIGN, " or ".join(_RELATIONS), _RELATIONS)
    relation = _RELATIONS.get(sign)
    if relation is None:
        reader.refuse(" or ".join(_RELATIONS), _RELATIONS)
    value = _number(reader, "a finite number")
    if wanted.chance and not 0 <= value <= 1:
        in_per_cent = text[: reader.end].endswith("%")
        meant = f": {value:g}% is {value / 100:g}" if 1 < value <= 100 and not in_per_cent else ""
        reader.refuse(f"a chance from 0 to 1, or from 0% to 100%{meant}", ())
    reader.end_here()
    return Condition(wanted, relation, value)


class Names(NamedTuple):
    """The names of metrics, of entities that have a verdict, and of verdicts; None takes any name."""

    metrics: Collection[str] | None
    entities: Collection[str] | None
    verdicts: Collection[str] | None

    @property
    def statistics(self) -> list[str]:
        """Statistics by name, levels but for the usual ones left out."""
        return [*_NAMES, *(f"{CHANCE}{verdict}" for verdict in self.verdicts or ())]

    def short(self, text: str) -> Statistic | None:
        """Return the chance of a verdict that ``VERDICT.ENTITY`` names, such as ``bear.group``."""
        verdict, _, entity = text.partition(".")
        known = verdict in (self.verdicts or ()) and entity in (self.entities or ())
        return Statistic(f"{CHANCE}{verdict}", entity) if known else None

    def has(self, verdict: str) -> bool:
        """Whether there is a verdict of this name."""
        return bool(verdict) and (self.verdicts is None or verdict in self.verdicts)


def _target(reader: "_Reader", known: Names) -> Target:
    wanted = _statistic(reader, known)
    measure = reader.read(_WORD, " or ".join(_MEASURES), _MEASURES)
    if measure not in _MEASURES:
        reader.refuse(" or ".join(_MEASURES), _MEASURES)
    reader.literal("<")
    limit = float(reader.read(_NUMBER, _LIMIT, ()))
    if not 0 < limit < math.inf:
        reader.refuse(_LIMIT, ())
    if reader.takes("%"):
        limit /= 100
    elif measure == "mcse" and wanted.chance and limit >= _COARSE:
        reader.refuse(f"a fraction below {_COARSE:g}, or per cent: {limit:g}% is {limit / 100:g}", ())
    return Target(
        wanted.statistic, wanted.name, "mcse" if measure == "mcse" else "rel", limit, levels=wanted.levels
    )


def _number(reader: "_Reader", allowed: str) -> float:
    """Return the finite number that comes next, one in per cent as a fraction."""
    number = float(reader.read(_NUMBER, allowed, ()))
    if not abs(number) <= _LARGEST:
        reader.refuse(allowed, ())
    return number / 100 if reader.takes("%") else number


def _statistic(reader: "_Reader", names: Names) -> Statistic:
    statistic = reader.read(_WORD, "a statistic", names.statistics)
    verdict = statistic.removeprefix(CHANCE) if statistic.startswith(CHANCE) else ""
    plain = statistic in PLAIN or statistic in THRESHOLDS or level_of(statistic) is not None
    if not plain and (short := names.short(statistic)) is not None:
        return short
    if not plain and not names.has(verdict):
        usual = names.statistics
        allowed = f"a statistic: {', '.join(usual)}, or any other level above 0 and below 100 per cent"
        reader.refuse(allowed, usual)
    reader.literal("(")
    kind, known = ("an entity", names.entities) if verdict else ("a metric", names.metrics)
    name = reader.one_of(known or ()) or reader.read(_NAME, f"the name of {kind}", known or ())
    if known is not None and name not in known:
        reader.refuse(f"{kind}: {_some(known)}", known)
    levels = _levels(reader, statistic)
    reader.literal(")")
    return Statistic(statistic, name, levels=levels)


def _levels(reader: "_Reader", statistic: str) -> tuple[float, ...]:
    """Return the numbers that a statistic takes after the metric."""
    if statistic not in THRESHOLDS:
        return ()
    reader.literal(",")
    first = _number(reader, "a number in the unit of the metric, below 3.4e38 in size")
    if statistic != "between":
        return (first,)
    reader.literal(",")
    last = _number(reader, f"a finite number of at least {first:g}")
    if last < first:
        reader.refuse(f"a finite number of at least {first:g}", ())
    return first, last


class _Reader:
    """A text read from left to right, which says where it stopped being right."""

    def __init__(self, text: str, kind: str) -> None:
        self.text, self.kind = text, kind
        self.start = self.end = 0

    @property
    def at_end(self) -> bool:
        return not self.text[self.end :].strip()

    def read(self, pattern: re.Pattern[str], allowed: str, known: Collection[str]) -> str:
        """Return the next words that match a pattern."""
        self.start = self.end + len(self.text[self.end :]) - len(self.text[self.end :].lstrip())
        match = pattern.match(self.text, self.start)
        self.end = match.end() if match else self.start
        if not match:
            self.refuse(allowed, known)
        return match[0]

    def one_of(self, names: Collection[str]) -> str:
        """Return the longest of some names that comes next and ends there; none where there is no such."""
        start = self.end + len(self.text[self.end :]) - len(self.text[self.end :].lstrip())

        def ends(name: str) -> bool:
            return self.text[start + len(name) :].lstrip()[:1] in ("", ",", ")")

        found = [name for name in names if self.text.startswith(name, start) and ends(name)]
        if not found:
            return ""
        name = max(found, key=len)
        self.start, self.end = start, start + len(name)
        return name

    def literal(self, sign: str) -> None:
        """Read one sign."""
        self.read(re.compile(re.escape(sign)), f"'{sign}'", ())

    def takes(self, sign: str) -> bool:
        """Read one sign where it comes next, and return whether it did."""
        rest = self.text[self.end :].lstrip()
        if rest.startswith(sign):
            self.end = len(self.text) - len(rest) + len(sign)
        return rest.startswith(sign)

    def end_here(self) -> None:
        """Raise where anything is left."""
        if not self.at_end:
            self.read(_ANY, "nothing more", ())
            self.refuse("nothing more", ())

    def refuse(self, allowed: str, known: Collection[str]) -> NoReturn:
        """Raise at the word read last, or where none could be read."""
        found = self.text[self.start : self.end] or self.text[self.start : self.start + 12]
        what = f"'{found}'" if found else "the end"
        where = f"{self.kind} '{self.text}': at character {self.start + 1}"
        message = f"{where}: found {what}; allowed: {allowed}. {did_you_mean(found, known)}".removesuffix(
            ". "
        )
        raise UsageError(message)


def _some(names: Collection[str], most: int = 8) -> str:
    """Return the first few names as a list."""
    listed = ", ".join(list(names)[:most])
    return f"{listed}, ... ({len(names)} in all)" if len(names) > most else listed
