"""The shape of a prior, small enough for a cell of a table."""

import numpy as np
from scipy import special

from simulator.beliefs import quantile
from simulator.errors import StudyError
from simulator.report.drawing.frame import path
from simulator.report.markup import Element, el
from simulator.study import Prior

WIDTH, HEIGHT, BINS = 96, 22, 32

#: Probabilities at which a prior is drawn, evenly spaced in its central part.
_PROBABILITIES = np.linspace(0.005, 0.995, 397)


def spark(prior: Prior) -> Element | None:
    """Return a small histogram of a prior; None for a point mass and for one of several components."""
    if prior.family in ("fixed", "dirichlet"):
        return None
    try:
        values = quantile(prior)(special.ndtri(_PROBABILITIES))
    except StudyError:
        return None
    if not np.isfinite(values).all() or values[0] == values[-1]:
        return None
    counts, _ = np.histogram(values, BINS)
    heights = np.repeat(counts / counts.max() * (HEIGHT - 2), 2)
    across = np.repeat(np.linspace(0, WIDTH, BINS + 1), 2)[1:-1]
    points = [
        (0.0, float(HEIGHT)),
        *zip(across.tolist(), (HEIGHT - heights).tolist(), strict=True),
        (float(WIDTH), float(HEIGHT)),
    ]
    return el(
        "svg",
        path("prior", points, closed=True),
        class_="spark",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        aria_hidden="true",
    )
