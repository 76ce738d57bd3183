"""Capex by quarter, forecast apart from the build-out: growth, a cycle, momentum and season.

The law of log capex, given eleven parameters, is that of `simulator.buildout.forecast.covariance`.

What is believed about the parameters is drawn once; at each origin the draws are weighted by the likelihood
of what was known then. A forecast is the mixture, over the draws, of the normals that draw and history imply:
its spread widens with the horizon by itself, and its tails by what is not known of the parameters. Rows stand
in the order of quarters, so one Cholesky factor serves every origin: its first rows are the factor of the
history, those below take a history to a forecast. It is made of priors alone. Guidance then counts as an
observation of quarters ahead, as good as its record: see `simulator.buildout.forecast.guidance`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from simulator.beliefs import quantile
from simulator.buildout.forecast.baselines import Forecasts
from simulator.buildout.forecast.covariance import QUARTERS, covariance
from simulator.buildout.forecast.guidance import Reading, observe
from simulator.buildout.forecast.history import GROUP, History, known_history
from simulator.buildout.forecast.mixture import Mixture
from simulator.evidence.records import Evidence
from simulator.study import Study, load_study, priors_root

#: Share of the weight that the draws left out of a forecast may have together.
_NEGLIGIBLE = 1e-3

#: Points at which the sum of companies is taken for each draw, and draws factorised at a time.
_POINTS = 128
_CHUNK = 128

#: Priors that are drawn; ``spend.growth`` enters exactly.
_DRAWN = (
    "spend.growth_own",
    "spend.vol",
    "spend.loading",
    "cycle.sd",
    "cycle.persistence",
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
    """

    study: Study
    draws: int = 1024

    name = "separate_unguided"
    title = "the separate forecaster without guidance: growth, cycle, momentum, season, common shocks"

    def __call__(self, known: Evidence, horizons: int) -> Forecasts:
        """Return forecasts of each company and the group, up to a number of quarters ahead."""
        return self.forecast(known_history(known), horizons)

    def forecast(self, history: History, horizons: int, readings: Sequence[Reading] = ()) -> Forecasts:
        """Return forecasts that follow a history, and what was said of the quarters ahead."""
        companies, quarters = history.capex.shape
        ahead = quarters + horizons
        factor = self._factor(companies, history.first % QUARTERS, ahead)
        drift = self.study.priors["spend.growth"].parameters["mean"] / QUARTERS * np.arange(ahead)
        mean = np.repeat(drift, companies)
        seen = companies * quarters
        standard, likelihood = _standardise(factor, np.log(history.capex).T.ravel() - mean[:seen])
        weights, largest = _largest(likelihood)
        rows = factor[largest, seen : companies * ahead]
        means = mean[seen:] + np.einsum("kij,kj->ki", rows[:, :, :seen], standard[largest])
        spread = rows[:, :, seen : companies * ahead]
        if readings:
            means, spread, likelihood = observe(means, spread, readings, companies)
            weights = weights * np.exp(likelihood - likelihood.max())
            weights /= weights.sum()
        shape = (len(largest), horizons, companies)
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


def _group(
    means: Float[np.ndarray, "draw ahead"],
    spread: Float[np.ndarray, "draw ahead ahead"],
    shape: tuple[int, int, int],
) -> tuple[Float[np.ndarray, "draw horizons"], Float[np.ndarray, "draw horizons"]]:
    """Return mean and standard deviation of the log of the sum of companies, draw by draw."""
    from scipy.stats import qmc

    points = qmc.MultivariateNormalQMC(np.zeros(spread.shape[1]), rng=0).random(_POINTS // 2)
    points = np.concatenate([points, -points])
    logs = means[:, None] + np.einsum("kij,pj->kpi", spread, points)
    totals = np.log(np.exp(logs.reshape(shape[0], _POINTS, *shape[1:])).sum(axis=3))
    return totals.mean(axis=1), totals.std(axis=1)


def _standardise(
    factor: Float[np.ndarray, "draws rows rows"], residual: Float[np.ndarray, " seen"]
) -> tuple[Float[np.ndarray, "draws seen"], Float[np.ndarray, " draws"]]:
    """Return what standard normals a history was made of, and its log likelihood, for every draw."""
    from scipy.linalg import solve_triangular

    seen = len(residual)
    standard = np.stack([solve_triangular(one[:seen, :seen], residual, lower=True) for one in factor])
    scale = np.diagonal(factor, axis1=1, axis2=2)[:, :seen]
    return standard, -(standard**2 / 2 + np.log(scale)).sum(axis=1)


def _largest(likelihood: Float[np.ndarray, " draws"]) -> tuple[Float[np.ndarray, " draw"], np.ndarray]:
    """Return the weights of the draws that matter, and which they are."""
    weights = np.exp(likelihood - likelihood.max())
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    largest = order[: np.searchsorted(weights[order].cumsum(), 1 - _NEGLIGIBLE) + 1]
    return weights[largest] / weights[largest].sum(), largest
