"""The chances of the verdicts where one prior is low and where it is high."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.analysis.explanation.binned import End
from simulator.analysis.explanation.effects import moved
from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.targets import EXPLAINED, Target
from simulator.analysis.explanation.told import number, signed
from simulator.analysis.explanation.varying import Varying


def verdicts_at_ends(
    inputs: Sequence[Varying], shares: Shares, asked: Sequence[Target], top: int
) -> dict[str, list[dict[str, Any]]]:
    """Return by entity the chances of its verdicts in the lowest and highest fifth of its leading priors.

    Parameters
    ----------
    inputs, shares, asked
        The priors that vary, and what of the variance of the targets each explains. An entity counts whose
        bull and bear are both among the targets.
    top
        How many priors: those whose shares of the variance of the two indicators are the largest.
    """
    indices = {target.name: index for index, target in enumerate(asked) if target.kind == "verdict"}
    entities = dict.fromkeys(target.entity for target in asked if target.kind == "verdict")
    found = {}
    for entity in entities:
        pair = [indices.get(f"{verdict}.{entity}") for verdict in EXPLAINED]
        if None not in pair:
            places = _leading(shares, len(inputs), [index for index in pair if index is not None], top)
            found[entity] = [_ends(inputs[place], shares, place, pair) for place in places]
    return found


def _leading(shares: Shares, count: int, pair: Sequence[int], top: int) -> list[int]:
    """Return the places of the priors with the largest shares of the variance of two indicators."""
    varying = [index for index in pair if shares.variance.value[index] > 0]
    size = [
        sum(float(shares.single(place).value[index] / shares.variance.value[index]) for index in varying)
        for place in range(count)
    ]
    return sorted(range(count), key=lambda place: -size[place])[:top] if varying else []


def _ends(one: Varying, shares: Shares, place: int, pair: Sequence[Any]) -> dict[str, Any]:
    low, high = shares.fifths[place]
    return {
        "prior": one.name,
        "low": {"bound": low.most, **_chances(shares, low, pair)},
        "high": {"bound": high.least, **_chances(shares, high, pair)},
    }


def _chances(shares: Shares, end: End, pair: Sequence[Any]) -> Mapping[str, Any]:
    """Return the chances of the verdicts at one end of a prior, and which is the likeliest there."""
    bull, bear = (moved(end.mean[index], float(shares.mean.value[index])) for index in pair)
    chances = {"bull": bull, "base": (bull + bear).rest(), "bear": bear}
    first, second, _ = sorted(chances, key=lambda name: -float(chances[name].value))
    return {
        "share": end.share,
        "chances": {name: number(one) for name, one in chances.items()},
        "likeliest": first,
        "lead": signed(chances[first] - chances[second]),
    }
