"""The opening position: constants of the paths, and what they carry from quarter to quarter."""

from types import SimpleNamespace

import numpy as np

from .layout import Array, H, Inputs, Layout
from .vintages import OpeningBook, Vintages, shorter

#: Hours in a quarter of an average year.
HOURS = 8766.0 / 4


def open_books(x: Inputs, layout: Layout, paths: int) -> SimpleNamespace:
    """Constants and state of all paths before the first quarter."""
    run = SimpleNamespace(x=x, layout=layout, paths=paths)
    run.C, run.R, run.S = len(layout.companies), len(layout.sources), layout.stages
    _market(run)
    _silicon(run)
    _demand(run)
    _spend(run)
    _power(run)
    _queue(run)
    _fleet(run)
    _accounts(run)
    return run


def _rows(run: SimpleNamespace, keys: list[str]) -> Array:
    values = [run.x[key] for key in keys]
    width = run.paths if any(np.ndim(v) for v in values) else 1
    out = np.empty((len(values), width), np.float32)
    for row, value in zip(out, values, strict=True):
        row[...] = value
    return out


def by_company(run: SimpleNamespace, name: str) -> Array:
    """A prior of every company, [company, path]."""
    return _rows(run, [f"{name}.{c}" for c in run.layout.companies])


def by_source(run: SimpleNamespace, name: str) -> Array:
    """A prior of every source of power, [source, path]."""
    return _rows(run, [f"{name}.{r}" for r in run.layout.sources])


def _zeros(run: SimpleNamespace, *shape: int) -> Array:
    return np.zeros((*shape, run.paths), np.float32)


def _market(run: SimpleNamespace) -> None:
    x, n = run.x, run.paths
    regimes = ("boom", "plateau", "bust")
    run.years = [x[f"cycle.{s}_years"] for s in regimes]
    run.leaves = [1 - np.exp(-H / v) for v in run.years]
    run.busts = [run.leaves[0] * x["cycle.boom_to_bust"], run.leaves[1] * x["cycle.plateau_to_bust"]]
    run.hazards = [1 - np.exp(-H * x[f"adoption.break_{s}"]) for s in regimes]
    run.markups = [x[f"economics.markup_{s}"] for s in regimes]
    run.pull = 1 - np.exp(-H * x["economics.markup_speed"])
    run.price_step = x["economics.price_vol"] * H**0.5
    run.noise_kept, run.noise_step = (1 - run.pull) ** 2, run.price_step**2 / 2
    share = by_company(run, "economics.first_party")
    run.rent = x["economics.rental_per_gw"] * (1 - share) + x["economics.first_party_per_gw"] * share
    run.fall = np.exp(-x["economics.passthrough"] * x["silicon.perf_growth"] * H)
    run.fallen = np.full(n, 0.25, np.float32)

    run.boom, run.bust, run.broken = np.ones(n, bool), np.zeros(n, bool), np.zeros(n, bool)
    run.booms, run.markup, run.delta = _zeros(run), _zeros(run), _zeros(run)
    # half the variance of the log markup, and the variance of a persistent state: what keeps means in place
    run.noise, run.spread = np.float32(0), np.float32(0)


def _silicon(run: SimpleNamespace) -> None:
    x, ones = run.x, np.ones(run.paths, np.float32)
    run.custom, shift = by_company(run, "silicon.custom_perf"), by_company(run, "silicon.shift")
    merchant = x["silicon.merchant_2024"] ** by_company(run, "silicon.merchant_tilt")
    run.merchant = merchant * np.exp(-shift * x["silicon.merchant_years"])
    run.shift_step = np.exp(-shift * np.float32(H))
    run.work_0 = 1 / (run.merchant + (1 - run.merchant) * run.custom)
    run.inflation_step = np.exp(x["silicon.inflation"] * H)
    run.perf_step = np.exp(x["silicon.perf_growth"] * H)
    run.level, run.perf = x["silicon.cost_per_gw"] * ones, ones
    compute = x["silicon.compute_share"]
    chip_0 = run.level * compute * (1 - (1 - run.merchant) * x["silicon.custom_discount"])

    external, internal = by_company(run, "adoption.ai_revenue"), by_company(run, "adoption.internal_value")
    run.gw_0 = (external + internal) / run.rent
    run.chip_0, run.chips_0 = chip_0, run.gw_0 * chip_0
    run.sites_0 = run.gw_0 * (run.level * (1 - compute))
    run.idle_gw_0 = x["power.opening_idle"] * run.gw_0
    run.idle_0 = run.idle_gw_0 * chip_0
    run.book_0 = x["finance.opening_net"] * (run.chips_0 + run.sites_0) + run.idle_0


