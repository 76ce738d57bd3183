"""What is drawn anew together: a prior, the shocks of one thing, priors that depend on each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from simulator.analysis.explanation.pick_freeze import Coordinates
from simulator.analysis.explanation.random_inputs import RandomInput
from simulator.analysis.run import Run
from simulator.study import Study
from simulator.study.coordinates import parse_coordinate

#: The most among whom a total effect is divided: of n members there are 2^n - 1 sets to compute.
MOST_MEMBERS = 6


@dataclass(frozen=True, slots=True)
class Together:
    """Some among whom a total effect may be divided.

    Attributes
    ----------
    members
        By name, what is drawn anew of each.
    divisible
        Whether there are few enough of them, and a law of some given the others that can be drawn from.
    """

    members: Mapping[str, Coordinates]
    divisible: bool

    @property
    def whole(self) -> Coordinates:
        """What is drawn anew of all."""
        return self.of(self.members)

    def of(self, some: Iterable[str]) -> Coordinates:
        """Return what is drawn anew of some members."""
        return frozenset[tuple[str, int]]().union(*(self.members[name] for name in some))

    def sets(self) -> Iterator[frozenset[str]]:
        """Give the sets of members that a division counts, the empty one left out."""
        for size in range(1, len(self.members) + 1):
            yield from map(frozenset, combinations(self.members, size))


def own_coordinates(one: RandomInput) -> Coordinates:
    """Return what is drawn of one input alone: of a prior with drawn parameters what its parents leave."""
    return frozenset({parse_coordinate(one.name)})


def dependent(inputs: Sequence[RandomInput], blocks: Iterable[Sequence[int]], study: Study) -> list[Together]:
    """Return the priors that depend on each other, block by block."""
    return [
        Together(
            {inputs[place].name: own_coordinates(inputs[place]) for place in places},
            len(places) <= MOST_MEMBERS and all(has_own_law(inputs[place], study) for place in places),
        )
        for places in blocks
        if len(places) > 1
    ]


def has_own_law(one: RandomInput, study: Study) -> bool:
    """Whether an input can be drawn anew given all others: no share of a whole, no member of a t copula."""
    mixed = {
        name for group in study.dependence.groups if group.copula == "student_t" for name in group.members
    }
    return one.prior.family != "dirichlet" and one.prior.name not in mixed


def shocks_of(run: Run) -> dict[str, Coordinates]:
    """Return the shocks of a run by what they are of, as its model says; else each series by its name."""
    declared: Mapping[str, Any] = getattr(run.model, "shocks", {})
    own = {name: shock for name, shock in declared.items() if name not in run.study.priors}
    groups: Mapping[str, Sequence[str]] = getattr(run.model, "shock_groups", {name: (name,) for name in own})
    found = {
        group: frozenset((name, row) for name in names if name in own for row in range(own[name].size))
        for group, names in groups.items()
    }
    return {group: rows for group, rows in found.items() if rows}
