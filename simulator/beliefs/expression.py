"""How each prior is computed in the kernel: exactly where that is cheap, otherwise by a table."""

import math
from dataclasses import dataclass

from simulator.beliefs.kernel import KERNELS
from simulator.beliefs.marginal import LogitNormal, LogNormal, Normal
from simulator.beliefs.oracle import Believed, believe
from simulator.beliefs.table import Table, build_table, check_reach
from simulator.errors import Fault, StudyError
from simulator.study import Prior

#: Kinds that take a uniform coordinate in place of a score: no inverse normal is needed.
FROM_UNIFORM = frozenset({"uniform", "loguniform"})


@dataclass(frozen=True, eq=False)
class Expression:
    """A prior as the kernel computes it.

    Attributes
    ----------
    kind
        Which kernel.
    rows
        Its parameters for each component: a pair of numbers, or a table.
    """

    prior: Prior
    believed: Believed
    kind: str
    rows: tuple[tuple[float, float] | Table, ...]


def express(prior: Prior, *, alone: bool) -> Expression:
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
    believed = believe(prior)
    try:
        kind, rows = _line(believed, alone) or _tables(believed)
    except ValueError as error:
        advice = "Truncate it by bounds, or choose a family with a lighter tail."
        fault = Fault(prior.file, prior.name, str(error), "a prior that float32 and a table can hold", advice)
        raise StudyError([fault]) from None
    if prior.family != "dirichlet":
        rows = rows * (prior.size or 1)
    return Expression(prior, believed, kind, rows)


def _line(believed: Believed, alone: bool) -> tuple[str, tuple[tuple[float, float], ...]] | None:
    match believed.marginals:
        case (Normal(mean, sd) as marginal,):
            kind, pair = "normal", (mean, sd)
        case (LogNormal(median, sigma) as marginal,):
            kind, pair = "lognormal", (median, sigma)
        case (LogitNormal(median, sigma) as marginal,):
            kind, pair = "logitnormal", ((1 - median) / median, sigma)
        case (marginal,) if believed.family == "fixed":
            kind, pair = "normal", (marginal.support[0], 0.0)
        case (marginal,) if alone and believed.family in FROM_UNIFORM:
            # Truncated or not, it is the same family between the ends of its support.
            low, high = marginal.support
            width = high - low if believed.family == "uniform" else math.log(high / low)
            kind, pair = believed.family, (low, width)
        case _:
            return None
    check_reach(marginal)
    return kind, (pair,)


def table_steps(kind: str) -> int:
    """Return the halvings in the name of a table's kind."""
    return int(kind.removeprefix("table "))


def _tables(believed: Believed) -> tuple[str, tuple[Table, ...]]:
    tables = tuple(build_table(marginal) for marginal in believed.marginals)
    steps = max(table.steps for table in tables)
    return f"table {steps}", tables


def kind_order(kind: str) -> int:
    """Return the place of a kind among the rows of scores: rows of one kind lie together."""
    return list(KERNELS).index(kind)