def _demand(run: SimpleNamespace) -> None:
    x = run.x
    external, internal = by_company(run, "adoption.ai_revenue"), by_company(run, "adoption.internal_value")
    financed, unmet = by_company(run, "adoption.financed_share"), 1 + x["adoption.unmet"]
    organic_0 = (internal + external * (1 - financed)) * unmet
    labs_0 = external * financed * unmet
    potential = by_company(run, "adoption.potential_share")
    potential = potential / potential.sum(axis=0) * x["adoption.potential"]
    potential[run.layout.seats] += x["core.copilot"] * x["core.seats"] * x["core.seat_price"]
    np.maximum(potential, x["adoption.potential_floor"] * organic_0, out=potential)
    run.potential_4, run.f_0 = potential / 4, organic_0 / potential
    p, q = x["adoption.bass_p"], x["adoption.bass_q"]
    run.bass_low, run.bass_high, run.bass_top = p + q * run.f_0, q * (1 - run.f_0), q * run.f_0
    run.bass_step = np.exp(-(p + q) * H)
    run.bass_kept, run.bass_gone = np.ones(run.paths, np.float32), _zeros(run)
    backlog = by_company(run, "adoption.backlog") * (x["adoption.realised"] / x["adoption.backlog_years"])
    run.labs_4, run.labs_rise = labs_0 / 4, (np.maximum(labs_0, backlog) - labs_0) / 4
    run.loading = x["dependence.firm_loading"]
    run.own_loading = np.sqrt(1 - run.loading**2)
    run.half_demand, run.half_ads = x["adoption.vol"] ** 2 / 2, x["core.ads_vol"] ** 2 / 2


def _spend(run: SimpleNamespace) -> None:
    x = run.x
    table = by_company(run, "spend.capex_2026")
    gap = x["spend.headline"] / table.sum(axis=0) - 1
    run.year_one = table * (1 + x["spend.gap_share"] * gap) * np.exp(x["spend.overshoot"])
    weights = [by_company(run, f"spend.profile.q{k}") for k in range(1, 5)]
    run.profile = [weight / sum(weights) for weight in weights]
    run.ai_share = by_company(run, "spend.ai_share")
    run.growth = [x[f"spend.growth_{s}"] for s in ("boom", "plateau", "bust")]
    run.fade, run.fresh = np.exp(-x["spend.fade"] * H), np.ones(run.paths, np.float32)
    run.spend_vol = x["spend.vol"] * H**0.5
    run.spend_level, run.short = _zeros(run, run.C), _zeros(run, run.C)


