"""Events that hold in a known box of beliefs, on paths made by NumPy."""

from math import log, sqrt

import numpy as np

from simulator.analysis.explanation.random_inputs import RandomInput
from simulator.analysis.questions.scenarios.bins import BINS, bins_of
from simulator.analysis.questions.scenarios.covering import Cover, cover_of
from simulator.sampling import REPLICATES
from simulator.study import Prior

#: Standard errors that a count may lie from the truth.
SIGMAS = 4


def uniforms(points, beliefs, seed=0):
    return np.random.default_rng(seed).random((beliefs, REPLICATES, points))


def inputs(values, families=None):
    """Beliefs of these values, by name."""
    families = families or {}
    return [
        RandomInput(name, Prior(name, families.get(name, "uniform"), unit="yr"), "shared", "uncited", own)
        for name, own in values.items()
    ]


def event_in(inside, within, without, seed=1):
    """An event of one probability where a box is, and of another elsewhere."""
    return np.random.default_rng(seed).random(inside.shape) < np.where(inside, within, without)


def cover(values, event, families=None, most=4, share=0.05) -> Cover:
    bins = bins_of(inputs(values, families))
    return cover_of(bins, event, np.ones(len(values), bool), most, share, seed=0)


def limit_error(count, others, mass, within, without, chance=1e-6):
    """How far, as a share of a belief's paths, a limit may lie from that of the planted box.

    A stretch of paths beside the limit is on the wrong side only where it explains more there: where the
    event's share of it is beyond base + (within - base) / 2 (1 - m / (1 - m)), by the derivative of the
    association.
    Hoeffding bounds that for n paths by exp(-2 n d^2), d from that share to the nearer of the two that are
    true, and a sum over all n from the least is 1 / (1 - exp(-2 d^2)) times the first. Limits are whole bins.

    `others` is the share of paths that hold all conditions but those on this belief, `count` all paths of the
    search, `mass` the box's share of them.
    """
    base = without + mass * (within - without)
    border = base + (within - base) / 2 * (1 - mass / (1 - mass))
    exponent = 2 * min(within - border, border - without) ** 2
    paths = log(1 / (chance * (1 - np.exp(-exponent)))) / exponent
    # So many hold the other conditions in a stretch of a belief, give or take their number's own error.
    return (paths + SIGMAS * sqrt(paths)) / (count * others) + 1 / BINS
