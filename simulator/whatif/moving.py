"""How the table of a prior changes with its median: what a page writes into a file of beliefs.

`simulator.study.location` moves a prior; here the same is told as data, so that a page without Python writes
the table that it would. What a family does is found out by moving the prior itself, and told only where the
rules below give the same numbers.
"""

import math
from collections.abc import Iterator
from typing import Any

from simulator.errors import StudyError
from simulator.study import Prior
from simulator.study.canonical import prior_to_dict
from simulator.study.location import at_median, takes_median

#: Rules by name, each from a parameter, the median before and the median after to the parameter after.
RULES = {
    "place": lambda value, before, after: after,
    "shift": lambda value, before, after: value + (after - before),
    "multiply": lambda value, before, after: (after / before) * value,
}

#: Where between two quantiles of a prior its rules are tried: two places, so that no rule fits by chance.
_TRIED = (0.25, 0.6)


def file_table(prior: Prior) -> dict[str, Any]:
    """Return what a file needs to hold a prior: its table without reasons, its unit among them."""
    texts = ("sources", "as_of", "note", "basis", "spare")
    return {key: value for key, value in prior_to_dict(prior).items() if key not in texts}


def rules_of(prior: Prior, before: float, low: float, high: float) -> dict[str, str] | None:
    """Return how each number of a prior's table moves with its median; None where no rule says it.

    Parameters
    ----------
    prior
        With a median that may be moved.
    before : in the prior's unit
        Its median.
    low, high : in the prior's unit
        Two of its quantiles, on either side of the median.

    Returns
    -------
    dict or None
        By parameter one of `RULES`; of ``quantiles`` the name ``scale``: each moves as the median does on the
        scale of the family. A parameter that is not named stays as it is.
    """
    if not takes_median(prior):
        return None
    if prior.quantiles:
        return {"quantiles": "scale"} if 0.5 in prior.quantiles else None
    try:
        moved = [(after, at_median(prior, after).parameters) for after in _medians(low, high)]
    except StudyError:
        return None
    found: dict[str, str] = {}
    for name, value in prior.parameters.items():
        if all(parameters[name] == value for _, parameters in moved):
            continue
        rule = _rule(value, before, [(after, parameters[name]) for after, parameters in moved])
        if rule is None:
            return None
        found[name] = rule
    return found


def _medians(low: float, high: float) -> Iterator[float]:
    yield from (low + part * (high - low) for part in _TRIED)


def _rule(value: Any, before: float, moved: list[tuple[float, Any]]) -> str | None:
    if not isinstance(value, int | float):
        return None
    for name, rule in RULES.items():
        try:
            if all(math.isclose(rule(value, before, after), now, rel_tol=1e-14) for after, now in moved):
                return name
        except ZeroDivisionError:
            continue
    return None
