"""Ongoing monitoring: how old the run's beliefs are, what has become known since, and what to do about it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from simulator.analysis.card.commands import monitoring_commands
from simulator.analysis.card.soundness import LEADING, lead_target
from simulator.analysis.explanation.records import Driver
from simulator.analysis.findings import Findings
from simulator.analysis.run.program import of_domain
from simulator.estimate.effect import Effect
from simulator.evidence import Period, load_evidence
from simulator.study import Study, dated_sets, load_study


@dataclass(frozen=True, slots=True)
class Newer:
    """Figures that come with the program and became known after the study's day, by the day of the card.

    Attributes
    ----------
    figures
        How many are about the study's entities or all of them together.
    kinds
        Of them by kind: ``actual``, ``guidance``, ``consensus``.
    last
        The last day on which one of them became known; None where there is none.
    """

    figures: int
    kinds: Mapping[str, int]
    last: date | None


@dataclass(frozen=True, slots=True)
class AgedBelief:
    """A belief that the answer rests on, and its age.

    Attributes
    ----------
    prior, share
        Its name, and its share of the variance of the leading metric.
    basis
        As the study states it; empty where it does not.
    as_of
        The day on which it was known; None where none is stated.
    days
        From that day to the card's; None where one of the two is not known.
    """

    prior: str
    share: Effect
    basis: str
    as_of: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class NamedRisk:
    """A risk that the study names, and how many cases of it."""

    name: str
    title: str
    cases: int


@dataclass(frozen=True, slots=True)
class Monitoring:
    """How far a run has aged.

    Attributes
    ----------
    today
        The card's day; None where none was given.
    as_of, days
        The study's day, and how many days ago it is; None where it is not known.
    start, quarters_over
        The first quarter that the study computes, and how many of them are over on the card's day.
    newer
        None of a study whose own model the evidence that comes with the program is not about, or without a
        day of the study or the card.
    newer_studies
        The same question asked on later days, as it comes with the program, the newest last.
    beliefs
        Those of the largest shares of the variance.
    risks
        As the study names them.
    commands
        By what each is for.
    """

    today: date | None
    as_of: date | None
    days: int | None
    start: str | None
    quarters_over: int | None
    newer: Newer | None
    newer_studies: tuple[str, ...]
    beliefs: tuple[AgedBelief, ...]
    risks: tuple[NamedRisk, ...]
    commands: Mapping[str, str]


def monitoring(found: Findings, today: date | None) -> Monitoring:
    """Return how far a run has aged by a day; None leaves open what depends on it."""
    study, target = found.run.study, lead_target(found)
    later = newer_studies(study, today)
    return Monitoring(
        today=today,
        as_of=study.as_of,
        days=days_between(study.as_of, today),
        start=study.settings.start,
        quarters_over=_quarters_over(study.settings.start, today),
        newer=newer_figures(study, today),
        newer_studies=later,
        beliefs=tuple(_aged(study, one, today) for one in target.drivers[:LEADING]) if target else (),
        risks=tuple(NamedRisk(one.name, one.title, len(one.cases)) for one in study.risks),
        commands=monitoring_commands(found.run, today, later),
    )


def days_between(first: date | None, last: date | None) -> int | None:
    """Return how many days there are from one day to another; None where one is not known."""
    return None if first is None or last is None else (last - first).days


def newer_studies(study: Study, today: date | None) -> tuple[str, ...]:
    """Return the dated studies that come with the program and are newer than this one of them."""
    if study.name not in dated_sets() or study.as_of is None:
        return ()
    days = {name: load_study(name).as_of or date.min for name in dated_sets()}
    later = [name for name, day in days.items() if study.as_of < day <= (today or date.max)]
    return tuple(sorted(later, key=lambda name: days[name]))


def _quarters_over(start: str | None, today: date | None) -> int | None:
    """Return how many quarters from the first on are over before a day."""
    if start is None or today is None:
        return None
    current = 4 * today.year + (today.month - 1) // 3
    return max(0, current - Period.parse(start).first)


def newer_figures(study: Study, today: date | None) -> Newer | None:
    """Return what became known about a study's entities since its day; None where that is not known."""
    if not of_domain(study) or study.as_of is None or today is None:
        return None
    about = {"group", *study.settings.entities}
    later = [one for one in load_evidence().as_of(today) if one.known > study.as_of and one.entity in about]
    kinds = Counter(one.kind for one in later)
    return Newer(len(later), dict(sorted(kinds.items())), max((one.known for one in later), default=None))


def _aged(study: Study, driver: Driver, today: date | None) -> AgedBelief:
    prior = study.priors[driver.prior.partition("[")[0]]
    days = days_between(prior.as_of, today)
    return AgedBelief(driver.prior, driver.share, prior.basis, prior.as_of, days)
