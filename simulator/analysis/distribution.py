"""The shape of a metric over its paths: a histogram split by verdict, and chances of exceeding an amount."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int8, Shaped

from simulator.estimate import Pool, exceedance, parts_of, shown

type Sample = Shaped[np.ndarray, "replicate point"]

#: The share of paths beyond each end of a chart.
BEYOND = 0.005

#: Bins of a histogram, about; and thresholds of a curve and of a table, about.
BINS, CURVE, THRESHOLDS = 44, 60, 7

#: The one label of a sample without verdicts.
ALL = "all"


class Histogram(NamedTuple):
    """Shares of all paths by bin, split by verdict.

    Attributes
    ----------
    edges : in the metric's unit
        Ends of the bins, equally wide.
    shares
        By verdict, or under ``all`` where there is none, the share of all paths in each bin.
    below, above, infinite
        The share of paths before the first bin, after the last, and infinite.
    split
        The same of the two parts of all else, where it is split.
    """

    edges: Float[np.ndarray, " edge"]
    shares: Mapping[str, Float[np.ndarray, " bin"]]
    below: float
    above: float
    infinite: float
    split: Mapping[str, Float[np.ndarray, " bin"]] = {}

    @property
    def drawn(self) -> Mapping[str, Float[np.ndarray, " bin"]]:
        """Shares as they are drawn, with the parts of all else in its place."""
        return shown(self.shares, self.split)


class Exceedance(NamedTuple):
    """Chances of exceeding each threshold with their standard errors: a fine curve, and some to be read."""

    thresholds: Float[np.ndarray, " threshold"]
    values: Float[np.ndarray, " threshold"]
    mcse: Float[np.ndarray, " threshold"]
    read: Float[np.ndarray, " row"]
    read_values: Float[np.ndarray, " row"]
    read_mcse: Float[np.ndarray, " row"]


def round_step(span: float, count: int) -> float:
    """Return a step of 1, 2, 2.5 or 5 times a power of ten, so that about `count` of them make `span`."""
    if not span > 0:
        return 1.0
    raw = span / count
    power = 10.0 ** math.floor(math.log10(raw))
    return min((1, 2, 2.5, 5, 10), key=lambda m: abs(math.log(m * power / raw))) * power


def grid(low: float, high: float, count: int) -> Float[np.ndarray, " point"]:
    """Return about `count` round numbers a round step apart that span a range, ends included."""
    step = round_step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return step * np.arange(first, max(last, first + 1) + 1)


def histogram(
    sample: Sample,
    codes: Int8[np.ndarray, "replicate point"] | None,
    code_of: Mapping[str, int],
    split: Int8[np.ndarray, "replicate point"] | None = None,
) -> Histogram | None:
    """Return the histogram of a metric; None where no path is finite.

    Parameters
    ----------
    sample
        The metric.
    codes
        The verdict of every path, or None.
    code_of
        Codes of the verdicts, by name.
    split
        The same with all else in its two parts, or None.
    """
    finite = np.isfinite(sample)
    if not finite.any():
        return None
    low, high = np.quantile(sample[finite].astype(np.float64), [BEYOND, 1 - BEYOND])
    if low == high:
        low, high = low - max(abs(low), 1) / 2, high + max(abs(high), 1) / 2
    edges = grid(float(low), float(high), BINS)
    parts = (
        {ALL: finite} if codes is None else {name: finite & (codes == code) for name, code in code_of.items()}
    )

    def counted(parts: Mapping[str, Bool[np.ndarray, "replicate point"]]) -> dict[str, np.ndarray]:
        return {
            name: np.histogram(sample[part].astype(np.float64), edges)[0] / sample.size
            for name, part in parts.items()
        }

    own = {} if split is None else parts_of(code_of)
    return Histogram(
        edges,
        counted(parts),
        float(np.count_nonzero(finite & (sample < edges[0])) / sample.size),
        float(np.count_nonzero(finite & (sample > edges[-1])) / sample.size),
        float(np.count_nonzero(np.isinf(sample)) / sample.size),
        counted({name: finite & (split == code) for name, code in own.items()}),
    )


def curve(pool: Pool) -> Exceedance | None:
    """Return the chances of more than each of some round thresholds; None where no path is finite."""
    ordered = pool.ordered[np.isfinite(pool.ordered)]
    if not ordered.size or not pool.valid:
        return None
    low, high = (float(x) for x in np.quantile(ordered.astype(np.float64), [BEYOND, 1 - BEYOND]))
    if low == high:
        return None
    fine, read = np.linspace(low, high, CURVE), grid(low, high, THRESHOLDS)[1:-1]
    found, some = exceedance(pool, fine), exceedance(pool, read)
    return Exceedance(fine, found.values, found.mcse, read, some.values, some.mcse)
