"""What decides which numbers a path draws: runs of equal keys are a paired experiment, prior by prior.

A prior's draw is a function of numbers that have names: its own, those of the members of its copula group,
of common factors, of directions. Two runs draw the same numbers under these names where seed, sampler, order
and directions are the same. What is made of them may differ, and is what a pair compares: families,
parameters, correlations, units, point masses in place of priors.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from typing import Any

from simulator.study import Study
from simulator.study.coordinates import parse_coordinate


@dataclass(frozen=True, slots=True)
class DrawsKey:
    """Two runs have the same draws where every field is the same.

    Attributes
    ----------
    seed, sampler
        Of the plan.
    order
        Digest of the coordinates that take the leading dimensions; empty where there are none, and for plain
        Monte Carlo, whose points do not depend on it.
    directions
        Digest of the loadings by coordinate; empty where there are none.
    members
        Digest of the order in which correlated priors are drawn; empty where that is the order of their
        names, as in every run of this version.
    """

    seed: int
    sampler: str
    order: str = ""
    directions: str = ""
    members: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the key as plain values, from which ``DrawsKey(**values)`` makes it again."""
        return asdict(self)

    def differences(self, other: "DrawsKey") -> list[str]:
        """Return why another key has other draws, a phrase for each reason; none where it has the same."""
        return list(self._differences(other))

    def _differences(self, other: "DrawsKey") -> Iterator[str]:
        for name in ("seed", "sampler"):
            mine, others = getattr(self, name), getattr(other, name)
            if mine != others:
                yield f"{name} {mine} against {others}"
        if self.order != other.order and self.sampler == other.sampler:
            yield "another study.order"
        if self.directions != other.directions:
            yield "other study.directions"
        if self.members != other.members:
            yield "correlated priors drawn in another order, as earlier versions did"


def draws_key(study: Study, seed: int, sampler: str) -> DrawsKey:
    """Return the key of a study's draws under a seed and a sampler.

    Parameters
    ----------
    study
        Its order and directions count.
    seed
        A whole number from 0.
    sampler
        ``rqmc`` or ``mc``, which has no order of dimensions.
    """
    order = [parse_coordinate(text) for text in study.order] if sampler == "rqmc" else []
    directions = sorted((parse_coordinate(text), loads) for text, loads in study.directions.items())
    return DrawsKey(seed, sampler, _digest(order), _digest(directions))


def earlier_draws_key(study: Study, seed: int, sampler: str) -> DrawsKey:
    """Return the key of a run that recorded none: correlated priors were drawn in order of mention then.

    Parameters
    ----------
    study, seed, sampler
        As for `draws_key`.
    """
    groups: Mapping[str, list[list[str]]] = {
        group.name: [list(group.factors), list(group.members)] for group in study.dependence.groups
    }
    mentioned = {name: nodes for name, nodes in groups.items() if any(some != sorted(some) for some in nodes)}
    return replace(draws_key(study, seed, sampler), members=_digest(mentioned))


def _digest(value: Any) -> str:
    return blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=16).hexdigest() if value else ""
