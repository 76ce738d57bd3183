"""Random inputs and shocks over wide but admissible ranges, for tests that compare two models.

Every input of every path is drawn on its own; one time in eight it takes one of its edge values, so
that paths meet many edges together: no dispersion, nothing idle at the start, a chip that lives one
year under a contract of a hundred, a cycle that leaves its regime every quarter, a certain break.
"""

from __future__ import annotations

import numpy as np

from .neutral import NEUTRAL
from .structure import UNIFORM_SHOCKS, Structure, shock_names

#: How often an input takes an edge value where it has any.
EDGE = 0.125

# (low, high, edges), in the unit of the model. Names without a company or source, then by kind.
SCALARS: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "spend.headline": (150, 900, ()),
    "spend.gap_share": (0, 1, (0, 1)),
    "spend.overshoot": (-0.4, 0.5, (0,)),
    "spend.growth_boom": (0, 0.6, (0,)),
    "spend.growth_plateau": (-0.2, 0.2, (0,)),
    "spend.growth_bust": (-0.7, 0, (0,)),
    "spend.fade": (0, 1, (0,)),
    "spend.discipline": (0, 1, (0,)),
    "spend.hurdle": (0.05, 0.6, ()),
    "spend.deferral": (0, 0.9, (0,)),
    "spend.deferral_threshold": (0, 0.5, (0,)),
    "spend.vol": (0, 0.35, (0,)),
    "spend.profile_slope": (-0.5, 1.5, (0,)),
    "silicon.cost_per_gw": (20, 60, ()),
    "silicon.compute_share": (0.3, 0.9, ()),
    "silicon.inflation": (-0.05, 0.12, (0,)),
    "silicon.merchant_2024": (0.3, 1, (1,)),
    "silicon.merchant_years": (0, 4, (0,)),
    "silicon.custom_discount": (0, 0.6, (0,)),
    "silicon.perf_growth": (0, 0.5, (0,)),
    "power.plan_ratio": (0.6, 2, (1,)),
    "power.dispersion": (0.05, 0.8, (0,)),
    "power.equipment": (0.1, 4, (0.1, 12)),
    "power.shell": (0.1, 3, (0.1, 8)),
    "power.hookup": (3, 40, ()),
    "power.hookup_growth": (0, 0.4, (0,)),
    "power.congestion": (0, 1, (0,)),
    "power.lead_vol": (0, 0.4, (0,)),
    "power.cancel_grid": (0, 0.2, (0, 0.95)),
    "power.cancel_nuclear": (0, 0.6, (0,)),
    "power.cancel_smr": (0, 0.9, (0, 1)),
    "power.cancel_gulf": (0, 0.5, (0,)),
    "power.reroute": (0, 4, (0,)),
    "power.opening_idle": (0, 0.5, (0,)),
    "adoption.realised": (0, 1, (0, 1)),
    "adoption.backlog_years": (1, 10, ()),
    "adoption.financed_growth": (-0.1, 0.4, (0,)),
    "adoption.ramp_years": (0.5, 4, (2,)),
    "adoption.unmet": (0, 0.5, (0,)),
    "adoption.potential": (50, 1500, (1, 1e6)),
    "adoption.potential_floor": (1.05, 2, (1.25,)),
    "adoption.bass_p": (0.001, 0.08, (0,)),
    "adoption.bass_q": (0.05, 0.8, ()),
    "adoption.vol": (0, 0.3, (0,)),
    "adoption.drift_plateau": (-0.2, 0.05, (0,)),
    "adoption.drift_bust": (-0.8, 0, (0,)),
    "adoption.recovery": (0, 1, (0,)),
    "adoption.break_boom": (0, 0.3, (0, 1e3)),
    "adoption.break_plateau": (0, 0.6, (0, 1e3)),
    "adoption.break_bust": (0, 1.5, (0, 1e3)),
    "adoption.break_severity": (0, 1, (0, 1)),
    "economics.rental_per_gw": (6, 20, ()),
    "economics.first_party_per_gw": (6, 30, ()),
    "economics.passthrough": (0, 1.2, (0, 1)),
    "economics.markup_boom": (-0.1, 0.3, (0,)),
    "economics.markup_plateau": (-0.3, 0.1, (0,)),
    "economics.markup_bust": (-1, 0, (0,)),
    "economics.markup_speed": (0, 3, (0, 100)),
    "economics.price_vol": (0, 0.3, (0,)),
    "economics.contract_share": (0, 1, (0, 1)),
    "economics.contract_years": (0.25, 8, (0.25, 100)),
    "economics.power_price": (20, 150, ()),
    "economics.pue": (1, 1.6, (1,)),
    "economics.opex": (0, 0.3, (0,)),
    "economics.idle_load": (0, 1, (0, 1)),
    "finance.wacc": (0.06, 0.14, ()),
    "finance.terminal_growth": (0, 0.045, (0,)),
    "finance.ronic": (0.01, 0.2, (0.01,)),
    "finance.ronic_floor": (0.002, 0.03, ()),
    "finance.salvage": (0, 1, (0, 1)),
    "finance.tax": (0, 0.4, (0,)),
    "finance.building_life": (8, 40, ()),
    "finance.economic_life": (1, 8, (1, 7, 100)),
    "finance.opening_net": (0.1, 1, (1,)),
    "finance.opening_chip_life": (0.1, 1, ()),
    "finance.opening_site_life": (0.2, 1, ()),
    "finance.past_growth": (0.02, 1.2, ()),
    "finance.revenue_growth": (-0.1, 0.4, (0,)),
    "finance.obsolescence": (0, 0.6, (0,)),
    "cycle.boom_years": (0.3, 8, (1e-3, 1e6)),
    "cycle.plateau_years": (0.3, 6, (1e-3,)),
    "cycle.bust_years": (0.3, 6, (1e-3, 1e3)),
    "cycle.boom_to_bust": (0, 1, (0, 1)),
    "cycle.plateau_to_bust": (0, 1, (0, 1)),
    "core.flow_through": (0, 1, (0, 1)),
    "dependence.firm_loading": (0, 1, (0, 1)),
    "dependence.power_rho": (0, 1, (0, 1)),
    "dependence.contagion": (0, 1, (0, 1)),
    "dependence.persistence": (0, 0.98, (0,)),
}
BY_COMPANY: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "spend.capex_2026": (20, 200, ()),
    "spend.last_quarter": (2, 80, (0,)),
    "spend.profile.q1": (0.6, 1.2, ()),
    "spend.profile.q2": (0.6, 1.2, ()),
    "spend.profile.q3": (0.8, 1.4, ()),
    "spend.profile.q4": (0.8, 1.4, ()),
    "spend.ai_share": (0.3, 1, (1,)),
    "silicon.merchant_tilt": (0, 3, (0, 1)),
    "silicon.shift": (0, 0.4, (0,)),
    "silicon.custom_perf": (0.4, 1.3, (1,)),
    "adoption.ai_revenue": (0.5, 40, ()),
    "adoption.internal_value": (0, 40, (0,)),
    "adoption.financed_share": (0, 0.9, (0,)),
    "adoption.backlog": (0, 400, (0,)),
    "adoption.potential_share": (0.05, 1, ()),
    "economics.first_party": (0, 1, (0, 1)),
    "finance.server_life": (2, 8, (5,)),
    "finance.shares": (1, 15, ()),
    "finance.revenue_2025": (50, 800, ()),
}
BY_SOURCE: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "power.lead_time": (0.5, 6, (0.1, 40)),
    "power.plan_lead": (1, 8, ()),
    "power.mix": (0.01, 1, ()),
}
#: Drawn after all else, which so stays what it was.
LATE: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "finance.opening_growth": (0.05, 1.2, (1e6,)),
    "finance.least_spread": (0.0, 0.012, (0,)),
    "spend.makeup_years": (0.05, 5, (0.01, 1e15)),
    "spend.accelerator": (0, 0.5, (0,)),
    "economics.scarcity_markup": (0, 0.6, (0,)),
    "adoption.price_elasticity": (0.2, 2, (0, 1)),
    "adoption.curve": (0.1, 4, (0.05, 1, 5)),
    "power.site_reuse": (0, 1, (0, 1)),
    "finance.queue_value": (0, 1, (0, 1)),
    "finance.harvest": (0, 1, (0, 1)),
    "finance.maturity_years": (0, 25, (0, 6)),
    "finance.economic_replacement": (0, 1, (0, 1)),
}
#: Of a study with companies that borrow.
OF_LEVERED: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "debt.break_leverage": (0, 8, (0,)),
    "debt.break_circularity": (0, 12, (0,)),
}
BY_CHIP: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "start": (-2, 4, (0,)),
    "ramp": (0, 4, (0,)),
    "share": (0, 1, (0, 1)),
    "cost": (0.2, 1.5, (1,)),
    "energy": (0.2, 1.5, (1,)),
    "realised": (0, 1, (0, 1)),
}
TILT = (0.2, 2.0, (1.0,))
BY_FIELD: dict[str, tuple[float, float, tuple[float, ...]]] = {
    "rate": (0, 0.05, (0,)),
    "years": (0, 6, (0,)),
    "revenue": (10, 300, ()),
    "penetration": (0, 0.5, (0,)),
    "seats": (0, 0.6, ()),
    "price": (50, 500, ()),
    "vol": (0, 0.2, (0,)),
    "loading": (-0.5, 1, (0,)),
    "net_debt": (-60, 250, (0,)),
    "core_ebitda": (0, 120, (0,)),
    "core_cash": (0.5, 1.5, (1,)),
    "growth": (-0.1, 0.2, (0,)),
    "payout": (0, 40, (0,)),
    "risk_free": (0, 0.07, (0,)),
    "spread": (0, 0.03, (0,)),
    "spread_slope": (0, 0.02, (0,)),
    "spread_limit": (0.03, 0.15, ()),
    "debt_limit": (0, 6, (0, 1e6)),
    "covenant": (1, 8, ()),
    # Some: who spends nothing for a year is an edge that the two models see apart.
    "equity_share": (0.05, 1, (1,)),
    "equity_price": (20, 600, ()),
    "equity_discount": (0, 0.2, (0,)),
    "leases": (0, 300, (0,)),
}


