"""Where a metric moves the other way than a reader expects, and the study explains it."""

from collections.abc import Iterable

from simulator.study import Surprise


def surprise_at(surprises: Iterable[Surprise], prior: str, metric: str, sign: int) -> Surprise | None:
    """Return the study's explanation of a sign that surprises; None where this one does not.

    Parameters
    ----------
    surprises
        Those of the study.
    prior, metric
        Name of a prior, and short name of what it moves.
    sign
        1 where higher values of the prior are seen to raise it, -1 where they lower it, 0 where neither is
        distinguishable from nothing.
    """
    return next((one for one in surprises if prior in one.priors and _explains(one, metric, sign)), None)


def surprise_of(surprises: Iterable[Surprise], case: str, metric: str, sign: int) -> Surprise | None:
    """Return the study's explanation of a whole case, such as ``headline.1``, as `surprise_at` of a prior."""
    return next((one for one in surprises if case in one.cases and _explains(one, metric, sign)), None)


def _explains(one: Surprise, metric: str, sign: int) -> bool:
    return metric == one.metric and sign == (1 if one.effect == "raises" else -1)
