"""Targets of accuracy as text, such as ``p_bear(group) mcse < 0.001, mean(value_created.group) rel < 0.01``.

::

    targets   = target {"," target}
    target    = statistic "(" name ")" ("mcse" | "rel") "<" number ["%"]
    statistic = "mean" | "sd" | "pNN" | "cvarNN" | "prob_below_zero"     of a metric
              | "p_" verdict                                             of an entity

``pNN`` is the NN per cent quantile; ``cvarNN`` the mean of the lowest NN per cent of the paths, or of the
highest 100 - NN where NN is above 50. ``mcse`` is the standard error; ``rel`` the same over the value. A
chance or a share is a fraction: 0.1 per cent is ``0.001`` or ``0.1%``. An error of a chance of 0.05 or more
is refused: it was meant in per cent.
"""

import math
import re
from collections.abc import Collection
from typing import NamedTuple, NoReturn

from simulator.errors import UsageError, did_you_mean
from simulator.estimate.targets import CHANCE, PLAIN, Statistic, Target, level_of

_NAMES = ("mean", "sd", "p05", "p10", "p50", "p90", "p95", "cvar05", "prob_below_zero")
_MEASURES = ("mcse", "rel")
_LIMIT = "a finite number above 0"
#: Error of a chance from which on it says nothing: whoever asks for it means per cent.
_COARSE = 0.05
_WORD = re.compile(r"[\w.]+")
_ANY = re.compile(r"\S+")
_NAME = re.compile(r"[^\s(),<>]+")
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
    if not reader.at_end:
        reader.read(_ANY, "nothing more", ())
        reader.refuse("nothing more", ())
    return found


class Names(NamedTuple):
    """The names of metrics, of entities that have a verdict, and of verdicts; None takes any name."""

    metrics: Collection[str] | None
    entities: Collection[str] | None
    verdicts: Collection[str] | None

    @property
    def statistics(self) -> list[str]:
        """Statistics by name, levels but for the usual ones left out."""
        return [*_NAMES, *(f"{CHANCE}{verdict}" for verdict in self.verdicts or ())]

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
    elif measure == "mcse" and wanted.verdict and limit >= _COARSE:
        reader.refuse(f"a fraction below {_COARSE:g}, or per cent: {limit:g}% is {limit / 100:g}", ())
    return Target(wanted.statistic, wanted.name, "mcse" if measure == "mcse" else "rel", limit)


def _statistic(reader: "_Reader", names: Names) -> Statistic:
    statistic = reader.read(_WORD, "a statistic", names.statistics)
    verdict = statistic.removeprefix(CHANCE) if statistic.startswith(CHANCE) else ""
    if statistic not in PLAIN and not names.has(verdict) and level_of(statistic) is None:
        usual = names.statistics
        allowed = f"a statistic: {', '.join(usual)}, or any other level above 0 and below 100 per cent"
        reader.refuse(allowed, usual)
    reader.literal("(")
    kind, known = ("an entity", names.entities) if verdict else ("a metric", names.metrics)
    name = reader.read(_NAME, f"the name of {kind}", known or ())
    if known is not None and name not in known:
        reader.refuse(f"{kind}: {_some(known)}", known)
    reader.literal(")")
    return Statistic(statistic, name)


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

    def literal(self, sign: str) -> None:
        """Read one sign."""
        self.read(re.compile(re.escape(sign)), f"'{sign}'", ())

    def takes(self, sign: str) -> bool:
        """Read one sign where it comes next, and return whether it did."""
        rest = self.text[self.end :].lstrip()
        if rest.startswith(sign):
            self.end = len(self.text) - len(rest) + len(sign)
        return rest.startswith(sign)

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