def random_inputs(
    rng: np.random.Generator, paths: int, structure: Structure
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return inputs ``[paths]`` and shocks ``[T, paths]`` of a structure, wide and with edges."""
    ranges = dict(SCALARS)
    for company in structure.companies:
        ranges |= {f"{name}.{company.name}": span for name, span in BY_COMPANY.items()}
        ranges |= {f"power.tilt.{company.name}.{source.name}": TILT for source in structure.sources}
        for exposure in company.exposures:
            ranges |= {prior: BY_FIELD[field] for field, prior in exposure.fields.items()}
    for source in structure.sources:
        ranges |= {f"{name}.{source.name}": span for name, span in BY_SOURCE.items()}

    inputs = {name: _drawn(rng, paths, span) for name, span in ranges.items()}
    # Power that nobody tilts away from: each path keeps one source, others may be without any share.
    for source in structure.sources[1:]:
        name = f"power.mix.{source.name}"
        inputs[name] = np.where(rng.random(paths) < EDGE, 0.0, inputs[name])

    shape = (structure.horizon, paths)
    shocks = {
        name: rng.random(shape) if name in UNIFORM_SHOCKS else rng.standard_normal(shape)
        for name in shock_names(structure)
    }
    inputs |= {name: _drawn(rng, paths, span) for name, span in LATE.items()}
    if any(exposure.kind == "levered" for company in structure.companies for exposure in company.exposures):
        inputs |= {name: _drawn(rng, paths, span) for name, span in OF_LEVERED.items()}
    for chip in (chip for company in structure.companies for chip in company.chips):
        inputs |= {prior: _drawn(rng, paths, BY_CHIP[field]) for field, prior in chip.fields.items()}
    return {name: np.full(paths, value) for name, value in NEUTRAL.items()} | inputs, shocks


def _drawn(rng: np.random.Generator, paths: int, span: tuple[float, float, tuple[float, ...]]) -> np.ndarray:
    low, high, edges = span
    values = rng.uniform(low, high, paths)
    return np.where(rng.random(paths) < EDGE, rng.choice(edges, paths), values) if edges else values
