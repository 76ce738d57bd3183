"""How a change divides among its parts: alone from either side, and in shares that add up.

Let f(S) be a statistic with the parts S as the second study has them. The effect of one part depends on the
others, and three numbers say how:

- *into the first* alone, f({i}) - f(nothing), with everything else as it was;
- *out of the second* alone, f(all) - f(all but i), with everything else as it has become;
- its *share*: the mean of its step when the parts are taken one by one in alphabetical order and when they
  are taken in the reverse order. Steps of an order add up to the whole change, so shares do too.

Where no more than two parts act together, f is a sum of terms of one or two parts each, and the share is the
Shapley value whatever the order: each of two that act together precedes the other once, and gets half of what
they do together. Half the sum of the first two numbers is then the same. What those halves leave of the whole
change measures how far three or more parts act together, which is all that the order could matter.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.estimate.replicated import Replicated

type Taken = frozenset[str]
type StatisticsOf = Callable[[Taken], Replicated]


@dataclass(frozen=True, slots=True)
class PartEffect[Value]:
    """What one part does to a statistic or to all; of a single prior the mean of the two for a share."""

    into_first: Value
    out_of_second: Value
    share: Value


def needed(parts: Sequence[str]) -> list[Taken]:
    """Return the sets of parts of which the statistics are needed: 4n - 4 for n > 2 parts, n + 1 for less."""
    whole = frozenset(parts)
    steps = (taken for order in _orders(parts) for taken in _steps(order))
    alone = (taken for part in parts for taken in (frozenset({part}), whole - {part}))
    return list(dict.fromkeys((frozenset(), whole, *steps, *alone)))


def effects(parts: Sequence[str], statistics: StatisticsOf) -> dict[str, PartEffect[Replicated]]:
    """Return the effect of every part, from the statistics of sets of parts."""
    nothing, whole = frozenset[str](), frozenset(parts)
    shares: dict[str, list[Replicated]] = {part: [] for part in parts}
    for order in _orders(parts):
        for part, before, after in zip(order, [nothing, *_steps(order)], _steps(order), strict=False):
            shares[part].append(statistics(after) - statistics(before))
    return {
        part: PartEffect(
            statistics(frozenset({part})) - statistics(nothing),
            statistics(whole) - statistics(whole - {part}),
            mean_of(*shares[part]),
        )
        for part in parts
    }


def mean_of(one: Replicated, other: Replicated) -> Replicated:
    """Return the mean of two."""
    both = one + other
    return Replicated(both.value / 2, both.without / 2)


def together(
    by_part: Mapping[str, PartEffect[Replicated]], whole: Replicated
) -> tuple[Replicated, Replicated]:
    """Return what the parts do together: beyond their effects alone, and with three or more of them."""
    alone = beyond = whole
    for effect in by_part.values():
        alone = alone - effect.into_first
        beyond = beyond - mean_of(effect.into_first, effect.out_of_second)
    return alone, beyond


def _orders(parts: Sequence[str]) -> tuple[list[str], list[str]]:
    return sorted(parts), sorted(parts, reverse=True)


def _steps(order: Sequence[str]) -> Iterator[Taken]:
    return (frozenset(order[: i + 1]) for i in range(len(order)))
