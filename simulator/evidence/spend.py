"""Capex by quarter, forecast by the build-out's spend mechanism with momentum and season.

Log capex of company c in quarter t is Gaussian, given nine parameters:

    y_ct = level_c + (g + g_c) t + vol W_ct + M_ct + season_q + season_cq

with W a random walk whose steps correlate by the square of a loading across companies (the build-out's
``vol sqrt(h) (lam z_common + sqrt(1 - lam^2) z_c)``), M the running sum of an AR(1) growth that correlates in
the same way (momentum: what a building programme adds while it runs), and seasons that sum to nothing over a
year, one common and one of the company's own. Regimes, discipline and deferral of the build-out are left out:
within two years momentum does their work.

What is believed about the parameters is drawn once; at each origin the draws are weighted by the likelihood
of what was known then. A forecast is the mixture, over the draws, of the normals that draw and history imply:
its spread widens with the horizon by itself, and its tails by what is not known of the parameters. Rows stand
in the order of quarters, so one Cholesky factor serves every origin: its first rows are the factor of the
history, those below take a history to a forecast. It is made of priors alone. Guidance then counts as an
observation of quarters ahead, as good as its record: see `simulator.evidence.guidance`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from simulator.beliefs import quantile
from simulator.evidence.baselines import Forecasts
from simulator.evidence.guidance import Reading, readings
from simulator.evidence.history import GROUP, History, known_history
from simulator.evidence.mixture import Mixture
from simulator.evidence.records import Evidence
from simulator.study import Study, load_study, priors_root

#: Quarters a year.
QUARTERS = 4

#: Variance of the first level, in squares of logs: nothing is believed about it.
_DIFFUSE = 100.0

#: Share of the weight that the draws left out of a forecast may have together.
_NEGLIGIBLE = 1e-3

#: Quarters ahead that guidance may speak of: to the end of the next year, whatever the horizon asked for.
_AHEAD = 8

#: Points at which the sum of companies is taken for each draw, and draws factorised at a time.
_POINTS = 128
_CHUNK = 128

#: Priors that are drawn; ``spend.growth`` enters exactly.
_DRAWN = (
    "spend.growth_own",
    "spend.vol",
    "spend.loading",
    "momentum.sd",
    "momentum.persistence",
    "momentum.loading",
    "season.common",
    "season.own",
)


def forecaster_study() -> Study:
    """Return what comes with the program as beliefs about quarterly capex before 2021."""
    return load_study(priors_root() / "forecast" / "capex.toml")


@dataclass(frozen=True)
class SpendForecaster:
    """The mechanism as a forecaster.

    Attributes
    ----------
    study
        Priors by the names of ``priors/forecast/capex.toml``; its ``as_of`` is the day of what it knows.
    draws
        How many of the parameters: a power of two.
    guided
        Whether it listens to guidance, of companies that have a record.
    """

    study: Study
    draws: int = 1024
    guided: bool = True

    @property
    def name(self) -> str:
        """What it is called where names are short."""
        return "mechanism" if self.guided else "unguided"

    @property
    def title(self) -> str:
        """What it is, in some words."""
        said = "with guidance by its record" if self.guided else "without guidance"
        return f"spend mechanism: drift, momentum, season, common shocks, {said}"

    def __call__(self, known: Evidence, horizons: int) -> Forecasts:
        """Return forecasts of each company and the group, up to a number of quarters ahead."""
        history = known_history(known)
        ahead = max(horizons, _AHEAD)
        said: list[Reading] = []
        if self.guided:
            error, years = (
                self.study.priors[f"guidance.{name}"].parameters["value"] for name in ("error", "years")
            )
            said = readings(known, history, ahead, error, years)
        return {key: one for key, one in self.forecast(history, ahead, said).items() if key[1] <= horizons}

    def forecast(self, history: History, horizons: int, said: Sequence[Reading] = ()) -> Forecasts:
        """Return forecasts that follow a history and what guidance said; see the class."""
        companies, quarters = history.capex.shape
        ahead = quarters + horizons
        factor = self._factor(companies, history.first % QUARTERS, ahead)
        drift = self.study.priors["spend.growth"].parameters["mean"] / QUARTERS * np.arange(ahead)
        mean = np.repeat(drift, companies)
        seen = companies * quarters
        standard, likelihood = _standardise(factor, np.log(history.capex).T.ravel() - mean[:seen])
        weights, kept = _largest(likelihood)
        rows = factor[kept, seen : companies * ahead]
        means = mean[seen:] + np.einsum("kij,kj->ki", rows[:, :, :seen], standard[kept])
        spread = rows[:, :, seen : companies * ahead]
        if said:
            means, spread, likelihood = _observe(means, spread, said, companies)
            weights = weights * np.exp(likelihood - likelihood.max())
            weights /= weights.sum()
        shape = (len(kept), horizons, companies)
        sds = np.sqrt(np.square(spread).sum(axis=2)).reshape(shape)
        totals, total_sds = _group(means, spread, shape)
        means = means.reshape(shape)
        forecasts: dict[tuple[str, int], Mixture] = {}
        for h in range(1, horizons + 1):
            for index, company in enumerate(history.companies):
                forecasts[company, h] = Mixture(weights, means[:, h - 1, index], sds[:, h - 1, index])
            forecasts[GROUP, h] = Mixture(weights, totals[:, h - 1], total_sds[:, h - 1])
        return forecasts

    def weights(self, history: History) -> Mapping[str, Float[np.ndarray, " draws"]]:
        """Return the drawn parameters, and under "weight" what a history makes of each draw."""
        companies, quarters = history.capex.shape
        factor = self._factor(companies, history.first % QUARTERS, quarters)
        drift = self.study.priors["spend.growth"].parameters["mean"] / QUARTERS * np.arange(quarters)
        _, likelihood = _standardise(factor, np.log(history.capex).T.ravel() - np.repeat(drift, companies))
        weights = np.exp(likelihood - likelihood.max())
        return {**self._parameters, "weight": weights / weights.sum()}

    @cached_property
    def _parameters(self) -> dict[str, Float[np.ndarray, " draws"]]:
        from scipy.special import ndtri
        from scipy.stats import qmc

        uniform = qmc.Sobol(len(_DRAWN), rng=0).random(self.draws)
        scores = ndtri(uniform).T
        return {name: quantile(self.study.priors[name])(z) for name, z in zip(_DRAWN, scores, strict=True)}

    @cached_property
    def _factors(self) -> dict[tuple[int, int], Float[np.ndarray, "draws rows rows"]]:
        return {}

    def _factor(self, companies: int, phase: int, quarters: int) -> Float[np.ndarray, "draws rows rows"]:
        """Return the Cholesky factor of at least so many quarters, quarter by quarter, for every draw.

        A factor of more quarters begins with that of fewer.
        """
        made = self._factors.get((companies, phase))
        if made is None or made.shape[1] < companies * quarters:
            made = np.empty((self.draws, companies * quarters, companies * quarters))
            for start in range(0, self.draws, _CHUNK):
                part = {name: values[start : start + _CHUNK] for name, values in self._parameters.items()}
                growth = self.study.priors["spend.growth"].parameters["sd"]
                made[start : start + _CHUNK] = np.linalg.cholesky(
                    covariance(part, growth, companies, phase, quarters)
                )
            self._factors[companies, phase] = made
        return made


def _observe(
    means: Float[np.ndarray, "kept ahead"],
    spread: Float[np.ndarray, "kept ahead ahead"],
    said: Sequence[Reading],
    companies: int,
) -> tuple[
    Float[np.ndarray, "kept ahead"], Float[np.ndarray, "kept ahead ahead"], Float[np.ndarray, " kept"]
]:
    """Return means and factors given what was said, and the log likelihood of that, draw by draw.

    The log of a total is taken to first order about the means: its slopes are the shares of the quarters.
    """
    slopes = np.zeros((*means.shape[:1], len(said), means.shape[1]))
    misses = np.zeros(slopes.shape[:2])
    for index, one in enumerate(said):
        which = companies * np.arange(one.first - 1, one.last) + one.company
        quarters = np.exp(means[:, which])
        total = quarters.sum(axis=1)
        slopes[:, index, which] = quarters / total[:, None]
        misses[:, index] = one.total - np.log(total)
    variances = np.einsum("kij,klj->kil", spread, spread)
    across = np.einsum("kij,klj->kil", variances, slopes)
    of_said = np.einsum("kij,kjl->kil", slopes, across) + np.diag([one.error**2 for one in said])
    gain = np.linalg.solve(of_said, across.swapaxes(1, 2))
    moved = means + np.einsum("kji,kj->ki", gain, misses)
    left = variances - across @ gain
    weighed = np.linalg.solve(of_said, misses[:, :, None])[:, :, 0]
    likelihood = -(np.einsum("kj,kj->k", misses, weighed) + np.linalg.slogdet(of_said)[1]) / 2
    return moved, np.linalg.cholesky((left + left.swapaxes(1, 2)) / 2), likelihood


def _group(
    means: Float[np.ndarray, "kept ahead"],
    spread: Float[np.ndarray, "kept ahead ahead"],
    shape: tuple[int, int, int],
) -> tuple[Float[np.ndarray, "kept horizons"], Float[np.ndarray, "kept horizons"]]:
    """Return mean and standard deviation of the log of the sum of companies, draw by draw."""
    from scipy.stats import qmc

    points = qmc.MultivariateNormalQMC(np.zeros(spread.shape[1]), rng=0).random(_POINTS // 2)
    points = np.concatenate([points, -points])
    logs = means[:, None] + np.einsum("kij,pj->kpi", spread, points)
    totals = np.log(np.exp(logs.reshape(shape[0], _POINTS, *shape[1:])).sum(axis=3))
    return totals.mean(axis=1), totals.std(axis=1)


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


def _standardise(
    factor: Float[np.ndarray, "draws rows rows"], residual: Float[np.ndarray, " seen"]
) -> tuple[Float[np.ndarray, "draws seen"], Float[np.ndarray, " draws"]]:
    """Return what standard normals a history was made of, and its log likelihood, for every draw."""
    from scipy.linalg import solve_triangular

    seen = len(residual)
    standard = np.stack([solve_triangular(one[:seen, :seen], residual, lower=True) for one in factor])
    scale = np.diagonal(factor, axis1=1, axis2=2)[:, :seen]
    return standard, -(standard**2 / 2 + np.log(scale)).sum(axis=1)


def _largest(likelihood: Float[np.ndarray, " draws"]) -> tuple[Float[np.ndarray, " kept"], np.ndarray]:
    """Return the weights of the draws that matter, and which they are."""
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    kept = order[: np.searchsorted(weights[order].cumsum(), 1 - _NEGLIGIBLE) + 1]
    return weights[kept] / weights[kept].sum(), kept
