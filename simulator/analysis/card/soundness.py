"""Conceptual soundness: what the model is made of, and how far the verdict hangs on how it is made."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.analysis.explanation.records import Driver, ExplainedTarget
from simulator.analysis.explanation.thresholds import MovedThreshold, OtherRules
from simulator.analysis.findings import Findings
from simulator.analysis.structures import Structures
from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.estimate.verdicts import full_name

#: Priors of the largest shares that a card names.
LEADING = 5


@dataclass(frozen=True, slots=True)
class StructuralBand:
    """A statistic as the study is written, beside the structures that it names.

    Attributes
    ----------
    statistic, unit
        Such as ``p_bear(group)``, and its unit.
    written, mixture
        Under the study as written, and under all structures by their weights: each with its error, which is
        that of the simulation.
    least, greatest
        Over structures.
    lowest, highest
        Titles of the structures that they are of.
    """

    statistic: str
    unit: str
    written: Number
    mixture: Number
    least: Number
    greatest: Number
    lowest: str
    highest: str


@dataclass(frozen=True, slots=True)
class Soundness:
    """How far a run hangs on how its model is made.

    Attributes
    ----------
    mechanisms
        Titles of the parts of the model that can be switched off, by name.
    structures
        Weights of the structures that were computed, by their titles.
    bands
        Of the statistics that lead; empty where no structure was computed.
    likeliest
        In how many structures each verdict on the leading entity is the likeliest; "" where two are too
        close to call.
    unstructured
        Why the structures that the study names were not computed.
    explained, unexplained
        Shares of the variance of the leading metric: of all priors alone, and the rest; None where unknown.
    drivers
        The priors of the largest shares, the largest first.
    unexplained_why
        Why shares are not known.
    thresholds, rules
        The verdicts where one threshold of the scorecard is moved, and by other rules.
    surprises
        How many signs of the model the study explains because a reader would expect the other one.
    """

    mechanisms: Mapping[str, str]
    structures: Mapping[str, float]
    bands: tuple[StructuralBand, ...]
    likeliest: Mapping[str, int]
    unstructured: str
    explained: Effect | None
    unexplained: Effect | None
    drivers: tuple[Driver, ...]
    unexplained_why: str
    thresholds: tuple[MovedThreshold, ...]
    rules: tuple[OtherRules, ...]
    surprises: int


def soundness(found: Findings) -> Soundness:
    """Return how far a run hangs on how its model is made."""
    study, mixed, target = found.run.study, found.structures, lead_target(found)
    return Soundness(
        mechanisms={one.name: one.title for one in study.mechanisms},
        structures={one.title: one.weight for one in mixed.structures} if mixed else {},
        bands=tuple(_band(mixed, name) for name in mixed.leading) if mixed else (),
        likeliest=_likeliest(found, mixed),
        unstructured=found.unstructured,
        explained=target.explained if target else None,
        unexplained=target.unexplained if target else None,
        drivers=tuple(target.drivers[:LEADING]) if target else (),
        unexplained_why=found.unexplained,
        thresholds=found.thresholds,
        rules=found.rules,
        surprises=len(study.surprises),
    )


def leader(found: Findings) -> str:
    """Return the entity that comes first: the group, where there is one."""
    return next(iter(found.entities))


def lead_target(found: Findings) -> ExplainedTarget | None:
    """Return what is known of the variance of the leading metric of the leading entity; None if nothing."""
    if found.drivers is None or not found.charted:
        return None
    target = found.drivers.targets.get(full_name(found.charted[0].metric, leader(found)))
    return None if target is None or target.constant else target


def _band(mixed: Structures, name: str) -> StructuralBand:
    ends = mixed.band(name)
    return StructuralBand(
        statistic=name,
        unit=mixed.units[name],
        written=mixed.written[name],
        mixture=mixed.mixture[name],
        least=ends.least,
        greatest=ends.greatest,
        lowest=ends.lowest.title,
        highest=ends.highest.title,
    )


def _likeliest(found: Findings, mixed: Structures | None) -> Mapping[str, int]:
    assert found.summary is not None
    chances = found.summary.verdicts.get(leader(found), {})
    return mixed.likeliest(leader(found), chances) if mixed and chances else {}
