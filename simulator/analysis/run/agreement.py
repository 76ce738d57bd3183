"""When the numbers of two kinds of machine agree: the same program, rounded in another order.

A processor of another kind, or an accelerator, adds and multiplies the same numbers in single precision, but
the compiler fuses them differently, and exponentials differ in the last place. Block by block and side by
side on one CPU, no number of 32,768 paths of the default study was further apart than 3e-5 of its metric's
standard deviation, or 5e-5 of the spread by which they are compared.
"""

import math

import numpy as np
from jaxtyping import Bool, Float

from simulator.estimate import Number

#: How far apart two machines may be on one path, in standard deviations of its metric, or in distances
#: between its quartiles where these are less: a standard deviation may be that of a few values far out.
TOLERANCE = 1e-4
#: Share of the paths of a batch on which any metric may be further apart: one may jump where something
#: crosses a threshold. Of a normal variable 0.8e-4 of all paths lie within the tolerance of one: room for 12.
CROSSING = 1e-3
#: How far apart they may always be, in units of the last place: a metric may hardly vary beside its size.
LAST_PLACES = 8
#: How far apart two kinds of processor may compute a statistic, in its standard errors: rounding moves a path
#: by less than 1e-4 standard deviations of a metric, and one path in 2^15 over a threshold moves a chance by
#: less than a tenth of its error where that chance is more than a percent.
ROUNDING = 0.1


def beyond_rounding(
    ours: Float[np.ndarray, "metric path"], theirs: Float[np.ndarray, "metric path"]
) -> Bool[np.ndarray, "metric path"]:
    """Return where two batches are further apart than by rounding, if some metric is so on too many paths.

    Parameters
    ----------
    ours
        As computed now.
    theirs
        As stored: their spreads are those of the metrics, and of a metric that is one number on all paths it
        is the size of that number.
    """
    finite = np.isfinite(theirs)
    scale = np.array([[spread_of(row[some])] for row, some in zip(theirs, finite, strict=True)])
    with np.errstate(invalid="ignore"):
        places = LAST_PLACES * np.finfo(theirs.dtype).eps * np.abs(theirs.astype(np.float64))
        near = np.abs(ours.astype(np.float64) - theirs) <= np.maximum(TOLERANCE * scale, places)
    near &= finite
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    far = ~(near | same)
    return far & (far.any(axis=0).mean() > CROSSING)


def spread_of(values: Float[np.ndarray, " path"]) -> float:
    """Return how far values are apart; of one number its size, and 0 of none.

    Parameters
    ----------
    values
        Finite ones.
    """
    if not values.size:
        return 0.0
    exact = values.astype(np.float64)
    quartiles = float(np.subtract(*np.quantile(exact, [0.75, 0.25])))
    spread = float(exact.std())
    return min(spread, quartiles) if quartiles > 0 else spread or abs(float(exact[0]))


def alike(ours: Number, theirs: Number) -> bool:
    """Whether two numbers, and their errors, are as near as two kinds of processor compute a statistic.

    Parameters
    ----------
    ours
        As computed now, whose error is the measure.
    theirs
        As stored.
    """
    size = abs(ours.value) if math.isfinite(ours.value) else 0.0
    error = ours.error if math.isfinite(ours.error) else 0.0
    most = max(ROUNDING * error, LAST_PLACES * float(np.finfo(np.float32).eps) * size)
    pairs = (ours.value, theirs.value), (ours.error, theirs.error)
    return all(a == b or abs(a - b) <= most or (math.isnan(a) and math.isnan(b)) for a, b in pairs)
