"""Copula groups: which coordinates they draw from, and the weights that correlate their scores.

The common factors and then the members, each in the order of their names, are the rows of one correlation
matrix. Its Cholesky factor takes independent scores to correlated ones, so that a member draws from the
coordinates before it and its own: the order in which a file mentions them moves no draw, and a member moves
those alone that are correlated with it, directly or through others, and come after it by name.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.beliefs.correlation import cholesky_rows, is_correlation, nearest_correlation
from simulator.beliefs.kernel import Student, bank
from simulator.beliefs.midranks import Pair, mid_ranks
from simulator.beliefs.notice import warn
from simulator.beliefs.table import tabulate
from simulator.errors import Fault
from simulator.families.marginal import REACH, Marginal, Numbers, score_of, tails
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


def correlate(group: CopulaGroup, marginals: Mapping[str, Marginal] = MappingProxyType({})) -> Correlated:
    """Return the coordinates and weights of a group.

    Parameters
    ----------
    marginals
        Of members by name; one that is not there has no atoms.

    Warns
    -----
    StrandlineWarning
        Its correlations are impossible together, and by how much those asked for are missed; or a pair with
        atoms is under a t copula.
    """
    factors, members = sorted(group.factors), tuple(sorted(group.members))
    pairs = asked_pairs(group, marginals)
    warn(_tied_under_t(group, pairs))
    matrix = correlation_matrix(group, marginals)
    if not is_correlation(matrix):
        nearest = nearest_correlation(matrix)
        warn([_mended(group, pairs, nearest)])
        matrix = nearest
    coordinates = (*(f"factor.{name}" for name in factors), *members)
    mixing = (f"dependence.{group.name}.mixing",) if group.copula == "student_t" else ()
    return Correlated(
        tuple((name, 0) for name in (*coordinates, *mixing)),
        members,
        cholesky_rows(matrix)[len(factors) :],
        group.df if group.copula == "student_t" else None,
    )


def asked_pairs(
    group: CopulaGroup, marginals: Mapping[str, Marginal] = MappingProxyType({})
) -> dict[tuple[str, str], Pair]:
    """Return what is known of each pair whose rank correlation a group gives."""
    df = group.df if group.copula == "student_t" else None
    ranks = {name: mid_ranks(marginals[name]) for name in group.members if name in marginals}
    return {(a, b): Pair(ranks.get(a), ranks.get(b), df) for a, b, _ in group.spearman}


def _tied_under_t(group: CopulaGroup, pairs: Mapping[tuple[str, str], Pair]) -> Iterator[str]:
    """Give the pairs whose rank correlation a t copula misses."""
    for (a, b), pair in pairs.items():
        if pair.tied and not pair.solvable:
            yield (
                f"dependence.{group.name}: values of {a} or {b} come again and again, so that their rank "
                "correlation under a t copula is weaker than was asked for; a gaussian one meets it"
            )


def _mended(
    group: CopulaGroup,
    pairs: Mapping[tuple[str, str], Pair],
    nearest: Float[np.ndarray, "nodes nodes"],
) -> str:
    """Return what becomes of the correlations asked for where they are impossible together."""
    column = {name: i for i, name in enumerate(sorted(group.factors))}
    row = {name: len(column) + i for i, name in enumerate(sorted(group.members))}
    changes = [
        (f"the rank correlation of {a} and {b}", rho, pairs[a, b].spearman(nearest[row[a], row[b]]))
        for a, b, rho in group.spearman
    ]
    changes += [
        (f"the loading of {name} on {factor}", loading, float(nearest[row[name], column[factor]]))
        for factor, loadings in group.factors.items()
        for name, loading in loadings.items()
    ]
    what, asked, got = max(changes, key=lambda change: abs(change[2] - change[1]))
    whole = math.sqrt(math.fsum((got - asked) ** 2 for _, asked, got in changes))
    return (
        f"dependence.{group.name}: no priors can have these correlations together; the nearest possible "
        f"ones are used. The largest change is that of {what}, from {asked:.3f} to {got:.3f}; in all "
        f"{whole:.3f} (root of the sum of squares)."
    )


def correlation_matrix(
    group: CopulaGroup, marginals: Mapping[str, Marginal] = MappingProxyType({})
) -> Float[np.ndarray, "nodes nodes"]:
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
    pairs = asked_pairs(group, marginals)
    for a, b, rho in group.spearman:
        row, column = max(place[a], place[b]), min(place[a], place[b])
        matrix[row, column] = pairs[a, b].correlation(rho)
    lower = np.tril(matrix, -1)
    return lower + lower.T + np.eye(len(matrix))


def student_tables(df: float) -> tuple[Student, int]:
    """Return the tables of a t copula, and the halvings that they need."""
    stretch = REACH / float(np.arcsinh(-special.stdtrit(df, special.ndtr(-REACH))))

    def log_mixing(z: Numbers) -> Numbers:
        lower, upper = tails(z)
        chi2 = np.where(z < 0, special.chdtri(df, lower), 2 * special.gammaincinv(df / 2, upper))
        return np.log(df / chi2) / 2

    def back(stretched: Numbers) -> Numbers:
        t = np.sinh(stretched / stretch)
        return score_of(special.stdtr(df, t), special.stdtr(df, -t))

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


def tie_faults(groups: tuple[CopulaGroup, ...], marginals: Mapping[str, Marginal]) -> Iterator[Fault]:
    """Give the rank correlations that priors with atoms cannot have, whatever their dependence."""
    for group in groups:
        pairs = asked_pairs(group, marginals)
        for a, b, rho in group.spearman:
            if not pairs[a, b].possible(rho):
                low, high = pairs[a, b].limits
                yield Fault(
                    "",
                    f"dependence.{group.name}.spearman",
                    f"{rho:g} for {a} and {b}",
                    f"from {math.ceil(low * 1e4) / 1e4:g} to {math.floor(high * 1e4) / 1e4:g}",
                    "Their values come again and again, and ranks that tie cannot follow each other closer.",
                )


def _member_faults(key: str, name: str, priors: Mapping[str, Prior]) -> list[Fault]:
    prior = priors.get(name)
    if prior is None:
        return [Fault("", key, f"{name}, which is no prior", "names of priors")]
    if prior.family == "dirichlet" or prior.size is not None:
        return [Fault("", key, f"{name}, which has several components", "priors of one number")]
    if prior.drawn:
        advice = f"Let {' and '.join(prior.drawn.values())} depend on the others."
        allowed = "priors with numbers for parameters"
        return [Fault("", key, f"{name}, whose {' and '.join(prior.drawn)} is drawn", allowed, advice)]
    return []
