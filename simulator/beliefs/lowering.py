"""How each prior is computed in the kernel: in closed form where its family has one, otherwise by a table."""

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from simulator.beliefs.dependence import dependence_faults, tie_faults
from simulator.beliefs.hierarchy import standard
from simulator.beliefs.kernel import KERNELS
from simulator.beliefs.parents import parents_out_of_range
from simulator.beliefs.resolve import resolve
from simulator.beliefs.table import Table, build_table, check_reach
from simulator.errors import Fault, StudyError
from simulator.families.compound import Truncated
from simulator.families.marginal import Marginal
from simulator.families.member import Member
from simulator.study import Dependence, Prior
from simulator.study.hierarchy import misnamed_parents


@dataclass(frozen=True, eq=False)
class Lowered:
    """A prior as the kernel computes it.

    Attributes
    ----------
    kind
        Which kernel.
    rows
        Its parameters for each component: a pair of numbers, or a table.
    """

    prior: Prior
    member: Member
    kind: str
    rows: tuple[tuple[float, float] | Table, ...]


def lower(prior: Prior, *, alone: bool) -> Lowered:
    """Return how the kernel computes a prior.

    Parameters
    ----------
    alone
        Whether it is independent of all others, so that it need not be a function of a normal score.

    Raises
    ------
    StudyError
        The prior is no distribution, or has no table within the tolerance.
    """
    member = resolve(prior)
    try:
        kind, rows = _line(member, alone) or _tables(member)
    except ValueError as error:
        advice = "Truncate it by bounds, or choose a family with a lighter tail."
        fault = Fault(
            prior.file, prior.name, str(error), "a prior that float32 and a table can represent", advice
        )
        raise StudyError([fault]) from None
    if prior.family != "dirichlet":
        rows = rows * (prior.size or 1)
    return Lowered(prior, member, kind, rows)


def lower_all(
    priors: Mapping[str, Prior], dependence: Dependence, directed: Set[str] = frozenset()
) -> tuple[list[Lowered], list[Fault]]:
    """Return every prior as the kernel computes it, and the faults of those that have no such form.

    A prior whose parameters are drawn is there as the standard member of its family.

    Parameters
    ----------
    priors
        By name.
    dependence
        Copula groups, whose members need a normal score.
    directed
        Names of others that need one.
    """
    grouped = {name for group in dependence.groups for name in group.members} | directed
    lowered: list[Lowered] = []
    faults: list[Fault] = []
    for name, prior in priors.items():
        try:
            lowered.append(lower(standard(prior), alone=name not in grouped))
        except StudyError as error:
            faults += error.faults
        except (OverflowError, ZeroDivisionError) as error:
            found = f"numbers from which it cannot be computed ({error})"
            faults.append(Fault(prior.file, name, found, "numbers well within floating point"))
    misnamed = list(misnamed_parents(priors, priors))
    sound = {one.prior.name for one in lowered} - {fault.key.rpartition(".")[0] for fault in misnamed}
    faults += [*misnamed, *parents_out_of_range(priors, sound)]
    impossible = dependence_faults(dependence.groups, priors)
    if not faults and not impossible:
        impossible = list(tie_faults(dependence.groups, marginals_of(lowered)))
    return lowered, faults + impossible


def marginals_of(lowered: Iterable[Lowered]) -> dict[str, Marginal]:
    """Return the marginals of priors of one number a path, by name."""
    return {one.prior.name: one.member.marginals[0] for one in lowered if len(one.member.marginals) == 1}


def _line(member: Member, alone: bool) -> tuple[str, tuple[tuple[float, float], ...]] | None:
    family, closed = member.family, member.family.closed
    if closed is None or family.tabled or (closed.base == "uniform" and not alone):
        return None
    (marginal,), parameters = member.marginals, member.parameters
    if closed.base == "uniform":
        # Truncated or not, it is the same family between the ends of its support.
        low, high = marginal.support
        parameters = {"low": low, "high": high}
    elif isinstance(marginal, Truncated):
        return None
    check_reach(marginal)
    return family.name, (closed.line(parameters, math),)


def table_steps(kind: str) -> int:
    """Return the halvings in the name of a table's kind."""
    return int(kind.removeprefix("table "))


def _tables(member: Member) -> tuple[str, tuple[Table, ...]]:
    tables = tuple(build_table(marginal) for marginal in member.marginals)
    steps = max(table.steps for table in tables)
    return f"table {steps}", tables


def kind_order(kind: str) -> int:
    """Return the place of a kind among the rows of scores: rows of one kind lie together."""
    return list(KERNELS).index(kind)
