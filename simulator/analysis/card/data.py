"""Data and sources: what the beliefs rest on, how old that is, and what contradicts what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from simulator.analysis.card.soundness import lead_target
from simulator.analysis.explanation.random_inputs import UNRANKED, UNSTATED
from simulator.analysis.explanation.records import Unsourced, WeakSource
from simulator.analysis.findings import Findings
from simulator.estimate.effect import Effect
from simulator.study import Contradiction

#: Sources that a card names of the weakest.
WEAKEST = 3


@dataclass(frozen=True, slots=True)
class Span:
    """The oldest and the newest of some days, and how many have none."""

    oldest: date | None
    newest: date | None
    undated: int


@dataclass(frozen=True, slots=True)
class BasisCount:
    """Priors of one basis.

    Attributes
    ----------
    basis
        ``reported``, ``published``, ``judgement`` or ``unstated``.
    priors, fixed
        How many, and how many of them are one number.
    share
        Of the variance of the leading metric that those explain which vary; None where it is not known.
    known
        On what days they were known.
    """

    basis: str
    priors: int
    fixed: int
    share: Effect | None
    known: Span


@dataclass(frozen=True, slots=True)
class RankCount:
    """Entries of the bibliography of one rank, and their days."""

    rank: str
    sources: int
    dated: Span


@dataclass(frozen=True, slots=True)
class Data:
    """What a run's beliefs rest on.

    Attributes
    ----------
    priors
        How many there are.
    bases, ranks
        Priors by basis, and sources by the kind of document, the most first.
    dated
        The days of all sources.
    uncited
        How many priors cite no source.
    unsourced
        What of the variance of the leading metric rests on judgement; None where it is not known.
    weakest
        The weakest sources of the largest shares.
    contradictions
        Statements of the sources that cannot all hold, as the study names them.
    """

    priors: int
    bases: tuple[BasisCount, ...]
    ranks: tuple[RankCount, ...]
    dated: Span
    uncited: int
    unsourced: Unsourced | None
    weakest: tuple[WeakSource, ...]
    contradictions: tuple[Contradiction, ...]


def data(found: Findings) -> Data:
    """Return what a run's beliefs rest on."""
    study, target = found.run.study, lead_target(found)
    return Data(
        priors=len(study.priors),
        bases=_bases(found),
        ranks=_ranks(found),
        dated=span(source.date for source in study.sources.values()),
        uncited=sum(not prior.sources for prior in study.priors.values()),
        unsourced=target.unsourced if target else None,
        weakest=tuple(found.drivers.sources[:WEAKEST]) if found.drivers else (),
        contradictions=study.contradictions,
    )


def span(days: Iterable[date | None]) -> Span:
    """Return the oldest and the newest day, and how many of them there are none of."""
    listed = list(days)
    known = [day for day in listed if day is not None]
    return Span(min(known, default=None), max(known, default=None), len(listed) - len(known))


def _bases(found: Findings) -> tuple[BasisCount, ...]:
    target, priors = lead_target(found), list(found.run.study.priors.values())
    shares = {group.name: group.share for group in target.groups["basis"]} if target else {}
    counts = Counter(prior.basis or UNSTATED for prior in priors)
    return tuple(
        BasisCount(
            basis=basis,
            priors=count,
            fixed=sum(prior.family == "fixed" for prior in priors if (prior.basis or UNSTATED) == basis),
            share=shares.get(basis),
            known=span(prior.as_of for prior in priors if (prior.basis or UNSTATED) == basis),
        )
        for basis, count in counts.most_common()
    )


def _ranks(found: Findings) -> tuple[RankCount, ...]:
    sources = list(found.run.study.sources.values())
    counts = Counter(str(source.rank or UNRANKED) for source in sources)
    return tuple(
        RankCount(rank, count, span(one.date for one in sources if str(one.rank or UNRANKED) == rank))
        for rank, count in counts.most_common()
    )
