"""A quantile function as a table in the score: piecewise cubic, its knots where the function needs them.

Between knots the cubic passes through four exact quantiles, the knots among them, so that pieces join; where
it would not rise, or at a kink, knots are added down to `LEAST_WIDTH`. A jump is a knot at which two pieces
do not meet: discrete and mixed distributions are exact. Finding the piece of a score takes one look-up in a
grid of buckets of width 1/32 and `steps` comparisons.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from simulator.families.marginal import LARGEST, REACH, Marginal, Numbers

#: Score of the central 1 - 1e-6, within which the error of a table is bounded.
CENTRAL = 4.8916

#: Worst error of a table within `CENTRAL`, as a share of the prior's interquartile range.
TOLERANCE = 1e-4

#: Share of `TOLERANCE` that the builder aims for: it looks at few points of a piece, the audit at others.
AIM = 0.1

#: Half a spacing of float32, as a share of the distance to the median: an error that the kernel's rounding
#: hides. Of tails so heavy that it exceeds `TOLERANCE`, no more is asked.
HIDDEN = 2.0**-24

#: Worst error aimed for as a share of the rise over a piece: keeps tails that end in a flat or a steep.
RELATIVE_AIM = 1e-3

#: Width of a bucket: a power of two, so that finding one is exact in any precision.
BUCKET = 1 / 32

#: Buckets of [-8, 8).
BUCKETS = 512

#: Numbers of halvings within a bucket that a table may need. Few, so that a prior with other values seldom
#: needs another program; the last is enough for all values of a discrete prior in one bucket.
STEPS = (1, 3, 7, 16)

#: Width of the first pieces, the width down to which `RELATIVE_AIM` splits, and the least width at all: four
#: spacings of float32 at `REACH`, a chance below 1e-6.
FIRST_WIDTH, RELATIVE_WIDTH, LEAST_WIDTH = 1 / 2, 1 / 16, 2.0**-19

#: Breaks closer than this are one.
RESOLUTION = LEAST_WIDTH

#: Where a piece is interpolated (Chebyshev's points of the second kind) and where it is checked.
_NODES = np.array([0.0, 0.25, 0.75, 1.0])
_CHECKS = np.array([0.04, 0.12, 0.38, 0.5, 0.62, 0.88, 0.96])
_AUDIT = np.array([0.01, 0.08, 0.19, 0.31, 0.44, 0.56, 0.69, 0.81, 0.92, 0.99])


@dataclass(frozen=True, eq=False)
class Table:
    """A monotone function of the score.

    Attributes
    ----------
    knots
        Starts of the pieces, rising, the first at -`REACH`: numbers that float32 has, so that the distance to
        one is exact there too.
    coefficients
        Of each piece, by power of the distance to its start.
    ends
        Values at both ends of the table, beyond which it does not go.
    scale
        What errors are measured by: the interquartile range, or where that is 0 a wider one.
    error
        Worst error measured within `CENTRAL`, beyond what is `HIDDEN`, as a share of `scale`; leaves out
        pieces of `LEAST_WIDTH` in which the function rises like a jump.
    """

    knots: Float[np.ndarray, "pieces"]
    coefficients: Float[np.ndarray, "pieces 4"]
    ends: tuple[float, float]
    scale: float
    error: float

    @property
    def start(self) -> Int[np.ndarray, "buckets"]:
        """Piece in which each bucket begins."""
        return np.maximum(np.searchsorted(self.knots, _edges()[:-1], "right") - 1, 0)

    @property
    def steps(self) -> int:
        """Halvings that find the piece of a score among those of its bucket, the next higher of `STEPS`."""
        last = np.searchsorted(self.knots, _edges()[1:], "left") - 1
        most = int(np.max(last - self.start))
        return next(steps for steps in STEPS if most < 2**steps)

    def __call__(self, z: Numbers) -> Numbers:
        """Return the values at scores, in float64."""
        z = np.clip(z, -REACH, REACH)
        piece = np.searchsorted(self.knots, z, "right") - 1
        s = z - self.knots[piece]
        c0, c1, c2, c3 = np.moveaxis(self.coefficients[piece], -1, 0)
        return np.clip(c0 + s * (c1 + s * (c2 + s * c3)), *self.ends)


def build_table(marginal: Marginal) -> Table:
    """Return the table of a marginal.

    Raises
    ------
    ValueError
        It has no finite quantiles within `REACH`, or needs finer pieces than `LEAST_WIDTH`.
    """
    check_reach(marginal)
    scale = _scale(marginal)
    table = tabulate(marginal.at, marginal.breaks(REACH), scale, TOLERANCE)
    if (np.diff(table.coefficients[:, 0]) < -TOLERANCE * scale).any():
        message = "quantiles that fall: its inverse was not found everywhere"
        raise ValueError(message)
    if not table.error <= TOLERANCE:
        message = f"a table that is {table.error:.1g} of the interquartile range off"
        raise ValueError(message)
    return table


def check_reach(marginal: Marginal) -> None:
    """Raise ValueError if float32 cannot represent the quantiles of a marginal within `REACH`."""
    low, high = marginal.at(np.array([-REACH, REACH])).tolist()
    if not (np.isfinite([low, high]).all() and max(-low, high) < LARGEST):
        message = f"quantiles {low:g} and {high:g} at scores of {REACH:g}"
        raise ValueError(message)


def tabulate(at: Callable[[Numbers], Numbers], breaks: Numbers, scale: float, tolerance: float) -> Table:
    """Return the table of a rising function.

    Parameters
    ----------
    at
        The function, of scores.
    breaks
        Scores at which it may jump or bend, rising.
    scale
        What `tolerance` is a share of.
    tolerance
        Worst error allowed within `CENTRAL`.
    """
    breaks = _thinned(breaks)
    starts, stops, fits, smooth = _refine(at, breaks, AIM * tolerance * scale)
    low, high = at(np.array([-REACH, REACH])).tolist()
    table = Table(starts, fits, (low, high), scale, 0.0)
    audit = _spread(starts[smooth], stops[smooth], _AUDIT, breaks).ravel()
    audit = audit[np.abs(audit) <= CENTRAL]
    exact = at(audit)
    hidden = HIDDEN * np.abs(exact - at(np.zeros(1)))
    error = float(np.maximum(np.abs(table(audit) - exact) - hidden, 0).max() / scale)
    return replace(table, error=error)


def _scale(marginal: Marginal) -> float:
    for share in (0.6744897501960817, 1.6448536269514722, 2.5758293035489004, CENTRAL, REACH):
        low, high = marginal.at(np.array([-share, share]))
        if high > low:
            return float(high - low)
    return 1.0


def _edges() -> Numbers:
    return (np.arange(BUCKETS + 1) - BUCKETS // 2) * BUCKET


def _thinned(breaks: Numbers) -> Numbers:
    """Return the breaks as float32 has them, without those that follow another too closely."""
    apart = [-REACH]
    for place in breaks.astype(np.float32).tolist():
        if apart[-1] + RESOLUTION < place < REACH - RESOLUTION:
            apart.append(place)
    return np.array(apart[1:])


def _first_pieces(breaks: Numbers) -> tuple[Numbers, Numbers]:
    grid = np.arange(-REACH, REACH + FIRST_WIDTH / 2, FIRST_WIDTH)
    crowded = np.abs(grid[:, None] - breaks).min(axis=1, initial=np.inf) <= RESOLUTION
    edges = np.sort(np.concatenate([grid[~crowded], breaks]))
    return edges[:-1], edges[1:]


def _spread(
    starts: Numbers, stops: Numbers, places: Numbers, breaks: Numbers
) -> Float[np.ndarray, "pieces places"]:
    # The exact break is within half a spacing of float32: points of a piece stand off it.
    inset = RESOLUTION / 4
    low, high = starts + inset * np.isin(starts, breaks), stops - inset * np.isin(stops, breaks)
    return np.clip(starts[:, None] + places * (stops - starts)[:, None], low[:, None], high[:, None])


def _refine(
    at: Callable[[Numbers], Numbers], breaks: Numbers, aim: float
) -> tuple[Numbers, Numbers, Float[np.ndarray, "pieces 4"], Bool[np.ndarray, "pieces"]]:
    """Return starts, stops and cubics of pieces that are good enough, and which are so."""
    starts, stops = _first_pieces(breaks)
    median = at(np.zeros(1))
    done: list[tuple[np.ndarray, ...]] = []
    while len(starts):
        places = np.concatenate([_NODES, _CHECKS])
        values = at(_spread(starts, stops, places, breaks).ravel()).reshape(len(starts), len(places))
        nodes, exact = values[:, : len(_NODES)], values[:, len(_NODES) :]
        width = stops - starts
        cubic, rises = _cubics(nodes)
        rise = np.maximum(nodes[:, -1] - nodes[:, 0], 0)
        miss = np.abs(np.polynomial.polynomial.polyval(_CHECKS, cubic.T) - exact).max(axis=1)
        aim_here = aim + 0.5 * HIDDEN * np.abs(nodes - median).max(axis=1)
        central = (starts < CENTRAL) & (stops > -CENTRAL)
        fine = width <= RELATIVE_WIDTH
        good = rises & np.where(
            central,
            (miss <= aim_here) & (fine | (miss <= RELATIVE_AIM * rise)),
            miss <= np.maximum(RELATIVE_AIM * rise, aim_here * fine),
        )
        # Sums of rounding errors are no reason to split.
        good |= rise <= 64 * np.finfo(float).eps * np.abs(nodes).max(axis=1)
        least = width <= LEAST_WIDTH
        straight = np.stack([nodes[:, 0], rise, np.zeros_like(rise), np.zeros_like(rise)], axis=1)
        chosen = np.where(rises[:, None], cubic, straight)
        accepted = good | least
        scaled = chosen[accepted] / width[accepted, None] ** np.arange(4)
        done.append((starts[accepted], stops[accepted], scaled, good[accepted]))
        starts, stops = starts[~accepted], stops[~accepted]
        middle = ((starts + stops) / 2).astype(np.float32).astype(np.float64)
        starts, stops = np.concatenate([starts, middle]), np.concatenate([middle, stops])
    starts, stops, cubics, smooth = (np.concatenate(parts) for parts in zip(*done, strict=True))
    order = np.argsort(starts)
    return starts[order], stops[order], cubics[order], smooth[order]


def _cubics(nodes: Float[np.ndarray, "pieces 4"]) -> tuple[Float[np.ndarray, "pieces 4"], np.ndarray]:
    """Return the cubics through values at `_NODES` of [0, 1], and whether each rises throughout."""
    cubic = (nodes - nodes[:, :1]) @ np.linalg.inv(np.vander(_NODES, increasing=True)).T
    slope, bend, twist = cubic[:, 1], 2 * cubic[:, 2], 3 * cubic[:, 3]
    # Where a cubic does not bend, dividing by 0 says so: the turn is nowhere inside.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        turn = -bend / (2 * twist)
        inside = (turn > 0) & (turn < 1)
        least = np.minimum(slope, slope + bend + twist)
        least = np.where(inside, np.minimum(least, slope + turn * (bend + turn * twist)), least)
    cubic[:, 0] = nodes[:, 0]
    return cubic, least >= 0
