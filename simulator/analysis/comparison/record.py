"""The difference of two studies or runs as a record: what `diff` returns and ``--json`` prints.

Every number is in the unit of its statistic. Mappings of statistics are by name, such as ``p_bear(group)`` or
``p50(margin.north)``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulator.analysis.comparison.attribution import PartEffect
from simulator.analysis.comparison.listing import Change
from simulator.analysis.comparison.statistics import Statistic
from simulator.estimate import Number
from simulator.study.canonical import attributes
from simulator.study.changes import Change as Override

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two studies.

    Attributes
    ----------
    study, title, as_of, study_hash
        Its name, title, day and hash.
    entities
        Titles of those on which it has a verdict, by name.
    run
        Folder of the run that was given, if it was one.
    overrides
        What the command line or ``overrides=`` set in it.
    """

    study: str
    title: str
    as_of: date | None
    study_hash: str
    entities: Mapping[str, str]
    run: str | None
    overrides: tuple[Override, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the side for JSON, without overrides where nothing was set."""
        return {key: value for key, value in attributes(self).items() if key != "overrides" or value}


@dataclass(frozen=True, slots=True)
class ComparedStatistic:
    """A statistic of either study and its change, on common draws."""

    statistic: Statistic
    first: Number
    second: Number
    change: Number

    def to_json(self) -> dict[str, Any]:
        """Return what the statistic is and its numbers for JSON."""
        one, numbers = self.statistic, attributes(self)
        del numbers["statistic"]
        return {"function": one.function, "of": one.of, "entity": one.entity, "unit": one.unit, **numbers}


@dataclass(frozen=True, slots=True)
class Part:
    """A mechanism of priors, the dependence, the settings or the rules.

    Attributes
    ----------
    name
        Of the part.
    changes
        How many of its changes can move a number.
    effects
        By statistic; shares of all parts add up to its change.
    """

    name: str
    changes: int
    effects: Mapping[str, PartEffect[Number]]


@dataclass(frozen=True, slots=True)
class SinglePrior:
    """A prior that both studies have, the part it is in, and its effects, whose share is a mean of two."""

    name: str
    part: str
    effects: Mapping[str, PartEffect[Number]]


@dataclass(frozen=True, slots=True)
class Together:
    """What parts do together: beyond the sum of effects into the first, and with three or more of them."""

    beyond_alone: Number
    beyond_pairs: Number


@dataclass(frozen=True, slots=True)
class StoredStatistic:
    """A statistic as stored in either run, and its change, the sum of beliefs, model and noise."""

    first: Number
    second: Number
    change: Number
    beliefs: Number
    model: Number
    noise: Number


@dataclass(frozen=True, slots=True)
class StoredRun:
    """How a run was made, on how many paths it was computed again, and whether each bit was the same."""

    paths: int
    seed: int
    sampler: str
    versions: Mapping[str, str]
    paths_again: int
    identical: bool


@dataclass(frozen=True, slots=True)
class StoredDifference:
    """The difference of two stored runs; `now` are the present versions."""

    now: Mapping[str, str]
    first: StoredRun
    second: StoredRun
    statistics: Mapping[str, StoredStatistic]


@dataclass(frozen=True, slots=True)
class StudyDifference:
    """What changed between two studies or runs, and what each part of it does to every statistic.

    Attributes
    ----------
    seed, sampler, replicates
        Of the common draws.
    paths, paths_of_priors
        Of every hybrid in which parts are taken, and in which single priors are.
    first, second
        The studies.
    verdicts
        Of the first, codes by name, in the order of its rules.
    statistics
        Chances of verdicts, means and medians that both have.
    parts
        In which something can move a number, in alphabetical order; empty where nothing is attributed.
    together
        By statistic; empty where there are no parts.
    priors
        The largest share first, in the chance of the last verdict with a rule, or in the first statistic.
    not_attributed
        Why nothing is divided among parts, or None.
    changes
        Everything that the second study has otherwise.
    stored
        Of two runs, what was stored; else None.
    """

    seed: int
    sampler: str
    replicates: int
    paths: int
    paths_of_priors: int
    first: Side
    second: Side
    verdicts: Mapping[str, int]
    statistics: Mapping[str, ComparedStatistic]
    parts: tuple[Part, ...]
    together: Mapping[str, Together]
    priors: tuple[SinglePrior, ...]
    not_attributed: str | None
    changes: tuple[Change, ...]
    stored: StoredDifference | None

    def to_json(self) -> dict[str, Any]:
        """Return the record for JSON: a key for each attribute, each number ``{"value", "mcse"}``."""
        return {"schema": SCHEMA, **attributes(self)}
