"""What a study implies about facts that were known at its start: the quantities of its predictive checks.

`Predictive` is a model like any other: named draws in, named quantities out. The build-out runs inside it,
so every quantity is of the same paths as the verdict.
"""

from collections.abc import Collection, Mapping, Sequence

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.accounts import AccountTerms
from simulator.buildout.arrays import QUARTERS_PER_YEAR, PerCompany
from simulator.buildout.capital import OpeningCapital
from simulator.buildout.cycle import BUST
from simulator.buildout.exposures import ExposureTerms
from simulator.buildout.fleet import FleetTerms
from simulator.buildout.gigawatt import Gigawatt, levelised_cost, worth_on_time
from simulator.buildout.inputs import Input, Parameters
from simulator.buildout.metrics import FIRST_TWO_YEARS, FIRST_YEAR, SECOND_YEAR
from simulator.buildout.model import REPORTED_DEPRECIATION, Buildout, Draws
from simulator.buildout.price import PriceTerms
from simulator.buildout.settings import BuildoutSettings
from simulator.buildout.shocks import Shock
from simulator.buildout.silicon import SiliconTerms, per_gigawatt
from simulator.errors import Fault
from simulator.study.records import Prior

type Series = Mapping[str, Array]
type Rows = Float[Array, "row #path"]
type Quantities = dict[str, Float[Array, "1 #path"]]

UNITS: Mapping[str, str] = {
    "opening_ai_revenue": "USD bn/yr",
    "opening_internal_value": "USD bn/yr",
    "opening_revenue_per_gw": "USD bn/GW/yr",
    "opening_gw": "GW",
    "levelised_cost_per_gw": "USD bn/GW/yr",
    "value_per_dollar_on_time": "1",
    "cost_per_gw_2026": "USD bn/GW",
    "capex_2026": "USD bn",
    "capex_intensity_2026": "1",
    "capex_growth_2027": "1/yr",
    "ordered_gw_2026": "GW",
    "energised_gw_2026": "GW",
    "late_share": "1",
    "mean_delay": "yr",
    "utilisation_opening": "1",
    "bust_within_three_years": "1",
    "idle_peak": "1",
}

CAPEX_OVER_DEPRECIATION = "capex_over_depreciation"

#: Quarters, after the opening one, in which a bust counts as begun within three years.
THREE_YEARS = slice(1, 13)


class Predictive:
    """The quantities that a study's predictive checks are about, path by path.

    Parameters
    ----------
    settings
        As for `Buildout`.
    priors
        Names of the study's priors. Companies with a prior ``finance.opening_depreciation.<company>`` are
        those whose capex is compared with depreciation; without any, that quantity is left out.
    """

    def __init__(self, settings: BuildoutSettings, priors: Collection[str]) -> None:
        self._buildout = Buildout(settings)
        self._settings = settings
        self._reporting = tuple(
            company for company in self._buildout.companies if f"{REPORTED_DEPRECIATION}.{company}" in priors
        )

    @property
    def inputs(self) -> dict[str, Input]:
        """Every prior that is asked for: the build-out's, and reported depreciation where it is given."""
        optional = self._buildout.optional_inputs
        reported = (f"{REPORTED_DEPRECIATION}.{company}" for company in self._reporting)
        return self._buildout.inputs | {name: optional[name] for name in reported}

    @property
    def optional_inputs(self) -> dict[str, Input]:
        """Priors that the build-out reads where a study has them."""
        return self._buildout.optional_inputs

    def refused(self, priors: Mapping[str, Prior]) -> list[Fault]:
        """Return what the build-out refuses."""
        return self._buildout.refused(priors)

    @property
    def shocks(self) -> Mapping[str, Shock]:
        """Every series of shocks, as the build-out asks for them."""
        return self._buildout.shocks

    @property
    def metric_units(self) -> dict[str, str]:
        """Names of all quantities, in order, with their units."""
        return dict(UNITS) | ({CAPEX_OVER_DEPRECIATION: "1"} if self._reporting else {})

    def __call__(self, draws: Draws) -> dict[str, Float[Array, " path"]]:
        """Every quantity of every path.

        Parameters
        ----------
        draws
            Inputs, ``[path]`` or 0-d, and shocks, ``[quarter, path]``.

        Returns
        -------
        dict
            One array ``[path]`` per name in `metric_units`.
        """
        series = self._buildout.series(draws)
        p = Parameters(draws, self._buildout.companies, self._buildout.power_sources)
        exposures = ExposureTerms.of(p, self._settings.companies)
        prices = PriceTerms.of(p, exposures.price_gap)
        fleet, accounts = FleetTerms.of(p, prices.revenue_per_gw), AccountTerms.of(p)
        terms = SiliconTerms.of(p, self._settings.companies, accounts.energy_per_gw)
        silicon = per_gigawatt(terms, jnp.zeros(()))
        found = (
            opening(p, fleet)
            | first_years(p, series)
            | one_gigawatt(Gigawatt.of(p, silicon, prices, accounts), series["ordered_gw"][0])
        )
        if self._reporting:
            start = OpeningCapital.of(p, fleet.opening_gw, silicon)
            run_off = QUARTERS_PER_YEAR * (
                start.net_chips * accounts.opening_chips.opening_rate()
                + start.net_sites * accounts.opening_sites.opening_rate()
            )
            found[CAPEX_OVER_DEPRECIATION] = capex_over_depreciation(p, series, run_off, self._reporting)
        paths = series["regime"].shape[-1]
        return {name: jnp.broadcast_to(found[name][0], (paths,)) for name in self.metric_units}


