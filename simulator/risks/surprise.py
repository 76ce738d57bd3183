"""Where a metric moves the other way than a reader expects, and the study says why."""

from collections.abc import Iterable

from simulator.study import Surprise


def surprise_at(surprises: Iterable[Surprise], prior: str, metric: str, sign: int) -> Surprise | None:
    """Return what the study says of a sign that surprises; None where this one does not.

    Parameters
    ----------
    surprises
        Those of the study.
    prior, metric
        Name of a prior, and short name of what it moves.
    sign
        1 where higher values of the prior are seen to raise it, -1 where they lower it, 0 where neither is
        told from nothing.
    """
    found = (
        one
        for one in surprises
        if prior in one.priors and metric == one.metric and sign == (1 if one.effect == "raises" else -1)
    )
    return next(found, None)
