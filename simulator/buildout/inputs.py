"""What the build-out model asks of a study: the names, units and ranges of its inputs.

Each input is one number per path; ``company`` and ``source`` in `Input.per` mean one prior per company or
per power source, named ``<name>.<company>``, ``<name>.<source>`` or ``<name>.<company>.<source>``.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import PerCompany, PerPath, PerQueue, PerSource

type Axis = Literal["path", "company", "source", "company source"]


class Input(NamedTuple):
    """One input of the model: its unit and the values that make sense."""

    unit: str
    minimum: float = -math.inf
    maximum: float = math.inf
    per: Axis = "path"


#: Largest yearly rate of discount, return or endless growth that the valuation takes: a doubling in a year.
#: Who gives more means per cent.
LARGEST_RATE = 1.0

#: Largest log of a hazard ratio that is taken: two of them together stay within single precision.
LARGEST_LOG_RATIO = 40.0

INPUTS: Mapping[str, Input] = {
    "spend.capex_2026": Input("USD bn/yr", 0, per="company"),
    "spend.headline": Input("USD bn/yr", 0),
    "spend.gap_share": Input("1", 0, 1),
    "spend.overshoot": Input("1"),
    "spend.ai_share": Input("1", 0, 1, per="company"),
    "spend.growth_boom": Input("1/yr"),
    "spend.growth_plateau": Input("1/yr"),
    "spend.growth_bust": Input("1/yr"),
    "spend.fade": Input("1/yr", 0),
    "spend.discipline": Input("1/yr", 0),
    "spend.hurdle": Input("1/yr", 0),
    "spend.deferral": Input("1", 0, 1),
    "spend.deferral_threshold": Input("1", 0),
    "spend.makeup_years": Input("yr", 0.01),
    "spend.accelerator": Input("1/yr", 0),
    "spend.vol": Input("1/yr^0.5", 0),
    "spend.last_quarter": Input("USD bn", 0, per="company"),
    "spend.profile_slope": Input("1"),
    "spend.profile.q1": Input("1", 0, per="company"),
    "spend.profile.q2": Input("1", 0, per="company"),
    "spend.profile.q3": Input("1", 0, per="company"),
    "spend.profile.q4": Input("1", 0, per="company"),
    "silicon.cost_per_gw": Input("USD bn/GW", 0),
    "silicon.compute_share": Input("1", 0, 1),
    "silicon.inflation": Input("1/yr"),
    "silicon.merchant_2024": Input("1", 0, 1),
    "silicon.merchant_years": Input("yr", 0),
    "silicon.merchant_tilt": Input("1", 0, per="company"),
    "silicon.shift": Input("1/yr", 0, per="company"),
    "silicon.custom_discount": Input("1", 0, 1),
    "silicon.custom_perf": Input("1", 0, per="company"),
    "silicon.perf_growth": Input("1/yr"),
    "power.lead_time": Input("yr", 0, per="source"),
    "power.mix": Input("1", 0, 1, per="source"),
    "power.plan_lead": Input("yr", 0, per="source"),
    "power.tilt": Input("1", 0, per="company source"),
    "power.plan_ratio": Input("1", 0),
    "power.dispersion": Input("1", 0),
    "power.equipment": Input("yr", 0),
    "power.shell": Input("yr", 0),
    "power.hookup": Input("GW/yr", 0),
    "power.hookup_growth": Input("1/yr"),
    "power.congestion": Input("1", 0),
    "power.lead_vol": Input("1", 0),
    "power.reroute": Input("yr", 0),
    "power.opening_idle": Input("1", 0),
    "power.site_reuse": Input("1", 0, 1),
    "adoption.ai_revenue": Input("USD bn/yr", 0, per="company"),
    "adoption.internal_value": Input("USD bn/yr", 0, per="company"),
    "adoption.financed_share": Input("1", 0, 1, per="company"),
    "adoption.backlog": Input("USD bn", 0, per="company"),
    "adoption.realised": Input("1", 0),
    "adoption.backlog_years": Input("yr", 0),
    "adoption.ramp_years": Input("yr", 0),
    "adoption.financed_growth": Input("1/yr"),
    "adoption.unmet": Input("1", 0),
    "adoption.potential": Input("USD bn/yr", 0),
    "adoption.potential_share": Input("1", 0, per="company"),
    "adoption.potential_floor": Input("1", 1),
    "adoption.bass_p": Input("1/yr", 0),
    "adoption.bass_q": Input("1/yr", 0),
    "adoption.curve": Input("1", 0.05, 20),
    "adoption.price_elasticity": Input("1", 0),
    "adoption.vol": Input("1", 0),
    "adoption.drift_plateau": Input("1/yr"),
    "adoption.drift_bust": Input("1/yr"),
    "adoption.recovery": Input("1/yr", 0),
    "adoption.break_boom": Input("1/yr", 0),
    "adoption.break_plateau": Input("1/yr", 0),
    "adoption.break_bust": Input("1/yr", 0),
    "adoption.break_severity": Input("1", 0, 1),
    "economics.rental_per_gw": Input("USD bn/GW/yr", 0),
    "economics.first_party_per_gw": Input("USD bn/GW/yr", 0),
    "economics.first_party": Input("1", 0, 1, per="company"),
    "economics.passthrough": Input("1"),
    "economics.markup_boom": Input("1"),
    "economics.markup_plateau": Input("1"),
    "economics.markup_bust": Input("1"),
    "economics.markup_speed": Input("1/yr", 0),
    "economics.scarcity_markup": Input("1", 0),
    "economics.price_vol": Input("1/yr^0.5", 0),
    "economics.contract_share": Input("1", 0, 1),
    "economics.contract_years": Input("yr", 0),
    "economics.power_price": Input("USD/MWh", 0),
    "economics.pue": Input("1", 0),
    "economics.opex": Input("1", 0),
    "economics.idle_load": Input("1", 0, 1),
    "finance.wacc": Input("1/yr", 0, LARGEST_RATE),
    "finance.terminal_growth": Input("1/yr", -1, LARGEST_RATE),
    "finance.least_spread": Input("1/yr", 0, LARGEST_RATE),
    "finance.ronic": Input("1/yr", maximum=LARGEST_RATE),
    "finance.ronic_floor": Input("1/yr", 0, LARGEST_RATE),
    "finance.salvage": Input("1", 0),
    "finance.harvest": Input("1", 0, 1),
    "finance.economic_replacement": Input("1", 0, 1),
    "finance.queue_value": Input("1", 0, 1),
    "finance.maturity_years": Input("yr", 0),
    "finance.tax": Input("1", 0, 1),
    "finance.server_life": Input("yr", 0, per="company"),
    "finance.building_life": Input("yr", 0),
    "finance.economic_life": Input("yr", 0),
    "finance.opening_net": Input("1", 0, 1),
    "finance.opening_chip_life": Input("1", 0, 1),
    "finance.opening_site_life": Input("1", 0, 1),
    "finance.obsolescence": Input("1/yr", 0),
    "finance.past_growth": Input("1/yr"),
    "finance.opening_growth": Input("1/yr", 0),
    "finance.shares": Input("bn", 0, per="company"),
    "finance.revenue_2025": Input("USD bn/yr", 0, per="company"),
    "finance.revenue_growth": Input("1", -1),
    "cycle.boom_years": Input("yr", 0),
    "cycle.plateau_years": Input("yr", 0),
    "cycle.bust_years": Input("yr", 0),
    "cycle.boom_to_bust": Input("1", 0, 1),
    "cycle.plateau_to_bust": Input("1", 0, 1),
    "core.flow_through": Input("1", 0, 1),
    "dependence.firm_loading": Input("1", 0, 1),
    "dependence.power_rho": Input("1", 0, 1),
    "dependence.persistence": Input("1", 0, 1),
    "dependence.contagion": Input("1", 0, 1),
}

#: What a study may say of what a company decides; 0 where it says nothing, and nothing is then withheld.
DECIDED: Mapping[str, Input] = {
    "spend.cut": Input("1", 0, 1, per="company"),
    "spend.pause": Input("yr", 0, per="company"),
}

#: What a study may attach to a company: kinds of exposure, their parts, and what each part is asked for in.
EXPOSURES: Mapping[str, Mapping[str, Input]] = {
    "price_gap": {"rate": Input("1/yr"), "years": Input("yr", 0)},
    "revenue_erosion": {"rate": Input("1/yr"), "revenue": Input("USD bn/yr", 0)},
    "seats": {
        "penetration": Input("1", 0, 1),
        "seats": Input("bn", 0),
        "price": Input("USD/yr", 0),
    },
    "revenue_volatility": {"vol": Input("1", 0), "revenue": Input("USD bn/yr", 0), "loading": Input("1")},
    "levered": {
        "net_debt": Input("USD bn"),
        "core_ebitda": Input("USD bn/yr", 0),
        "core_cash": Input("1", 0),
        "growth": Input("1/yr", -1, LARGEST_RATE),
        "payout": Input("USD bn/yr", 0),
        "risk_free": Input("1/yr", 0, LARGEST_RATE),
        "spread": Input("1/yr", 0, LARGEST_RATE),
        "spread_slope": Input("1/yr^2", 0, LARGEST_RATE),
        "spread_limit": Input("1/yr", 0, LARGEST_RATE),
        "debt_limit": Input("yr", 0),
        "covenant": Input("yr", 0),
        "equity_share": Input("1", 0, 1),
        "equity_price": Input("USD", 0.01),
        "equity_discount": Input("1", 0),
        "leases": Input("USD bn", 0),
    },
}

#: What a study is asked for as a whole where any of its companies is levered.
OF_LEVERED: Mapping[str, Input] = {
    "debt.break_leverage": Input("1", 0, LARGEST_LOG_RATIO),
    "debt.break_circularity": Input("1", 0, LARGEST_LOG_RATIO),
}

#: Least cost or energy of a chip against merchant parts that is taken: less is a fault
#: of units.
LEAST_CLAIM = 0.01

#: What a company's own chip is asked for, each by the prior that the study names for it.
CHIP: Mapping[str, Input] = {
    "start": Input("yr"),
    "ramp": Input("yr", 0),
    "share": Input("1", 0, 1),
    "cost": Input("1", LEAST_CLAIM),
    "energy": Input("1", LEAST_CLAIM),
    "realised": Input("1", 0, 1),
}

CANCELLATION = Input("1", 0, 1)


class Parameters:
    """The draws of one block, addressed by what they are per.

    Parameters
    ----------
    draws
        Each input's values, ``[path]`` or 0-d for a point mass.
    companies, sources
        Names, in the order of the company and source axes.
    """

    def __init__(
        self, draws: Mapping[str, Float[Array, "..."]], companies: Sequence[str], sources: Sequence[str]
    ) -> None:
        self._draws = draws
        self.companies = tuple(companies)
        self.sources = tuple(sources)

    def path(self, name: str) -> PerPath:
        """One number per path, ``[1, path]``."""
        return jnp.reshape(self._draws[name], (1, -1))

    def company(self, name: str) -> PerCompany:
        """One number per company and path, ``[company, path]``."""
        return self._rows([f"{name}.{company}" for company in self.companies])

    def of_some(self, name: str) -> PerCompany | None:
        """One number per company and path, 0 of those that have none; None where no company has any."""
        names = [f"{name}.{company}" for company in self.companies]
        known = [one if one in self._draws else None for one in names]
        return self._rows(known) if any(known) else None

    def source(self, name: str) -> PerSource:
        """One number per power source and path, ``[source, path]``."""
        return self._rows([f"{name}.{source}" for source in self.sources])

    def company_source(self, name: str) -> PerQueue:
        """One number per company, power source and path, ``[company, source, path]``."""
        rows = [[f"{name}.{c}.{r}" for r in self.sources] for c in self.companies]
        flat = self._rows([key for row in rows for key in row])
        return jnp.reshape(flat, (len(self.companies), len(self.sources), -1))

    def named(self, names: Sequence[str | None]) -> Float[Array, "row #path"]:
        """The priors named, one row each; a row of zeros where there is no name."""
        return self._rows(names)

    def _rows(self, names: Sequence[str | None]) -> Float[Array, "row #path"]:
        rows = [jnp.zeros(()) if name is None else self._draws[name] for name in names]
        width = max(jnp.size(row) for row in rows)
        return jnp.stack([jnp.broadcast_to(jnp.reshape(row, -1), (width,)) for row in rows])
