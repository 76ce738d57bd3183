"""The chances of the verdicts where one prior is low and where it is high."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from simulator.analysis.explanation.binned import End, binned
from simulator.analysis.explanation.effects import moved
from simulator.analysis.explanation.random_inputs import RandomInput
from simulator.analysis.explanation.records import ConditionalVerdicts, VerdictsAtEnd
from simulator.analysis.explanation.shares import FIFTH, Shares
from simulator.analysis.explanation.targets import Target
from simulator.estimate import Replicated, parts_of
from simulator.estimate.effect import Effect
from simulator.estimate.verdicts import LOSSES, Codes


def conditional_verdicts(
    inputs: Sequence[RandomInput],
    shares: Shares,
    targets: Sequence[Target],
    codes: Mapping[str, int],
    split: Mapping[str, Codes],
    top: int,
) -> dict[str, list[ConditionalVerdicts]]:
    """Return by entity the chances of its verdicts in the lowest and highest fifth of its leading priors.

    Parameters
    ----------
    inputs, shares, targets
        The random inputs, and what of the variance of the targets each explains. An entity counts of which
        every verdict that has a rule is among the targets.
    codes
        Of the verdicts, in their order.
    split
        By entity, the verdict of every path with all else in its two parts, where it is split.
    top
        How many priors: those whose shares of the variance of the indicators are the largest.
    """
    indices = {target.name: index for index, target in enumerate(targets) if target.kind == "verdict"}
    entities = dict.fromkeys(target.entity for target in targets if target.kind == "verdict")
    found = {}
    for entity in entities:
        ruled = {name: indices.get(f"{name}.{entity}") for name, code in codes.items() if code}
        if None not in ruled.values():
            places = _leading(shares, len(inputs), list(ruled.values()), top)
            found[entity] = [
                ConditionalVerdicts(
                    inputs[place].name,
                    _at_end(shares, low, low.highest, codes, ruled, lost[0]),
                    _at_end(shares, high, high.lowest, codes, ruled, lost[1]),
                )
                for place in places
                for low, high in (shares.fifths[place],)
                for lost in (_losses(inputs[place], split.get(entity)),)
            ]
    return found


def _leading(shares: Shares, count: int, indices: Sequence[Any], top: int) -> list[int]:
    """Return the places of the priors with the largest shares of the variance of indicators."""
    varying = [index for index in indices if shares.variance.value[index] > 0]
    size = [
        sum(float(shares.first_order(place).value[index] / shares.variance.value[index]) for index in varying)
        for place in range(count)
    ]
    return sorted(range(count), key=lambda place: -size[place])[:top] if varying else []


def _losses(one: RandomInput, codes: Codes | None) -> tuple[Replicated | None, Replicated | None]:
    """Return how often all else loses in the lowest and in the highest fifth of a prior; None if unknown."""
    if codes is None:
        return None, None
    lost = (codes == LOSSES).astype(np.float64)
    slices = binned(one.ranks, lost[None] - lost.mean())
    ends = (slices.lowest(FIFTH), slices.highest(FIFTH))
    low, high = (moved(slices.end(one.values, end).mean[0], float(lost.mean())) for end in ends)
    return low, high


def _at_end(
    shares: Shares,
    end: End,
    bound: float,
    codes: Mapping[str, int],
    ruled: Mapping[str, Any],
    lost: Replicated | None,
) -> VerdictsAtEnd:
    """Return the chances of the verdicts at one end of a prior, and which is the likeliest there."""
    known = {name: moved(end.mean[at], float(shares.mean.value[at])) for name, at in ruled.items()}
    rest = reduce(Replicated.__add__, known.values()).rest()
    chances = {name: known.get(name, rest) for name in codes}
    first, second, *_ = sorted(chances, key=lambda name: -float(chances[name].value))
    parts = {} if lost is None else dict(zip(parts_of(codes), (rest - lost, lost), strict=True))
    return VerdictsAtEnd(
        bound=bound,
        share=end.share,
        chances={name: chance.number() for name, chance in chances.items()},
        likeliest=first,
        lead=Effect.of(chances[first] - chances[second]),
        split={name: chance.number() for name, chance in parts.items()},
    )
