"""When the numbers of two kinds of machine agree: the same program, rounded in another order.

A processor of another kind, or an accelerator, adds and multiplies the same numbers in single precision, but
the compiler fuses them differently, and exponentials differ in the last place. Block by block and side by
side on one CPU, no number of 32,768 paths of the default study was further apart than 3e-5 of its metric's
standard deviation.
"""

import numpy as np
from jaxtyping import Bool, Float

from simulator.estimate import Number

#: How far apart two machines may be on one path, in standard deviations of its metric.
TOLERANCE = 1e-4
#: Share of the paths of a batch that may be further apart: a metric may jump where something crosses a
#: threshold. Of a normal variable 0.8e-4 of all paths lie within the tolerance of one: room for twelve.
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
    """Return where two batches are further apart than by rounding, of metrics that are so on too many paths.

    Parameters
    ----------
    ours
        As computed now.
    theirs
        As stored: their standard deviations are those of the metrics, and of a metric that is one number on
        all paths it is the size of that number.
    """
    finite = np.isfinite(theirs)
    stored = np.where(finite, theirs, 0).astype(np.float64)
    count = np.maximum(finite.sum(axis=1, keepdims=True), 1)
    mean = stored.sum(axis=1, keepdims=True) / count
    spread = np.sqrt((np.square(stored - mean) * finite).sum(axis=1, keepdims=True) / count)
    scale = np.where(spread > 0, spread, np.abs(mean))
    with np.errstate(invalid="ignore"):
        places = LAST_PLACES * np.finfo(theirs.dtype).eps * np.abs(theirs.astype(np.float64))
        near = np.abs(ours.astype(np.float64) - theirs) <= np.maximum(TOLERANCE * scale, places)
    near &= finite
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    far = ~(near | same)
    return far & (far.mean(axis=1, keepdims=True) > CROSSING)


def alike(one: Number, other: Number) -> bool:
    """Whether two numbers are as near as two kinds of processor compute a statistic."""
    apart, places = abs(one.value - other.value), LAST_PLACES * float(np.finfo(np.float32).eps)
    near = apart <= ROUNDING * max(one.error, other.error) or apart <= places * abs(other.value)
    return bool(near) or one.to_json() == other.to_json()
