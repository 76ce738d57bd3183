"""What structures make of a study: typed records, to JSON and back."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any, NamedTuple

from simulator.estimate import Number, apart, to_json
from simulator.estimate.targets import CHANCE
from simulator.study.canonical import plain

SCHEMA = 1

type Numbers = Mapping[str, Number]


class Band(NamedTuple):
    """The least and the greatest of a statistic over structures, and which these are."""

    least: Number
    greatest: Number
    lowest: "StructureResult"
    highest: "StructureResult"


@dataclass(frozen=True, slots=True)
class StructureResult:
    """One structure.

    Attributes
    ----------
    name, title, weight
        What it is, and its share of the mixture.
    values
        What it sets; empty for the study as written.
    statistics
        By name, such as ``p_bear(group)``, ``prob_below_zero(value_created.meta)`` and ``p95(margin.north)``.
    changes
        From the study as written, path by path: of chances and means.
    """

    name: str
    title: str
    weight: float
    values: Mapping[str, Any]
    statistics: Numbers
    changes: Numbers

    def to_json(self) -> dict[str, Any]:
        """Return the structure for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "weight": self.weight,
            "set": plain(self.values),
            "statistics": plain(self.statistics),
            "changes": plain(self.changes),
        }


@dataclass(frozen=True, slots=True)
class Structures:
    """A study under every structure that has a weight, all on the same draws.

    Attributes
    ----------
    key
        What decides these numbers, as one text: those of another key are of another study or run.
    paths, paths_as_written, paths_of_run
        On how many paths each is computed, the first of the run; on how many the study as written is
        measured; and how many the run has.
    leading
        The statistics that come first: the chance of a value below zero, that of the verdict to fear where
        there are verdicts, the mean.
    units
        Of every statistic, by name.
    written, mixture
        The statistics of the study as written, and of all structures together, each by its weight.
    changes
        From the study as written to the mixture.
    structures
        In the order of the study.
    """

    key: str
    paths: int
    paths_as_written: int
    paths_of_run: int
    leading: tuple[str, ...]
    units: Mapping[str, str]
    written: Numbers
    mixture: Numbers
    changes: Numbers
    structures: tuple[StructureResult, ...]

    def band(self, statistic: str) -> Band:
        """Return the least and greatest value of a statistic over structures, by its name."""
        known = [one for one in self.structures if not isnan(one.statistics[statistic].value)]
        order = sorted(known or self.structures, key=lambda one: one.statistics[statistic].value)
        low, high = order[0], order[-1]
        return Band(low.statistics[statistic], high.statistics[statistic], low, high)

    def likeliest(self, entity: str, verdicts: Iterable[str]) -> dict[str, int]:
        """Return in how many structures each verdict on an entity is `likeliest`, most first, none last."""
        counts = Counter(likeliest(one.statistics, entity, verdicts) for one in self.structures)
        return dict(sorted(counts.items(), key=lambda one: (not one[0], -one[1])))

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON: of every statistic value and error, and the band over structures."""
        table = self._table()
        return {"digest": _digest(table), **table}

    def _table(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "key": self.key,
            "paths": self.paths,
            "paths_as_written": self.paths_as_written,
            "paths_of_run": self.paths_of_run,
            "leading": list(self.leading),
            "units": dict(self.units),
            "written": plain(self.written),
            "mixture": plain(self.mixture),
            "changes": plain(self.changes),
            "band": {name: _band(self.band(name)) for name in self.units},
            "structures": [one.to_json() for one in self.structures],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Structures":
        """Return what `to_json` made an object of.

        Raises
        ------
        KeyError, TypeError, ValueError
            It is no such object, or was changed since.
        """
        if found["digest"] != _digest({key: value for key, value in found.items() if key != "digest"}):
            message = "numbers of structures that are not those that were stored"
            raise ValueError(message)
        units = found["units"]

        def numbers(given: Mapping[str, Any]) -> dict[str, Number]:
            return {name: Number.from_json(one, units[name]) for name, one in given.items()}

        structures = tuple(
            StructureResult(
                one["name"],
                one["title"],
                one["weight"],
                one["set"],
                numbers(one["statistics"]),
                numbers(one["changes"]),
            )
            for one in found["structures"]
        )
        return cls(
            found["key"],
            found["paths"],
            found["paths_as_written"],
            found["paths_of_run"],
            tuple(found["leading"]),
            units,
            numbers(found["written"]),
            numbers(found["mixture"]),
            numbers(found["changes"]),
            structures,
        )


def _digest(table: Mapping[str, Any]) -> str:
    return hashlib.sha256(to_json(table).encode()).hexdigest()


def likeliest(numbers: Numbers, entity: str, verdicts: Iterable[str]) -> str:
    """Return the likeliest of the verdicts on an entity; empty where two are too close to call."""
    chances = {name: numbers[f"{CHANCE}{name}({entity})"] for name in verdicts}
    first, second, *_ = sorted(chances, key=lambda name: chances[name].value, reverse=True)
    return first if apart(chances[first], chances[second]) else ""


def _band(band: Band) -> dict[str, Any]:
    return {
        "least": band.least.to_json(),
        "greatest": band.greatest.to_json(),
        "lowest": band.lowest.name,
        "highest": band.highest.name,
    }
