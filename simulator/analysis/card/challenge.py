"""Effective challenge: what flips the verdict, what speaks against its beliefs, and how to attack it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.analysis.card.commands import challenge_commands
from simulator.analysis.card.materiality import likeliest
from simulator.analysis.card.soundness import LEADING, lead_target, leader
from simulator.analysis.explanation.records import VerdictsAtEnd
from simulator.analysis.findings import Findings
from simulator.analysis.run import Verification
from simulator.estimate.effect import Effect

#: Digits of a belief that is to be set.
DIGITS = 3

#: Where a note begins to say what speaks against it: a sentence of its own, as in "Against: one case alone."
_AGAINST = re.compile(r"(?:^|(?<=\s))Against\b[^.:]*:.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Flip:
    """A belief at one of its ends, where another verdict is the likeliest, beyond the errors.

    Attributes
    ----------
    prior, unit
        Its name and its unit.
    end
        ``low``: its lowest fifth, up to `bound`; ``high``: its highest, from there.
    bound
        In the prior's unit.
    there
        The verdicts there.
    """

    prior: str
    unit: str
    end: Literal["low", "high"]
    bound: float
    there: VerdictsAtEnd

    @property
    def setting(self) -> str:
        """The belief at this end, as ``--set`` takes it; empty of a component, which none sets alone."""
        return "" if "[" in self.prior else f"{self.prior}={self.bound:.{DIGITS}g}"


@dataclass(frozen=True, slots=True)
class Counter:
    """What the note of a leading belief says against it, as it is written; empty where it says nothing."""

    prior: str
    share: Effect
    against: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What is needed to have the same numbers again, and whether it was tried.

    Attributes
    ----------
    hash, seed, paths, sampler, precision
        Of the study, and of its draws.
    versions, created
        Of the program, and when; empty of a run in memory.
    verified
        What came of computing the run again; None where that was not asked for.
    """

    hash: str
    seed: int
    paths: int
    sampler: str
    precision: str
    versions: Mapping[str, str]
    created: str
    verified: Verification | None


@dataclass(frozen=True, slots=True)
class Challenge:
    """How a run's answer can be attacked.

    Attributes
    ----------
    likeliest
        The verdict on the leading entity that is to be flipped; empty where none is clear.
    tried
        How many leading beliefs were looked at, at both ends.
    flips
        Those that make another verdict the likeliest.
    counters
        What speaks against the leading beliefs.
    commands
        By what each is for.
    reproduction
        What is needed to have the numbers again.
    """

    likeliest: str
    tried: int
    flips: tuple[Flip, ...]
    counters: tuple[Counter, ...]
    commands: Mapping[str, str]
    reproduction: Reproduction


def challenge(found: Findings, verified: Verification | None) -> Challenge:
    """Return how a run's answer can be attacked.

    Parameters
    ----------
    found
        The numbers of the run.
    verified
        What `Run.verification` returned; None where it was not asked for.
    """
    target, flips = lead_target(found), tuple(_flips(found))
    rows = found.drivers.verdicts.get(leader(found), ()) if found.drivers else ()
    return Challenge(
        likeliest=likeliest(found, leader(found)),
        tried=len(rows),
        flips=flips,
        counters=tuple(_counter(found, one.prior, one.share) for one in target.drivers[:LEADING])
        if target
        else (),
        commands=challenge_commands(found, next((one.setting for one in flips if one.setting), "")),
        reproduction=_reproduction(found, verified),
    )


def against(note: str) -> str:
    """Return the part of a note that says what speaks against it; empty where there is none."""
    match = _AGAINST.search(note)
    return " ".join(match[0].split()) if match else ""


def _flips(found: Findings) -> Iterator[Flip]:
    now, drivers = likeliest(found, leader(found)), found.drivers
    if not now or drivers is None:
        return
    for row in drivers.verdicts.get(leader(found), ()):
        unit = drivers.priors[row.prior].unit
        ends: tuple[tuple[Literal["low", "high"], VerdictsAtEnd], ...] = ("low", row.low), ("high", row.high)
        for end, there in ends:
            if there.likeliest != now and there.lead.distinguishable:
                yield Flip(row.prior, unit, end, there.bound, there)


def _counter(found: Findings, name: str, share: Effect) -> Counter:
    prior = found.run.study.priors[name.partition("[")[0]]
    return Counter(name, share, against(prior.note))


def _reproduction(found: Findings, verified: Verification | None) -> Reproduction:
    plan, manifest = found.run.plan, found.manifest
    return Reproduction(
        hash=found.run.study.hash,
        seed=plan.seed,
        paths=plan.paths,
        sampler=plan.sampler,
        precision=plan.dtype,
        versions=manifest.versions if manifest else {},
        created=manifest.created if manifest else "",
        verified=verified,
    )