def opening(p: Parameters, fleet: FleetTerms) -> Quantities:
    """What stands at the start, of all companies together.

    - ``opening_ai_revenue``, ``opening_internal_value``: sold to others, and used by the companies
      themselves  [USD bn/yr]
    - ``opening_gw``: live for AI, the gigawatts that earn both at the opening price  [GW]
    - ``opening_revenue_per_gw``: both together over those gigawatts  [USD bn/GW/yr]

    Parameters
    ----------
    p
        Draws of the inputs ``adoption.*``.
    fleet
        With the opening fleet.
    """
    sold, used = (_group(p.company(f"adoption.{name}")) for name in ("ai_revenue", "internal_value"))
    gigawatts = _group(fleet.opening_gw)
    return {
        "opening_ai_revenue": sold,
        "opening_internal_value": used,
        "opening_gw": gigawatts,
        "opening_revenue_per_gw": (sold + used) / gigawatts,
    }


def one_gigawatt(gigawatt: Gigawatt, orders: PerCompany) -> Quantities:
    """One gigawatt on the mix of the companies' orders in the opening quarter.

    - ``levelised_cost_per_gw``: see `levelised_cost`  [USD bn/GW/yr]
    - ``value_per_dollar_on_time``: see `worth_on_time`, less what was paid, over what was paid  [1]

    Parameters
    ----------
    gigawatt
        On each company's mix.
    orders
        By which companies are weighted  [GW]
    """
    paid = _group((gigawatt.chips + gigawatt.sites) * orders)
    return {
        "levelised_cost_per_gw": _group(levelised_cost(gigawatt) * orders) / _group(orders),
        "value_per_dollar_on_time": _group(worth_on_time(gigawatt) * orders) / paid - 1,
    }


