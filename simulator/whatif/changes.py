"""What a changed belief does to the numbers that a kernel takes: told as data, for a page without Python.

To hold a belief at a number changes some of the kernel's numbers: each becomes that number, or the odds
against it, or a constant. Which do is found by holding it at two numbers. Another median changes the same,
but for the slope of a line, which stays; a belief that the kernel has as a table is shifted or stretched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import jax
import numpy as np

from simulator.beliefs import Beliefs
from simulator.families import FAMILIES
from simulator.study import Prior
from simulator.study.location import is_cut, scale_of, takes_median

#: What becomes of numbers: which is said by a word, or by the number that they become.
type Becomes = str | float
#: A first number, how many, and what becomes of them.
type Change = tuple[int, int, Becomes]

#: Two numbers of which neither is the odds against itself or the other.
_TRIED = (0.25, 0.4)


def changes(beliefs: Beliefs, priors: Mapping[str, Prior]) -> dict[str, dict[str, list[Change]]]:
    """Return by name of a belief what holding it does (`hold`) and what another median does (`move`).

    Parameters
    ----------
    beliefs
        As the kernel has them.
    priors
        By name. A belief that cannot be one number, or has no median that can be moved here, lacks the entry.

    Returns
    -------
    dict
        Places count in all parameters, one array after the other. A number becomes `value`, the number
        given; `odds`, the odds against it; `shift`, itself and what the median grows by; `stretch`, itself
        times what the median grows by; or a constant. Where quantiles are given it is the median among them
        that grows, which the family may miss.
    """
    found: dict[str, dict[str, list[Change]]] = {}
    before = _flat(beliefs)
    kinds = beliefs.kinds
    for name, prior in priors.items():
        if prior.family == "dirichlet":
            continue
        holding = list(_holding(beliefs, before, name))
        found[name] = {"hold": holding}
        if (moved := _moved(prior, kinds.get(name, ""), holding, before)) is not None:
            found[name]["move"] = moved
    return found


def _flat(beliefs: Beliefs) -> np.ndarray:
    """Return all parameters, one array after the other."""
    leaves = jax.tree.leaves(beliefs.parameters)
    return np.concatenate([np.asarray(leaf, dtype=np.float64).ravel() for leaf in leaves])


def _holding(beliefs: Beliefs, before: np.ndarray, name: str) -> Iterator[Change]:
    """Give what holding a belief changes."""
    first, second = (_flat(beliefs.with_constants({name: value})) for value in _TRIED)
    changed = np.flatnonzero((first != before) | (second != before))
    yield from _runs(changed, [_becomes(first[place], second[place]) for place in changed])


def _becomes(first: float, second: float) -> Becomes:
    if (first, second) == _TRIED:
        return "value"
    if (first, second) == tuple((1 - value) / value for value in _TRIED):
        return "odds"
    assert first == second
    return float(first)


def _runs(places: Sequence[int] | np.ndarray, become: Iterable[Becomes]) -> Iterator[Change]:
    """Give places one after the other, of which the same becomes, as one change."""
    start, count, same = -1, 0, ""
    for place, one in zip(places, become, strict=True):
        if count and place == start + count and one == same:
            count += 1
            continue
        if count:
            yield start, count, same
        start, count, same = int(place), 1, one
    if count:
        yield start, count, same


def _moved(prior: Prior, kind: str, holding: list[Change], before: np.ndarray) -> list[Change] | None:
    """Return what another median changes; None where that is not known."""
    family = FAMILIES[prior.family]
    if not kind or not takes_median(prior):
        return None
    how, moving = _how(prior), [change for change in holding if isinstance(change[2], str)]
    if kind == prior.family and family.closed is not None:
        given = prior.quantiles.get(0.5)
        # The place of a line is its median, but where the standard draw is one between 0 and 1, and where the
        # family misses the median among the quantiles: it misses it as far wherever that is moved to.
        if family.closed.base == "normal" and (
            given is None or all(_is_at(before[first], given, becomes) for first, _, becomes in moving)
        ):
            return moving
        return None if how is None else [(first, count, how) for first, count, _ in moving]
    if not kind.startswith("table") or how is None:
        return None
    # A shift moves the constants of a table's pieces and its ends, and stretching their slopes as well.
    return [(first, count, how) for first, count, _ in (holding if how == "stretch" else moving)]


def _is_at(number: float, median: float, becomes: Becomes) -> bool:
    """Whether a number of the kernel is what a median makes of it."""
    return math.isclose(number, (1 - median) / median if becomes == "odds" else median, rel_tol=1e-9)


def _how(prior: Prior) -> str | None:
    """Return how all values of a prior move with its median; None where no two words say it."""
    scale = scale_of(prior)
    if scale is None or is_cut(prior):
        return None
    value, before, after = 2.0, 1.0, 3.0
    for how, moved in (("shift", value + after - before), ("stretch", value * after / before)):
        with suppress(ValueError):  # outside the scale
            if math.isclose(scale.moved(value, before, after), moved):
                return how
    return None
