"""Copula groups: which coordinates they draw from, and the weights that correlate their scores.

The common factors and then the members, each in the order of their names, are the rows of one correlation
matrix. Its Cholesky factor takes independent scores to correlated ones, so that a member draws from the
coordinates before it and its own: the order in which a file mentions them moves no draw, and a member moves
those alone that are correlated with it, directly or through others, and come after it by name.
"""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats

from simulator.beliefs.correlation import (
    cholesky_rows,
    correlation_from_spearman,
    is_correlation,
    nearest_correlation,
)
from simulator.beliefs.kernel import Student, bank
from simulator.beliefs.marginal import REACH, Numbers, score_of, tails
from simulator.beliefs.notice import StrandlineWarning
from simulator.beliefs.table import tabulate
from simulator.errors import Fault
from simulator.study import CopulaGroup, Prior

#: Worst error of a t copula's own tables, in scores.
COPULA_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Correlated:
    """A group ready to be drawn.

    Attributes
    ----------
    coordinates
        Names and components of the independent scores: factors, members, and for a t copula its mixing
        variable last.
    members
        Names of the correlated scores, in their order.
    weights
        Correlated score of each member by independent score of factors and members.
    """

    coordinates: tuple[tuple[str, int], ...]
    members: tuple[str, ...]
    weights: Float[np.ndarray, "members columns"]
    df: float | None


def correlate(group: CopulaGroup) -> Correlated:
    """Return the coordinates and weights of a group.

    Warns
    -----
    StrandlineWarning
        Its correlations are impossible together; says how far the nearest possible ones are.
    """
    factors, members = sorted(group.factors), tuple(sorted(group.members))
    nodes = (*factors, *members)
    matrix = correlation_matrix(group)
    if not is_correlation(matrix):
        nearest = nearest_correlation(matrix)
        moved = np.abs(nearest - matrix)
        a, b = np.unravel_index(np.argmax(moved), moved.shape)
        warnings.warn(
            f"dependence.{group.name}: no priors can have these correlations together; the nearest possible "
            f"ones are used. The largest change is that of {nodes[a]} and {nodes[b]}, from "
            f"{matrix[a, b]:.3f} to {nearest[a, b]:.3f}; in all {np.linalg.norm(nearest - matrix):.3f} "
            "(root of the sum of squares).",
            StrandlineWarning,
            stacklevel=2,
        )
        matrix = nearest
    coordinates = (*(f"factor.{name}" for name in factors), *members)
    mixing = (f"dependence.{group.name}.mixing",) if group.copula == "student_t" else ()
    return Correlated(
        tuple((name, 0) for name in (*coordinates, *mixing)),
        members,
        cholesky_rows(matrix)[len(factors) :],
        group.df if group.copula == "student_t" else None,
    )


def correlation_matrix(group: CopulaGroup) -> Float[np.ndarray, "nodes nodes"]:
    """Return the correlations that a group asks for, of its factors and then its members, each by name.

    Two members are correlated as their loadings on common factors say, and as their Spearman pair says where
    they have one.
    """
    factors, members = sorted(group.factors), sorted(group.members)
    loadings = np.array([[group.factors[f].get(m, 0.0) for f in factors] for m in members])
    loadings = loadings.reshape(len(members), len(factors))
    matrix = np.eye(len(factors) + len(members))
    matrix[len(factors) :, : len(factors)] = loadings
    place = {member: len(factors) + i for i, member in enumerate(members)}
    for i, a in enumerate(members):
        for j, b in enumerate(members[:i]):
            matrix[place[a], place[b]] = math.fsum(loadings[i] * loadings[j])
    df = group.df if group.copula == "student_t" else None
    for a, b, rho in group.spearman:
        row, column = max(place[a], place[b]), min(place[a], place[b])
        matrix[row, column] = correlation_from_spearman(rho, df)
    lower = np.tril(matrix, -1)
    return lower + lower.T + np.eye(len(matrix))


def student_tables(df: float) -> tuple[Student, int]:
    """Return the tables of a t copula, and the halvings that they need."""
    stretch = REACH / float(np.arcsinh(stats.t(df).isf(stats.norm.sf(REACH))))

    def log_mixing(z: Numbers) -> Numbers:
        lower, upper = tails(z)
        chi2 = np.where(z < 0, stats.chi2(df).isf(lower), stats.chi2(df).ppf(upper))
        return np.log(df / chi2) / 2

    def back(stretched: Numbers) -> Numbers:
        t = np.sinh(stretched / stretch)
        return score_of(stats.t(df).cdf(t), stats.t(df).sf(t))

    none = np.empty(0)
    tables = tabulate(log_mixing, none, 1.0, COPULA_TOLERANCE), tabulate(back, none, 1.0, COPULA_TOLERANCE)
    steps = max(table.steps for table in tables)
    mixing, scores = (bank([table], steps) for table in tables)
    return Student(mixing, scores, np.array([[stretch]])), steps


def dependence_faults(groups: tuple[CopulaGroup, ...], priors: Mapping[str, Prior]) -> list[Fault]:
    """Return what makes groups impossible, beyond correlations that the nearest matrix mends."""
    faults: list[Fault] = []
    home: dict[str, str] = {}
    for group in groups:
        key = f"dependence.{group.name}"
        if group.copula == "student_t" and not (group.df is not None and 0.5 <= group.df < math.inf):
            faults.append(Fault("", f"{key}.df", f"{group.df}", "degrees of freedom of 0.5 or more"))
        for a, b, rho in group.spearman:
            if not -1 <= rho <= 1:
                faults.append(Fault("", f"{key}.spearman", f"{rho:g} for {a} and {b}", "from -1 to 1"))
            if a == b:
                faults.append(Fault("", f"{key}.spearman", f"{a} with itself", "two priors"))
        for factor, loadings in group.factors.items():
            for name, loading in loadings.items():
                if not -1 <= loading <= 1:
                    found = f"{loading:g} for {name}"
                    faults.append(Fault("", f"{key}.factors.{factor}", found, "from -1 to 1"))
        for name in (*group.members, *(f"factor.{factor}" for factor in group.factors)):
            if home.setdefault(name, group.name) != group.name:
                found = f"{name}, which is in dependence.{home[name]} too"
                faults.append(Fault("", key, found, "each prior and factor in one group", "Join the groups."))
        faults += [fault for name in group.members for fault in _member_faults(key, name, priors)]
    return faults


def _member_faults(key: str, name: str, priors: Mapping[str, Prior]) -> list[Fault]:
    prior = priors.get(name)
    if prior is None:
        return [Fault("", key, f"{name}, which is no prior", "names of priors")]
    if prior.family == "dirichlet" or prior.size is not None:
        return [Fault("", key, f"{name}, which has several components", "priors of one number")]
    return []
