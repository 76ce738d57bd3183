"""What the variance of each target consists of: what priors explain, in groups too, and what none does."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.told import share
from simulator.analysis.explanation.varying import GROUPINGS, UNSOURCED, Varying
from simulator.estimate.replicated import Replicated


class Group(NamedTuple):
    """Priors that are put together, and what they explain of every target."""

    name: str
    priors: int
    together: Replicated
    alone: Replicated

    def told(self, index: int, variance: Replicated) -> dict[str, Any]:
        """Return the group's shares of one target's variance."""
        return {
            "name": self.name,
            "priors": self.priors,
            "share": share(self.together[index] / variance),
            "alone": share(self.alone[index] / variance),
        }


def _groups(inputs: Sequence[Varying], shares: Shares, belongs: Callable[[Varying], str]) -> list[Group]:
    members: dict[str, list[int]] = {}
    for place, one in enumerate(inputs):
        members.setdefault(belongs(one), []).append(place)
    return [_group(name, places, shares) for name, places in members.items()]


def _group(name: str, places: Collection[int], shares: Shares) -> Group:
    return Group(name, len(places), shares.together(places), shares.alone(places))


def parts_of(
    inputs: Sequence[Varying], shares: Shares, listed: Sequence[Sequence[int]]
) -> list[dict[str, Any]]:
    """Return what the variance of each target consists of."""
    everything = range(len(inputs))
    explained = shares.together(everything)
    bare = [place for place in everything if inputs[place].basis in UNSOURCED]
    unsourced = _group("", bare, shares)
    groups = {kind: _groups(inputs, shares, belongs) for kind, belongs in GROUPINGS.items()}

    def consists(index: int, variance: Replicated) -> dict[str, Any]:
        constant = not variance.value > 0
        own = _group("", sorted(set(everything) - set(listed[index])), shares)
        told = {kind: [group.told(index, variance) for group in found] for kind, found in groups.items()}
        single = [share(shares.single(place)[index] / variance) for place in everything]
        return {
            "explained": share(explained[index] / variance),
            "unexplained": share((explained[index] / variance).rest()),
            "unsourced": {
                "share": share(unsourced.together[index] / variance),
                "alone": share(unsourced.alone[index] / variance),
                "of_explained": share(unsourced.together[index] / explained[index]),
            },
            "indistinguishable": sum(not share["distinguishable"] for share in single),
            "others": {"count": own.priors, "share": share(own.alone[index] / variance)},
            "groups": {
                kind: [] if constant else sorted(found, key=lambda group: -(group["share"]["value"] or 0.0))
                for kind, found in told.items()
            },
        }

    return [consists(index, shares.variance[index]) for index in range(len(listed))]
