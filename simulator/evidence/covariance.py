"""How log capex of some companies moves together over quarters: the build-out's spend mechanism, and more.

Log capex of company c in quarter t is Gaussian, given nine parameters:

    y_ct = level_c + (g + g_c) t + vol W_ct + M_ct + season_q + season_cq

with W a random walk whose steps correlate by the square of a loading across companies (the build-out's
``vol sqrt(h) (lam z_common + sqrt(1 - lam^2) z_c)``), M the running sum of an AR(1) growth that correlates in
the same way (momentum: what a building programme adds while it runs), and seasons that sum to nothing over a
year, one common and one of the company's own. Regimes, discipline and deferral of the build-out are left out:
within two years momentum does their work.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

#: Quarters a year.
QUARTERS = 4

#: Variance of the first level, in squares of logs: nothing is believed about it.
_DIFFUSE = 100.0


def covariance(
    parameters: Mapping[str, Float[np.ndarray, " draws"]],
    growth: float,
    companies: int,
    phase: int,
    quarters: int,
) -> Float[np.ndarray, "draws rows rows"]:
    """Return the covariance of log capex, rows by quarter and, within it, by company.

    Parameters
    ----------
    parameters
        By the names of ``priors/forecast/capex.toml``.
    growth
        Standard deviation of the common growth  [1/yr]
    companies, quarters
        How many.
    phase
        Which quarter of the year the first one is, from 0.
    """
    p = {name: values[:, None, None] for name, values in parameters.items()}
    steps = np.arange(quarters)
    each, all_ = np.eye(companies), np.ones((companies, companies))
    persistence = p["momentum.persistence"] ** np.abs(steps[:, None] - steps)
    # Growth begins with the second quarter: the level takes up what was before.
    momentum = (persistence * np.outer(steps > 0, steps > 0)).cumsum(axis=1).cumsum(axis=2)
    season = np.equal.outer((phase + steps) % QUARTERS, (phase + steps) % QUARTERS) - 1 / QUARTERS
    parts = (
        (np.ones((1, quarters, quarters)), _DIFFUSE * each),
        (
            np.outer(steps, steps)[None] / QUARTERS**2,
            growth**2 * all_ + p["spend.growth_own"] ** 2 * each,
        ),
        (
            np.minimum.outer(steps, steps)[None] / QUARTERS,
            _shared(p["spend.vol"], p["spend.loading"], companies),
        ),
        (momentum / QUARTERS**2, _shared(p["momentum.sd"], p["momentum.loading"], companies)),
        (season[None], p["season.common"] ** 2 * all_ + p["season.own"] ** 2 * each),
    )
    rows = companies * quarters
    total = sum(
        time[:, :, None, :, None]
        * np.broadcast_to(who, (len(who) if who.ndim == 3 else 1, companies, companies))[:, None, :, None, :]
        for time, who in parts
    )
    return np.reshape(total, (-1, rows, rows))


def _shared(
    sd: Float[np.ndarray, "draws 1 1"], loading: Float[np.ndarray, "draws 1 1"], companies: int
) -> Float[np.ndarray, "draws companies companies"]:
    """Return the covariance of shocks that load on a common one."""
    common = loading**2
    return sd**2 * (common + (1 - common) * np.eye(companies))
