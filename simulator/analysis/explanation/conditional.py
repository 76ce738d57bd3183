"""The chances of the verdicts where one prior is low and where it is high."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from simulator.analysis.explanation.binned import End
from simulator.analysis.explanation.effects import moved
from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.targets import Target
from simulator.analysis.explanation.told import number, signed
from simulator.analysis.explanation.varying import Varying
from simulator.estimate import Replicated


def verdicts_at_ends(
    inputs: Sequence[Varying], shares: Shares, asked: Sequence[Target], codes: Mapping[str, int], top: int
) -> dict[str, list[dict[str, Any]]]:
    """Return by entity the chances of its verdicts in the lowest and highest fifth of its leading priors.

    Parameters
    ----------
    inputs, shares, asked
        The priors that vary, and what of the variance of the targets each explains. An entity counts of
        which every verdict that has a rule is among the targets.
    codes
        Of the verdicts, in the order in which they are told.
    top
        How many priors: those whose shares of the variance of the indicators are the largest.
    """
    indices = {target.name: index for index, target in enumerate(asked) if target.kind == "verdict"}
    entities = dict.fromkeys(target.entity for target in asked if target.kind == "verdict")
    found = {}
    for entity in entities:
        ruled = {name: indices.get(f"{name}.{entity}") for name, code in codes.items() if code}
        if None not in ruled.values():
            places = _leading(shares, len(inputs), list(ruled.values()), top)
            found[entity] = [_ends(inputs[place], shares, place, codes, ruled) for place in places]
    return found


def _leading(shares: Shares, count: int, indices: Sequence[Any], top: int) -> list[int]:
    """Return the places of the priors with the largest shares of the variance of indicators."""
    varying = [index for index in indices if shares.variance.value[index] > 0]
    size = [
        sum(float(shares.single(place).value[index] / shares.variance.value[index]) for index in varying)
        for place in range(count)
    ]
    return sorted(range(count), key=lambda place: -size[place])[:top] if varying else []


def _ends(
    one: Varying, shares: Shares, place: int, codes: Mapping[str, int], ruled: Mapping[str, Any]
) -> dict[str, Any]:
    low, high = shares.fifths[place]
    return {
        "prior": one.name,
        "low": {"bound": low.most, **_chances(shares, low, codes, ruled)},
        "high": {"bound": high.least, **_chances(shares, high, codes, ruled)},
    }


def _chances(
    shares: Shares, end: End, codes: Mapping[str, int], ruled: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the chances of the verdicts at one end of a prior, and which is the likeliest there."""
    known = {name: moved(end.mean[at], float(shares.mean.value[at])) for name, at in ruled.items()}
    rest = reduce(Replicated.__add__, known.values()).rest()
    chances = {name: known.get(name, rest) for name in codes}
    first, second, *_ = sorted(chances, key=lambda name: -float(chances[name].value))
    return {
        "share": end.share,
        "chances": {name: number(one) for name, one in chances.items()},
        "likeliest": first,
        "lead": signed(chances[first] - chances[second]),
    }
