"""The weakest sources that a result rests on, by the variance of the priors that cite them."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.analysis.explanation.shares import Shares
from simulator.analysis.explanation.targets import Target
from simulator.analysis.explanation.told import share
from simulator.analysis.explanation.varying import UNRANKED, Varying
from simulator.study import Source

#: How many are listed.
WEAKEST = 10


def weakest_sources(
    inputs: Sequence[Varying], shares: Shares, asked: Sequence[Target], known: Mapping[str, Source]
) -> list[dict[str, Any]]:
    """Return the sources of the weakest rank, among them those on which most of the variance rests.

    On a source rests what is explained by all priors that cite it, alone or beside others: as much as the
    variance would shrink on average if it settled them. Two sources of one prior both hold its share, so
    that shares of sources do not add up.

    Parameters
    ----------
    inputs
        The priors that vary.
    shares
        Of the targets.
    asked
        The targets. The first ranks sources of one rank, and with the verdicts of its entity it is told.
    known
        The study's bibliography.

    Returns
    -------
    list
        Of at most `WEAKEST`, each ``{"source", "rank", "priors", "shares": {target: SHARE}}``, the priors in
        the order of what each explains of the first target alone.
    """
    places = range(len(inputs))
    if asked:
        places = sorted(places, key=lambda place: -float(shares.single(place).value[0]))
    citing = {name: [place for place in places if name in inputs[place].prior.sources] for name in known}
    resting = {name: shares.together(places) for name, places in citing.items() if places}
    lead = {name: float(found.value[0]) for name, found in resting.items()} if asked else {}
    shown = [
        (index, target.name)
        for index, target in enumerate(asked)
        if index == 0 or (target.kind == "verdict" and target.entity == asked[0].entity)
    ]
    order = sorted(lead, key=lambda name: (-known[name].weakness, -lead[name], name))
    return [
        {
            "source": name,
            "rank": known[name].rank or UNRANKED,
            "priors": list(dict.fromkeys(inputs[place].prior.name for place in citing[name])),
            "shares": {
                target: share(resting[name][index] / shares.variance[index]) for index, target in shown
            },
        }
        for name in order[:WEAKEST]
    ]
