"""How each prior is computed in the kernel: in closed form where its family has one, otherwise by a table."""

import math
from dataclasses import dataclass

from simulator.beliefs.kernel import KERNELS
from simulator.beliefs.resolve import resolve
from simulator.beliefs.table import Table, build_table, check_reach
from simulator.errors import Fault, StudyError
from simulator.families.compound import Truncated
from simulator.families.member import Member
from simulator.study import Prior


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
