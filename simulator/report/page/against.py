"""Any number of runs against the first: each paired with it where it has its draws, else told."""

from dataclasses import dataclass
from typing import Any

from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.report.page.difference import Difference, compare, difference_to_plain, unpaired


@dataclass(frozen=True)
class Unpaired:
    """A run that has other draws than the first, and what of them is otherwise."""

    run: Run
    reason: str


@dataclass(frozen=True)
class Comparison:
    """Runs compared with the first of them.

    Attributes
    ----------
    first
        The baseline.
    pairs
        The difference of every run that has its draws, in the order given.
    unpaired
        Runs that cannot be compared path by path.
    """

    first: Run
    pairs: tuple[Difference, ...]
    unpaired: tuple[Unpaired, ...] = ()


def compare_all(first: Run, *others: Run) -> Comparison:
    """Return the difference of each run from the first, path by path.

    Raises
    ------
    UsageError
        No run is given beside the first, none has its draws, or one has no metric in common with it.
    """
    reasons = [unpaired(first, other) for other in others]
    if all(reasons):
        found = "; ".join(dict.fromkeys(reasons)) or "no run beside the first"
        message = f"compare: found {found}; allowed: at least one run with the draws of the first"
        raise UsageError(message)
    known = list(zip(others, reasons, strict=True))
    return Comparison(
        first,
        tuple(compare(first, other) for other, reason in known if not reason),
        tuple(Unpaired(other, reason) for other, reason in known if reason),
    )


def comparison_to_plain(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values: what ``--compare --format json`` prints of more than two runs."""
    return {
        "schema": 1,
        "pairs": [difference_to_plain(pair) for pair in found.pairs],
        "unpaired": [
            {"run": one.run.directory.name if one.run.directory else None, "reason": one.reason}
            for one in found.unpaired
        ],
    }
