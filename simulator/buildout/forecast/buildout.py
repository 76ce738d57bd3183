"""The build-out's own forecasts of capex: its spend equations, run from a past quarter.

The equations are those of `simulator.buildout.spend` and `simulator.buildout.cycle`, called and not copied.
What they are given is estimated at each origin from what was known: `simulator.buildout.forecast.record`.
What no record of capex can tell, the cycle's regimes, is that of a dated set, which knows more than the
origin did: see `SHIPPED`. Discipline, deferral and the accelerator need revenue and sites, of which the
evidence of past years has none, and are switched off; they begin to act a year ahead.

Guidance counts as it does in an update: paths are weighted by how likely they make what was said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from simulator.beliefs import quantile
from simulator.buildout import clock, cycle, spend
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H
from simulator.buildout.cycle import CycleTerms
from simulator.buildout.forecast.baselines import Forecasts
from simulator.buildout.forecast.guidance import Reading
from simulator.buildout.forecast.history import GROUP, History, known_history
from simulator.buildout.forecast.mixture import Mixture
from simulator.buildout.forecast.record import Opening, opening_of
from simulator.buildout.inputs import Parameters
from simulator.buildout.shocks import BREAK_TIME, CONTAGION, SOJOURN
from simulator.buildout.spend import SpendTerms
from simulator.evidence.records import Evidence
from simulator.study import Study

#: Taken from a dated set, later than the origins: a look ahead, said on every output.
SHIPPED = (
    "cycle.boom_years",
    "cycle.plateau_years",
    "cycle.bust_years",
    "cycle.boom_to_bust",
    "cycle.plateau_to_bust",
    "spend.growth_bust",
    "spend.fade",
)

#: Of the same set: the distance between growth in boom and plateau; the spread of either and of the slope.
SHIPPED_IN_PART = ("spend.growth_boom", "spend.growth_plateau", "spend.profile_slope")

#: Beliefs of the day before the first origin, not updated: a quarter's change is mostly timing.
BELIEVED = ("spend.vol", "spend.loading")

#: Estimated at each origin.
ESTIMATED = (
    "spend.capex_2026",
    "spend.overshoot",
    "spend.last_quarter",
    "spend.profile",
    "spend.profile_slope",
    "spend.growth_boom",
    "spend.growth_plateau",
    "observed.capex",
)

#: Inputs at which a mechanism does nothing, or which capex does not hang on.
NEUTRAL: Mapping[str, float] = MappingProxyType(
    {
        "spend.headline": 1.0,
        "spend.gap_share": 0.0,
        "spend.discipline": 0.0,
        "spend.hurdle": 1.0,
        "spend.accelerator": 0.0,
        "spend.deferral": 0.0,
        "spend.deferral_threshold": 0.0,
        "spend.makeup_years": 1.0,
        "adoption.break_boom": 0.0,
        "adoption.break_plateau": 0.0,
        "adoption.break_bust": 0.0,
        "dependence.contagion": 0.0,
    }
)


@dataclass(frozen=True)
class BuildoutForecaster:
    """The build-out's spend equations as a forecaster.

    Attributes
    ----------
    study
        Beliefs before the first origin, by the names of ``priors/forecast/capex.toml``.
    dated
        The set that `SHIPPED` is taken from.
    paths
        How many.
    """

    study: Study
    dated: Study
    paths: int = 4096

    name = "unguided"
    title = "the build-out's spend equations without guidance"

    def __call__(self, known: Evidence, horizons: int) -> Forecasts:
        """Return forecasts of each company and the group, up to a number of quarters ahead."""
        return self.forecast(known_history(known), horizons)

    def forecast(self, history: History, horizons: int, readings: Sequence[Reading] = ()) -> Forecasts:
        """Return forecasts that follow a history, and what was said of the quarters ahead."""
        figures = self.figures(history.companies, opening_of(history, self._beliefs), horizons)
        figures = figures[..., _likely(figures, readings)]
        forecasts: dict[tuple[str, int], Mixture] = {}
        for h in range(horizons):
            for index, company in enumerate(history.companies):
                forecasts[company, h + 1] = Mixture.of_sample(np.log(figures[h, index]))
            forecasts[GROUP, h + 1] = Mixture.of_sample(np.log(figures[h].sum(axis=0)))
        return forecasts

    def figures(
        self, companies: tuple[str, ...], opening: Opening, horizons: int
    ) -> Float[np.ndarray, "quarter company path"]:
        """Return figures of capex on every path, an error of the figure on top of what the equations give.

        Parameters
        ----------
        companies
            Names, in the order of the opening.
        opening
            Spend priors of the day.
        horizons
            Quarters ahead.
        """
        rng = np.random.default_rng(0)
        draws = self._draws(companies, opening, horizons, rng)
        shocks = rng.standard_normal((horizons, len(companies) + 1, self.paths))
        capex = _capex(
            {name: jnp.asarray(one) for name, one in draws.items()}, jnp.asarray(shocks), companies
        )
        error = opening.figure * rng.standard_normal(np.shape(capex))
        return np.asarray(capex, np.float64) * np.exp(error)

    def _draws(
        self, companies: tuple[str, ...], opening: Opening, horizons: int, rng: np.random.Generator
    ) -> dict[str, Float[np.ndarray, "..."]]:
        """Return draws of every input that the spend equations ask for."""
        priors = self.dated.priors
        draws = {name: np.array(value) for name, value in NEUTRAL.items()}
        draws |= {name: quantile(priors[name])(rng.standard_normal(self.paths)) for name in SHIPPED}
        draws["spend.vol"], draws["dependence.firm_loading"] = (
            quantile(self.study.priors[name])(rng.standard_normal(self.paths)) for name in BELIEVED
        )
        draws["spend.overshoot"] = opening.common * rng.standard_normal(self.paths)
        slope = priors["spend.profile_slope"].parameters["sd"]
        draws["spend.profile_slope"] = opening.slope + slope * rng.standard_normal(self.paths)
        for name, mean in self._regimes(opening.growth).items():
            draws[name] = mean + priors[name].parameters["sd"] * rng.standard_normal(self.paths)
        for index, company in enumerate(companies):
            own = opening.own * rng.standard_normal(self.paths)
            draws[f"spend.capex_2026.{company}"] = np.exp(opening.year[index] + own)
            draws[f"spend.last_quarter.{company}"] = np.array(opening.last_quarter[index])
            draws[f"spend.ai_share.{company}"] = np.array(1.0)
            for quarter in range(QUARTERS_PER_YEAR):
                weight = opening.weights[quarter, index]
                draws[f"spend.profile.q{quarter + 1}.{company}"] = np.array(weight)
        draws[SOJOURN] = rng.random((horizons, self.paths))
        draws[BREAK_TIME] = rng.random((1, self.paths))
        draws[CONTAGION] = rng.random((1, self.paths))
        return draws

    def _regimes(self, growth: float) -> dict[str, float]:
        """Return growth in boom and plateau: as far apart as in the dated set, about a mean over both."""
        distance = self._of("spend.growth_boom", "mean") - self._of("spend.growth_plateau", "mean")
        boom, plateau = self._of("cycle.boom_years", "median"), self._of("cycle.plateau_years", "median")
        high = growth + distance * plateau / (boom + plateau)
        return {"spend.growth_boom": high, "spend.growth_plateau": high - distance}

    def _of(self, name: str, parameter: str) -> float:
        return self.dated.priors[name].parameters[parameter]

    @cached_property
    def _beliefs(self) -> dict[str, float]:
        beliefs = {
            name.removeprefix("record."): prior.parameters["value"]
            for name, prior in self.study.priors.items()
            if name.startswith("record.")
        }
        return beliefs | {"growth": self.study.priors["spend.growth"].parameters["mean"]}


def sources() -> dict[str, list[str]]:
    """Return where each input comes from, for whoever reads a score."""
    return {
        "estimated": list(ESTIMATED),
        "believed_before": list(BELIEVED),
        "look_ahead": [*SHIPPED, *SHIPPED_IN_PART],
        "switched_off": ["spend.discipline", "spend.accelerator", "spend.deferral"],
    }


def _likely(
    figures: Float[np.ndarray, "quarter company path"], readings: Sequence[Reading]
) -> Int[np.ndarray, " path"]:
    """Return paths drawn by how likely each makes what was said, as many as there are."""
    paths = figures.shape[-1]
    log = np.zeros(paths)
    for one in readings:
        left = np.log(figures[one.first - 1 : one.last, one.company].sum(axis=0))
        log -= ((one.total - left) / one.error) ** 2 / 2
    weights = np.exp(log - log.max()).cumsum()
    return np.searchsorted(weights / weights[-1], (np.arange(paths) + 0.5) / paths)


@partial(jax.jit, static_argnames="companies")
def _capex(
    draws: Mapping[str, Float[Array, "..."]],
    shocks: Float[Array, "quarter row path"],
    companies: tuple[str, ...],
) -> Float[Array, "quarter company path"]:
    """Capex by the kernel's own equations, quarter by quarter from the first after the origin [USD bn]."""
    p = Parameters(draws, companies, ())
    terms, regimes = SpendTerms.of(p), CycleTerms.of(p)
    quarters, rows, paths = shocks.shape
    events = clock.foresee(regimes, draws, quarters, paths)
    now = cycle.opening(paths, shocks.dtype)
    level = none = jnp.zeros((rows - 1, paths), shocks.dtype)
    capex = []
    for t in range(quarters):
        drawn = jax.tree.map(lambda one, t=t: one[t], events)
        now = cycle.move(now, regimes, cycle.breaking(regimes, now), drawn, jnp.asarray(t > 0))
        both = (shocks[t, :1], shocks[t, 1:])
        moves = jnp.asarray(t >= QUARTERS_PER_YEAR)
        level = spend.grow(level, terms, now.regime, none, none, both, jnp.asarray(t * H), moves)
        capex.append(spend.planned_capex(terms, level, jnp.asarray(t)))
    return jnp.stack(capex)
