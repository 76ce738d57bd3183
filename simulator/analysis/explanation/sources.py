"""The weakest sources that a result rests on, by the variance of the priors that cite them."""

from collections.abc import Mapping, Sequence

from simulator.analysis.explanation.random_inputs import UNRANKED, RandomInput
from simulator.analysis.explanation.records import WeakSource
from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.targets import Target
from simulator.estimate.effect import Effect
from simulator.study import Source

#: How many are listed.
WEAKEST = 10


def weakest_sources(
    inputs: Sequence[RandomInput], shares: Shares, targets: Sequence[Target], known: Mapping[str, Source]
) -> list[WeakSource]:
    """Return the sources of the weakest rank, among them those on which most of the variance rests.

    On a source rests what is explained by all priors that cite it, alone or beside others: as much as the
    variance would shrink on average if it settled them. Two sources of one prior both hold its share, so
    that shares of sources do not add up.

    Parameters
    ----------
    inputs, shares
        The random inputs, and what of the variance of the targets each explains.
    targets
        The first orders sources of one rank; shares are of it and of the verdicts of its entity.
    known
        The study's bibliography.
    """
    places = range(len(inputs))
    if targets:
        places = sorted(places, key=lambda place: -float(shares.first_order(place).value[0]))
    citing = {name: [place for place in places if name in inputs[place].prior.sources] for name in known}
    resting = {name: shares.joint(places) for name, places in citing.items() if places}
    lead = {name: float(found.value[0]) for name, found in resting.items()} if targets else {}
    compared = [
        (index, target.name)
        for index, target in enumerate(targets)
        if index == 0 or (target.kind == "verdict" and target.entity == targets[0].entity)
    ]
    order = sorted(lead, key=lambda name: (-known[name].weakness, -lead[name], name))
    return [
        WeakSource(
            source=name,
            rank=known[name].rank or UNRANKED,
            priors=list(dict.fromkeys(inputs[place].prior.name for place in citing[name])),
            shares={
                target: Effect.share(resting[name][index] / shares.variance[index])
                for index, target in compared
            },
        )
        for name in order[:WEAKEST]
    ]