def first_years(p: Parameters, series: Series) -> Quantities:
    """What the first years look like, of all companies together.

    - ``cost_per_gw_2026``: AI capex of the first year over gigawatts ordered in it  [USD bn/GW]
    - ``capex_2026``, ``ordered_gw_2026``, ``energised_gw_2026``: sums over the first year  [USD bn] and [GW]
    - ``capex_intensity_2026``: capex of the first year over revenue of all business in it  [1]
    - ``capex_growth_2027``: log of capex of the second year over the first  [1/yr]
    - ``late_share``: gigawatts ordered in the first two years that are powered after their plan, over
      all that are ordered  [1]
    - ``mean_delay``: how long those wait on average  [yr]; 0 where none is late
    - ``utilisation_opening``: revenue over capacity in the second quarter  [1]. In the first it is 1 by
      construction: the opening fleet is what the opening revenue needs.
    - ``bust_within_three_years``: 1 where the cycle is in a bust after any of its first twelve moves, or
      as many as the horizon has, else 0; its mean is a probability  [1]
    - ``idle_peak``: cost of chips that wait for power over chips bought so far, the largest of all
      quarters  [1]

    Parameters
    ----------
    p
        Draws of ``finance.revenue_2025`` and ``finance.revenue_growth``.
    series
        Of the build-out.
    """
    revenue = _group(p.company("finance.revenue_2025") * (1 + p.path("finance.revenue_growth")))
    capex, orders = _total(series["capex"], FIRST_YEAR), _total(series["ordered_gw"], FIRST_YEAR)
    by_quarter = jnp.sum(series["ordered_gw"][FIRST_TWO_YEARS], axis=1)
    late = by_quarter * series["late_share"][FIRST_TWO_YEARS]
    waited = _row(late * series["mean_wait"][FIRST_TWO_YEARS])
    all_late, all_orders = _row(late), _row(by_quarter)
    busts = series["regime"][THREE_YEARS] == BUST
    idle = jnp.sum(series["idle_value"], axis=1) / jnp.sum(series["chips_bought"], axis=1)
    return {
        "cost_per_gw_2026": _total(series["ai_capex"], FIRST_YEAR) / orders,
        "capex_2026": capex,
        "capex_intensity_2026": capex / revenue,
        "capex_growth_2027": jnp.log(_total(series["capex"], SECOND_YEAR) / capex),
        "ordered_gw_2026": orders,
        "energised_gw_2026": _total(series["energised_gw"], FIRST_YEAR),
        "late_share": all_late / all_orders,
        "mean_delay": waited / jnp.where(all_late > 0, all_late, 1.0),
        "utilisation_opening": _group(series["revenue"][1]) / _group(series["capacity"][1]),
        "bust_within_three_years": jnp.any(busts, axis=0, keepdims=True).astype(capex.dtype),
        "idle_peak": jnp.max(idle, axis=0, keepdims=True),
    }


def capex_over_depreciation(
    p: Parameters, series: Series, run_off: PerCompany, reporting: Sequence[str]
) -> Rows:
    """Capex of the first year over depreciation of all property in it  [1], of the companies that report.

    The model depreciates AI property only. Depreciation of all property is what it was at the start, as
    reported, plus what modelled property adds to it in the year: its depreciation less ``run_off``, which
    the reported figure holds. Other property is taken to be replaced as it is used up. Write-downs are no
    part of it.

    Parameters
    ----------
    p
        With the reported figures, ``finance.opening_depreciation.<company>``  [USD bn/yr]
    series
        Of the build-out.
    run_off
        Depreciation of the modelled opening fleet  [USD bn/yr]
    reporting
        The companies to count.
    """
    rows = jnp.asarray([p.companies.index(company) for company in reporting])
    reported = _group(p.named([f"{REPORTED_DEPRECIATION}.{company}" for company in reporting]))
    capex, depreciation = (jnp.sum(series[name][FIRST_YEAR], axis=0) for name in ("capex", "depreciation"))
    return _group(capex[rows]) / (reported + _group((depreciation - run_off)[rows]))


def _group(rows: Rows) -> Float[Array, "1 #path"]:
    """All companies together."""
    return jnp.sum(rows, axis=0, keepdims=True)


def _row(quarters: Float[Array, "quarter path"]) -> Float[Array, "1 path"]:
    return jnp.sum(quarters, axis=0, keepdims=True)


def _total(quarters: Float[Array, "quarter company path"], years: slice) -> Float[Array, "1 path"]:
    """All companies and all quarters of some years together."""
    return jnp.sum(quarters[years], axis=(0, 1))[None]
