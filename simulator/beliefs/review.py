"""What there is to say of priors before a run: faults, fits and quantiles."""

import warnings
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from simulator.beliefs.compiled import express_all
from simulator.beliefs.dependence import correlate
from simulator.beliefs.elicitation import FIT_WARNED
from simulator.beliefs.expression import express
from simulator.beliefs.notice import StrandlineWarning
from simulator.beliefs.oracle import Believed, believe
from simulator.beliefs.table import Table
from simulator.errors import Fault
from simulator.study import Prior, Study

#: Probabilities that a summary shows.
SHOWN = (0.05, 0.5, 0.95)


class FitReport(NamedTuple):
    """How well a prior is met: its quantiles by its family, its family by the kernel.

    Attributes
    ----------
    parameters
        As given, or as fitted to the quantiles.
    asked, got
        Quantiles asked for and met  [unit of the prior]
    worst_miss
        Largest difference of the two, as a share of the distance from the lowest to the highest asked for.
    kind
        How the kernel computes it.
    table_error
        Worst error of its table within the central 1 - 1e-6, as a share of its interquartile range; 0 where
        it has none.
    """

    name: str
    family: str
    parameters: Mapping[str, object]
    asked: Mapping[float, float]
    got: Mapping[float, float]
    worst_miss: float
    kind: str
    table_error: float

    def __str__(self) -> str:
        if not self.asked:
            return f"{self.name}: {self.family}, given by its parameters"
        pairs = ", ".join(
            f"p{100 * p:g} {value:g} (asked for {self.asked[p]:g})" for p, value in self.got.items()
        )
        return f"{self.name}: {self.family} with {pairs}; worst miss {self.worst_miss:.1%} of their spread"


class SummaryRow(NamedTuple):
    """One line of a table of priors, in the prior's unit."""

    name: str
    family: str
    unit: str
    p05: float
    p50: float
    p95: float


def fit_report(prior: Prior) -> FitReport:
    """Return how well a prior meets its quantiles, and the kernel the prior.

    Raises
    ------
    StudyError
        It cannot be had at all.
    """
    expression = express(prior, alone=True)
    fit = expression.believed.fit
    errors = [row.error for row in expression.rows if isinstance(row, Table)]
    return FitReport(
        prior.name,
        prior.family,
        expression.believed.parameters,
        dict(prior.quantiles),
        fit.got if fit else {},
        fit.worst_miss if fit else 0.0,
        expression.kind,
        max(errors, default=0.0),
    )


def audit(study: Study) -> list[Fault]:
    """Return the faults of a study's priors and dependence: what is no distribution, or no dependence.

    Warns
    -----
    StrandlineWarning
        A fit misses its quantiles by more than `FIT_WARNED`, or correlations had to be mended.
    """
    expressions, faults = express_all(study.priors, study.dependence)
    for expression in expressions:
        fit = expression.believed.fit
        if fit and fit.worst_miss > FIT_WARNED:
            warnings.warn(str(fit_report(expression.prior)), StrandlineWarning, stacklevel=2)
    if not any(fault.key.startswith("dependence.") for fault in faults):
        for group in study.dependence.groups:
            correlate(group)
    return faults


def summary_rows(study: Study) -> list[SummaryRow]:
    """Return the quantiles of every prior, a row for each component of a dirichlet.

    Raises
    ------
    StudyError
        With the faults of the first prior that is no distribution.
    """
    z = special.ndtri(np.array(SHOWN))
    rows: list[SummaryRow] = []
    for prior in study.priors.values():
        believed = believe(prior)
        for label, values in _shown(prior, believed, z):
            p05, p50, p95 = values.tolist()
            rows.append(SummaryRow(label, prior.family, prior.unit, p05, p50, p95))
    return rows


def _shown(prior: Prior, believed: Believed, z: np.ndarray) -> list[tuple[str, np.ndarray]]:
    if prior.family != "dirichlet":
        return [(prior.name, believed.marginals[0].at(z))]
    alpha = np.array(prior.parameters["alpha"], dtype=float)
    total = alpha.sum()
    shares = [stats.beta(a, total - a).ppf(SHOWN) for a in alpha]
    return [(f"{prior.name}[{k}]", share) for k, share in enumerate(shares)]
