"""How log capex of some companies moves together over quarters: the build-out's spend mechanism, and more.

Log capex of company c in quarter t is Gaussian, given eleven parameters:

    y_ct = level_c + (g + g_c) t + C_t + vol W_ct + M_ct + season_q + season_cq

with C and M running sums of an AR(1) growth: C one slow cycle for all, which stands for the build-out's
regimes, M momentum, what a building programme adds while it runs, correlated across companies by the square
of a loading. W is a random walk whose steps correlate likewise: the build-out's ``vol sqrt(h) (lam z_common
+ sqrt(1 - lam^2) z_c)``. Seasons sum to nothing over a year, one common and one of the company's own.
Discipline and deferral of the build-out are left out: within two years the cycle and momentum do their
work.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int

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
        (_grown(p["cycle.persistence"], steps), p["cycle.sd"] ** 2 * all_),
        (
            _grown(p["momentum.persistence"], steps),
            _shared(p["momentum.sd"], p["momentum.loading"], companies),
        ),
        (season[None], p["season.common"] ** 2 * all_ + p["season.own"] ** 2 * each),
    )
    rows = companies * quarters
    total = sum(
        time[:, :, None, :, None]
        * np.broadcast_to(who, (len(who) if who.ndim == 3 else 1, companies, companies))[:, None, :, None, :]
        for time, who in parts
    )
    return np.reshape(total, (-1, rows, rows))


def _grown(
    persistence: Float[np.ndarray, "draws 1 1"], steps: Int[np.ndarray, " quarters"]
) -> Float[np.ndarray, "draws quarters quarters"]:
    """Return the covariance of the running sum of an AR(1) growth whose sd is one a year.

    Growth begins with the second quarter: the level takes up what was before.
    """
    correlation = persistence ** np.abs(steps[:, None] - steps) * np.outer(steps > 0, steps > 0)
    return correlation.cumsum(axis=1).cumsum(axis=2) / QUARTERS**2


def _shared(
    sd: Float[np.ndarray, "draws 1 1"], loading: Float[np.ndarray, "draws 1 1"], companies: int
) -> Float[np.ndarray, "draws companies companies"]:
    """Return the covariance of shocks that load on a common one."""
    common = loading**2
    return sd**2 * (common + (1 - common) * np.eye(companies))
