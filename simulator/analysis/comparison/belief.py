"""What a study believes of a prior: its quantiles, and on whose word."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from simulator.beliefs import summary_rows
from simulator.study import Study


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The median of one component and its 90% range, in the prior's unit."""

    p05: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Belief:
    """A prior: the quantiles of its components in `unit`; its basis, sources, date and note."""

    family: str
    unit: str
    quantiles: tuple[Quantiles, ...]
    basis: str
    sources: tuple[str, ...]
    as_of: date | None
    note: str


def beliefs_of(study: Study, names: Collection[str]) -> dict[str, Belief]:
    """Return what a study believes of those of its priors that have one of these names."""
    priors = {name: prior for name, prior in study.priors.items() if name in names}
    quantiles: dict[str, list[Quantiles]] = {name: [] for name in priors}
    for row in summary_rows(study):
        if (name := row.name.partition("[")[0]) in priors:
            quantiles[name].append(Quantiles(row.p05, row.p50, row.p95))
    return {
        name: Belief(
            prior.family,
            prior.unit,
            tuple(quantiles[name]),
            prior.basis,
            tuple(prior.sources),
            prior.as_of,
            prior.note,
        )
        for name, prior in priors.items()
    }
