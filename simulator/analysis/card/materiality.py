"""Materiality: what hangs on the answer, for the group and for each of its entities."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.analysis.findings import Findings
from simulator.estimate import MetricStatistics, Number, apart
from simulator.estimate.verdicts import full_name
from simulator.study.domain import outlay_metric, rate_metric

#: The statistics of the leading metric that a card gives.
STATED = ("mean", "p05", "p50", "p95", "prob_below_zero")


@dataclass(frozen=True, slots=True)
class AtStake:
    """What hangs on the answer about one entity.

    Attributes
    ----------
    entity
        The group, a company, or the model itself.
    chances
        Of each verdict; empty where there is none.
    likeliest
        The verdict of the greatest chance; empty where two are too close to call, where there is none, and
        where some paths have no verdict.
    value
        The `STATED` statistics of the leading metric, in its own unit; empty where it has none.
    rate, outlay
        Mean of what is gained per dollar, and median of what is spent; None where the model does not tell.
    """

    entity: str
    chances: Mapping[str, Number]
    likeliest: str
    value: Mapping[str, Number]
    rate: Number | None
    outlay: Number | None


@dataclass(frozen=True, slots=True)
class Materiality:
    """What hangs on a run.

    Attributes
    ----------
    metric, rate, outlay
        The metrics that the numbers of `AtStake` are of; empty where the model has none.
    units
        Of these, by name.
    entities
        The one that leads comes first.
    """

    metric: str
    rate: str
    outlay: str
    units: Mapping[str, str]
    entities: tuple[AtStake, ...]


def materiality(found: Findings) -> Materiality:
    """Return what hangs on a run."""
    units = found.run.units
    metric = found.charted[0].metric if found.charted else ""
    rate, outlay = rate_metric(units), outlay_metric(units)
    own = {name.partition(".")[0]: unit for name, unit in units.items()}
    return Materiality(
        metric=metric,
        rate=rate,
        outlay=outlay,
        units={name: own[name] for name in (metric, rate, outlay) if name},
        entities=tuple(_at_stake(found, entity, metric, rate, outlay) for entity in found.entities),
    )


def likeliest(found: Findings, entity: str) -> str:
    """Return the verdict of the greatest chance on an entity; empty where none is clear."""
    assert found.summary is not None
    if entity in found.summary.no_verdict:
        return ""
    chances = found.summary.verdicts.get(entity, {})
    order = sorted(chances, key=lambda name: -chances[name].value)
    clear = len(order) > 1 and apart(chances[order[0]], chances[order[1]])
    return order[0] if clear else ""


def _at_stake(found: Findings, entity: str, metric: str, rate: str, outlay: str) -> AtStake:
    assert found.summary is not None
    chances = found.summary.verdicts.get(entity, {})
    value, earned, spent = (_statistics(found, name, entity) for name in (metric, rate, outlay))
    return AtStake(
        entity=entity,
        chances=chances,
        likeliest=likeliest(found, entity),
        value={name: value[name] for name in STATED} if value else {},
        rate=earned["mean"] if earned else None,
        outlay=spent["p50"] if spent else None,
    )


def _statistics(found: Findings, metric: str, entity: str) -> MetricStatistics | None:
    assert found.summary is not None
    return found.summary.estimates.get(full_name(metric, entity)) if metric else None
