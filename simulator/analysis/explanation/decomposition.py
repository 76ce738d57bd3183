"""The variance of each target decomposed: what priors explain, in groups too, and what none does."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from simulator.analysis.explanation.random_inputs import GROUPINGS, UNSOURCED, RandomInput
from simulator.analysis.explanation.records import Group, Others, Unsourced
from simulator.analysis.explanation.shares import Shares
from simulator.estimate.effect import Effect
from simulator.estimate.replicated import Replicated


class Members(NamedTuple):
    """Priors that make a group, and the variance of every target that they explain."""

    priors: int
    joint: Replicated
    unique: Replicated


def decompositions(
    inputs: Sequence[RandomInput], shares: Shares, listed: Sequence[Sequence[int]]
) -> list[Mapping[str, Any]]:
    """Return what the variance of each target consists of: fields of `ExplainedTarget`.

    Parameters
    ----------
    inputs, shares
        The random inputs, and what of the variance of the targets each explains.
    listed
        By target, the places of the inputs that are listed one by one.
    """
    everything = range(len(inputs))
    explained = shares.joint(everything)
    unsourced = _members([place for place in everything if inputs[place].basis in UNSOURCED], shares)
    groups = {kind: _groups(inputs, shares, belongs) for kind, belongs in GROUPINGS.items()}

    def decomposition(index: int) -> Mapping[str, Any]:
        variance = shares.variance[index]

        def share(part: Replicated) -> Effect:
            return Effect.share(part[index] / variance)

        def in_groups(found: Mapping[str, Members]) -> list[Group]:
            shown = [
                Group(name, own.priors, share(own.joint), share(own.unique)) for name, own in found.items()
            ]
            return sorted(shown, key=lambda group: -group.share.value) if variance.value > 0 else []

        others = _members(set(everything) - set(listed[index]), shares)
        return {
            "explained": share(explained),
            "unexplained": Effect.share((explained[index] / variance).rest()),
            "unsourced": Unsourced(
                share(unsourced.joint),
                share(unsourced.unique),
                Effect.share(unsourced.joint[index] / explained[index]),
            ),
            "indistinguishable": sum(
                not share(shares.first_order(place)).distinguishable for place in everything
            ),
            "others": Others(others.priors, share(others.unique)),
            "groups": {kind: in_groups(found) for kind, found in groups.items()},
        }

    return [decomposition(index) for index in range(len(listed))]


def _groups(
    inputs: Sequence[RandomInput], shares: Shares, belongs: Callable[[RandomInput], str]
) -> dict[str, Members]:
    places: dict[str, list[int]] = {}
    for place, one in enumerate(inputs):
        places.setdefault(belongs(one), []).append(place)
    return {name: _members(own, shares) for name, own in places.items()}


def _members(places: Collection[int], shares: Shares) -> Members:
    return Members(len(places), shares.joint(places), shares.unique(places))
