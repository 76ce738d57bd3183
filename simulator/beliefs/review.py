"""A review of priors before a run: faults, fits and quantiles."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import special

from simulator.beliefs.dependence import correlate
from simulator.beliefs.far import far_values
from simulator.beliefs.laws import laws
from simulator.beliefs.lowering import lower, lower_all, marginals_of
from simulator.beliefs.notice import warn
from simulator.beliefs.parents import extremes
from simulator.beliefs.resolve import resolve
from simulator.beliefs.table import HIDDEN, Table
from simulator.errors import Fault
from simulator.families.fitting import FIT_WARNED
from simulator.families.marginal import Marginal
from simulator.families.member import Member
from simulator.study import Prior, Study
from simulator.study.inputs import Wanted, outside

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
        How the kernel computes it: in its family's closed form, by a table, or with parameters that are
        ``drawn``.
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
    """One line of a table of priors.

    Attributes
    ----------
    name
        Of the prior, with ``[k]`` for a component of a dirichlet.
    p05, p50, p95 : in ``unit``
        Its quantiles.
    """

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
    if prior.drawn:
        return FitReport(prior.name, prior.family, prior.parameters, {}, {}, 0.0, "drawn", 0.0)
    lowered = lower(prior, alone=True)
    fit = lowered.member.fit
    errors = [row.error for row in lowered.rows if isinstance(row, Table)]
    return FitReport(
        prior.name,
        prior.family,
        lowered.member.parameters,
        dict(prior.quantiles),
        fit.got if fit else {},
        fit.worst_miss if fit else 0.0,
        lowered.kind,
        max(errors, default=0.0),
    )


def audit(study: Study) -> list[Fault]:
    """Return the faults of a study's priors and dependence: what is no distribution, or no dependence.

    Warns
    -----
    StrandlineWarning
        Of `remarks`; or correlations had to be mended.
    """
    lowered, faults = lower_all(study.priors, study.dependence)
    if not faults:
        warn(remarks(study))
    if not any(fault.key.startswith("dependence.") for fault in faults):
        for group in study.dependence.groups:
            correlate(group, marginals_of(lowered))
    return faults


def remarks(study: Study, dtype: str = "float32") -> Iterator[str]:
    """Give what a study's author may not know: misfits, values far from those replaced, spreads lost.

    Parameters
    ----------
    study
        Its priors have to be distributions.
    dtype
        Precision of the draws; float64 loses no spread.

    Raises
    ------
    StudyError
        With the faults of the first prior that is no distribution.
    """
    for prior in laws(study).values():
        found = resolve(prior)
        if found.fit and found.fit.worst_miss > FIT_WARNED:
            yield str(fit_report(prior))
        if dtype == "float32" and prior.family != "dirichlet":
            yield from _rounded(prior, found.marginals[0])
    yield from far_values(study)


def _rounded(prior: Prior, marginal: Marginal) -> Iterator[str]:
    """Give a prior whose quantiles float32 rounds by more of their spread than a fit may miss in silence."""
    low, high = marginal.at(special.ndtri(np.array([0.25, 0.75]))).tolist()
    largest = max(abs(low), abs(high))
    if high > low and HIDDEN * largest > FIT_WARNED * (high - low):
        step = float(np.spacing(np.float32(largest)))
        yield (
            f"{prior.name}: in float32 its values are {step:g} apart, and half of them lie within "
            f'{high - low:g}; run with dtype="float64" in Python, or give it as a difference from '
            f"{float(marginal.at(np.zeros(1))[0]):g}"
        )


def range_faults(priors: Mapping[str, Prior], inputs: Mapping[str, Wanted]) -> list[Fault]:
    """Return the priors that draw what a model's input cannot mean, in whatever way they are given.

    Parameters
    ----------
    priors
        In the units of the inputs.
    inputs
        What the model asks for, by the name of the prior.
    """
    faults: list[Fault] = []
    single = [name for name in inputs if priors[name].family != "dirichlet"]
    found = extremes(single, priors)
    for name in single:
        prior, wanted = priors[name], inputs[name]
        low, high = found[name]
        if low < wanted.minimum or high > wanted.maximum:
            ends = max(wanted.minimum, prior.bounds[0]), min(wanted.maximum, prior.bounds[1])
            fault = outside(prior, (low, high), wanted)
            advice = f"Bounds cut what lies beyond: bounds = [{ends[0]:g}, {ends[1]:g}]."
            if prior.drawn:
                advice = f"Bound what it is drawn from: {', '.join(prior.drawn.values())}."
            faults.append(fault if prior.family == "fixed" else replace(fault, advice=advice))
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
    for name, prior in laws(study).items():
        found = resolve(prior)
        for label, values in _shown(prior, found, z):
            p05, p50, p95 = values.tolist()
            rows.append(SummaryRow(label, study.priors[name].family, prior.unit, p05, p50, p95))
    return rows


def _shown(prior: Prior, found: Member, z: np.ndarray) -> list[tuple[str, np.ndarray]]:
    if prior.family != "dirichlet":
        return [(prior.name, found.marginals[0].at(z))]
    alpha = np.array(prior.parameters["alpha"], dtype=float)
    total = alpha.sum()
    shares = [special.betaincinv(a, total - a, SHOWN) for a in alpha]
    return [(f"{prior.name}[{k}]", share) for k, share in enumerate(shares)]
