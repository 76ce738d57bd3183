"""Outcomes analysis: the study against evidence, forecasts against what came, what evidence taught."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from simulator.analysis.checks import Outcome
from simulator.analysis.findings import Findings
from simulator.analysis.learning import is_update, read_summary
from simulator.errors import RunError
from simulator.estimate import Number

#: The coverage of intervals that a card gives: their probability, as the scores name it.
INTERVALS = ("50", "80", "95")


@dataclass(frozen=True, slots=True)
class Checked:
    """A predictive check: the statistics that it asks for, and the range of the evidence, in its unit."""

    name: str
    title: str
    unit: str
    statistic: str
    low: float
    high: float
    found: tuple[Number, ...]
    passed: bool
    clear: bool


@dataclass(frozen=True, slots=True)
class Skill:
    """How much smaller the error of forecasts is than a baseline's, so many quarters ahead."""

    horizon: int
    baseline: str
    skill: Number
    cases: int


@dataclass(frozen=True, slots=True)
class Scores:
    """How forecasts of the domain's own equations, made on past days, fared against what came.

    Attributes
    ----------
    what, method
        What was forecast, and by what.
    first, last, origins
        The quarters in which the first and the last were made, and how many there are.
    skill
        Of the group, against the first baseline.
    coverage
        By the probability of an interval in per cent, the share of outcomes that it had.
    """

    what: str
    method: str
    first: str
    last: str
    origins: int
    skill: tuple[Skill, ...]
    coverage: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Learned:
    """An update that is stored beside the run.

    Attributes
    ----------
    name
        Of its directory.
    as_of
        The last day whose knowledge it has.
    observations
        Figures that entered.
    passed
        Whether its diagnostics did.
    before, after
        Chances of the verdicts on the leading entity; empty where there are none.
    fault
        Why it could not be read; all else is empty then.
    """

    name: str
    as_of: date | None = None
    observations: int = 0
    passed: bool = False
    before: Mapping[str, Number] | None = None
    after: Mapping[str, Number] | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What speaks for the run's numbers from outside of it.

    Attributes
    ----------
    stated
        How many checks the study names.
    checks
        As evaluated; empty where none was.
    paths
        On which they were.
    unchecked
        Why those that the study names were not evaluated.
    scores
        None where they were not asked for.
    updates
        Of the same study, stored beside the run; None of a run in memory, which has nothing beside it.
    """

    stated: int
    checks: tuple[Checked, ...]
    paths: int
    unchecked: str
    scores: Scores | None
    updates: tuple[Learned, ...] | None

    @property
    def failed(self) -> tuple[Checked, ...]:
        """The checks that the study does not pass."""
        return tuple(one for one in self.checks if not one.passed)


def outcomes(found: Findings, scores: Mapping[str, Any] | None) -> Outcomes:
    """Return what speaks for a run's numbers.

    Parameters
    ----------
    found
        The numbers of the run.
    scores
        What `simulator.score` returns; None where it was not asked for.
    """
    checks, directory = found.checks, found.run.directory
    return Outcomes(
        stated=len(found.run.study.checks),
        checks=tuple(map(_checked, checks.outcomes)) if checks else (),
        paths=checks.run.plan.paths if checks else 0,
        unchecked=found.unchecked,
        scores=_scores(scores) if scores else None,
        updates=tuple(_beside(directory, found.run.study.hash)) if directory else None,
    )


def _checked(outcome: Outcome) -> Checked:
    check = outcome.check
    return Checked(
        name=check.name,
        title=check.title,
        unit=check.unit,
        statistic=check.statistic,
        low=check.low,
        high=check.high,
        found=tuple(number for number, _, _ in outcome.compared),
        passed=outcome.passed,
        clear=outcome.clear,
    )


def _scores(summary: Mapping[str, Any]) -> Scores:
    method = summary["method"]
    baseline = next(name for name in summary["titles"] if name != method)
    rows = (row for row in summary["skill"] if row["scope"] == "group" and row["against"] == baseline)
    return Scores(
        what=summary["what"],
        method=summary["titles"][method],
        first=summary["origins"][0]["quarter"],
        last=summary["origins"][-1]["quarter"],
        origins=len(summary["origins"]),
        skill=tuple(
            Skill(row["horizon"], summary["titles"][baseline], _number(row["crps"]), row["cases"])
            for row in rows
            if row["horizon"] is not None
        ),
        coverage={name: _number(summary["coverage"]["all"][name]) for name in INTERVALS},
    )


def _number(found: Mapping[str, float | None]) -> Number:
    return Number.from_json({"value": found["value"], "mcse": found["error"]})


def _beside(directory: Path, study_hash: str) -> Iterator[Learned]:
    """Give the updates of a study that lie in the folder of its run's folder, in the order of names."""
    for folder in sorted(directory.resolve().parent.iterdir()):
        if not is_update(folder):
            continue
        try:
            found = read_summary(folder)
        except RunError as error:
            yield Learned(folder.name, fault=str(error))
            continue
        if found.study_hash == study_hash:
            before, after = found.prior.verdicts, found.posterior.verdicts
            leading = next(iter(before), "")
            yield Learned(
                folder.name,
                found.as_of,
                len(found.observations),
                found.method.passed,
                before.get(leading),
                after.get(leading),
            )