def _power(run: SimpleNamespace) -> None:
    x, layout = run.x, run.layout
    tilt = np.stack([by_source(run, f"power.tilt.{c}") for c in layout.companies])
    mix = tilt * by_source(run, "power.mix")
    run.mix = mix / mix.sum(axis=1, keepdims=True)
    run.log_lead = np.log(by_source(run, "power.lead_time"))
    run.log_equipment, run.log_shell = np.log(x["power.equipment"]), np.log(x["power.shell"])
    run.plan = by_source(run, "power.plan_lead") * x["power.plan_ratio"]
    run.log_plan = np.log(run.plan)
    run.sigma = x["power.dispersion"]
    run.per_sigma, run.heavier = 1 / run.sigma, np.exp(run.sigma**2 / 2)
    run.common_lead = x["power.lead_vol"] * np.sqrt(x["dependence.power_rho"])
    run.own_lead = x["power.lead_vol"] * np.sqrt(1 - x["dependence.power_rho"])
    run.half_lead = x["power.lead_vol"] ** 2 / 2
    run.hookup, run.hookup_step = x["power.hookup"], np.exp(x["power.hookup_growth"] * H)
    run.cancelled = _rows(run, list(layout.cancellation))
    run.reroute = run.cancelled * x["power.reroute"]
    run.book_kept = np.exp(-x["finance.obsolescence"] * np.float32(H))

    run.keep = x["dependence.persistence"]
    run.fresh_ar = np.sqrt(1 - run.keep**2)
    run.ar = _zeros(run, run.C + run.R + 3)
    run.ar_step = np.empty_like(run.ar)
    run.demand_ar, run.ads, run.power_ar = run.ar[: run.C + 1], run.ar[run.C + 1], run.ar[run.C + 2 :]
    run.both = np.empty((2, run.R, run.paths), np.float32)


def _queue(run: SimpleNamespace) -> None:
    """The four cargoes of the queue: GW, compute, chips at cost and chips at book."""
    C, R = run.C, run.R
    run.queue = [_zeros(run, 4, C, R) for _ in range(run.S)]
    run.queue[0][:] = (run.idle_gw_0[:, None] * run.mix)[None]
    run.queue[0][2:] *= run.chip_0[:, None]
    run.stays, run.flow = np.ones((R, run.paths), np.float32), _zeros(run, 4, C, R)
    run.inflow, run.waiting = _zeros(run, 4, C), _zeros(run, 4, C)
    run.energised, run.late_flow = _zeros(run, 4, C), _zeros(run, 4, C)
    run.waiting[:2], run.waiting[2:] = run.idle_gw_0, run.idle_0
    run.idle_before = run.waiting[0].sum(axis=0)
    run.recent = _zeros(run, 4, C)


def _fleet(run: SimpleNamespace) -> None:
    x, C, n, T = run.x, run.C, run.paths, run.layout.horizon
    run.life = x["finance.economic_life"] * np.ones(n, np.float32)
    run.alive_scale = 1 / (1 - np.exp(-x["finance.past_growth"] * run.life))
    run.price_0 = run.rent / 4
    run.chips_life = 4 * run.life
    run.fleet = Vintages(run.chips_life, 2, C, n, T)
    run.lock = Vintages(shorter(run.chips_life, 4 * x["economics.contract_years"]), 2, C, n, T)
    run.gross = Vintages(run.chips_life, 1, C, n, T)
    run.ends, run.grosses = _zeros(run, C), []
    run.sites_total = run.sites_0 + _zeros(run, C)


def _accounts(run: SimpleNamespace) -> None:
    x, C, n, T = run.x, run.C, run.paths, run.layout.horizon
    run.energy_price = x["economics.pue"] * HOURS * x["economics.power_price"] * 1e-6
    run.kept_tax = 1 - x["finance.tax"]
    run.chip_life, run.site_life = 4 * by_company(run, "finance.server_life"), 4 * x["finance.building_life"]
    run.chip_books = Vintages(np.broadcast_to(run.chip_life, (C, n)), 1, C, n, T)
    run.site_books = Vintages(np.broadcast_to(run.site_life, (n,)), 1, C, n, T)
    net, bought = x["finance.opening_net"], H * x["finance.opening_growth"]
    run.old_chips = OpeningBook(net * run.chips_0, x["finance.opening_chip_life"] * run.chip_life, bought)
    run.old_sites = OpeningBook(net * run.sites_0, x["finance.opening_site_life"] * run.site_life, bought)
    run.books = run.book_0 + _zeros(run, C)
