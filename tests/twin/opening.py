"""The opening position: constants of the paths, unit costs, empty histories."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from .structure import Structure, shock_names

#: Years in a quarter.
H = 0.25

Inputs = Mapping[str, float | np.ndarray]
Arrays = dict[str, np.ndarray]


def open_books(inputs: Inputs, shocks: Mapping[str, np.ndarray], structure: Structure) -> SimpleNamespace:
    """Return the opening position: constants of the path and empty histories."""
    paths = np.shape(shocks["shock.cycle"])[1]
    companies = [c.name for c in structure.companies]
    sources = [r.name for r in structure.sources]
    T, C, R, S = structure.horizon, len(companies), len(sources), structure.stages

    def of(name: str) -> np.ndarray:
        return np.broadcast_to(np.asarray(inputs[name], dtype=float), (paths,))

    def of_some(name: str) -> np.ndarray:
        return of(name) if name in inputs else np.zeros(paths)

    def by_company(name: str) -> np.ndarray:
        return np.stack([of(f"{name}.{c}") for c in companies])

    def by_source(name: str) -> np.ndarray:
        return np.stack([of(f"{name}.{r}") for r in sources])

    run = SimpleNamespace(
        structure=structure, of=of, of_some=of_some, by_company=by_company, by_source=by_source
    )
    run.shock = {name: np.asarray(shocks[name], dtype=float) for name in shock_names(structure)}
    run.companies, run.sources, run.paths = companies, sources, paths

    histories = (
        "planned capex ai_capex put_off merchant_capex free_gw reused_gw new_gw ordered_gw relative chips "
        "sites compute energised_gw energised_compute energised_cost energised_book idle_gw idle_value "
        "idle_book live_gw price shortfall demand organic labs capacity spot revenue noncircular_revenue "
        "energy_cost opex depreciation writedown core ebit nopat fcf net_book chip_cost site_cost "
        "silicon_saved"
    )
    for name in histories.split():
        setattr(run, name, np.zeros((T, C, paths)))
    for name in ("log_markup", "markup", "market_scarcity", "demand_shift", "late_share", "mean_wait"):
        setattr(run, name, np.zeros((T, paths)))
    run.regime = np.zeros((T, paths), dtype=int)
    run.broken = np.zeros((T, paths), dtype=bool)
    run.boom_quarters = np.zeros(paths)
    run.pass_on = np.zeros((R, paths))

    run.spend_level = np.zeros((C, paths))
    run.demand_common, run.demand_own = np.zeros(paths), np.zeros((C, paths))
    run.power_common, run.power_own = np.zeros(paths), np.zeros((R, paths))
    run.ads = np.zeros(paths)
    run.calm_markup, run.price_noise, run.price_spread = np.zeros(paths), np.zeros(paths), np.zeros(paths)
    run.queue = {kind: np.zeros((C, R, S, paths)) for kind in ("gw", "compute", "cost", "book")}

    # Opening fleet (6): full at the start, so its size follows from what it earns.
    share = by_company("economics.first_party")
    run.rent = of("economics.rental_per_gw") * (1 - share) + of("economics.first_party_per_gw") * share
    external, internal = by_company("adoption.ai_revenue"), by_company("adoption.internal_value")
    run.opening_gw = (external + internal) / run.rent

    # Demand at the start (7).
    financed, unmet = by_company("adoption.financed_share"), of("adoption.unmet")
    run.organic_0 = (internal + external * (1 - financed)) * (1 + unmet)
    run.labs_0 = external * financed * (1 + unmet)
    shares = by_company("adoption.potential_share")
    run.potential = of("adoption.potential") * shares / shares.sum(axis=0)
    for c, company in enumerate(structure.companies):
        for exposure in company.exposures:
            if exposure.kind == "seats":
                field = exposure.fields
                run.potential[c] = run.potential[c] + (
                    of(field["penetration"]) * of(field["seats"]) * of(field["price"])
                )
    run.potential = np.maximum(run.potential, of("adoption.potential_floor") * run.organic_0)

    # Where each company's power comes from (5).
    tilt = np.stack([np.stack([of(f"power.tilt.{c}.{r}") for r in sources]) for c in companies])
    mix = by_source("power.mix") * tilt
    run.mix = mix / mix.sum(axis=1, keepdims=True)

    run.chip_cost_0, run.site_cost_0 = unit_costs(run, 0.0)
    run.opening_chips = run.opening_gw * run.chip_cost_0
    run.opening_sites = run.opening_gw * run.site_cost_0
    run.opening_idle_gw = of("power.opening_idle") * run.opening_gw
    run.opening_idle = run.opening_idle_gw * run.chip_cost_0
    run.opening_book = of("finance.opening_net") * (run.opening_chips + run.opening_sites) + run.opening_idle

    # Spending of the first year (3).
    table = by_company("spend.capex_2026")
    total = table.sum(axis=0)
    stretch = 1 + of("spend.gap_share") * (of("spend.headline") / total - 1)
    run.year_one = table * stretch * np.exp(of("spend.overshoot"))
    run.shape = _shape_of_year(run)
    return run


def _shape_of_year(run: SimpleNamespace) -> np.ndarray:
    """Return the quarters' shares of the first year, ``[quarter, company, path]``; growth by bisection."""
    of, before = run.of, run.by_company("spend.last_quarter")
    low, high = np.full_like(run.year_one, -50.0), np.full_like(run.year_one, 50.0)
    for _ in range(80):
        x = (low + high) / 2
        short = before * sum(np.exp(k * x) for k in range(1, 5)) < run.year_one
        low, high = np.where(short, x, low), np.where(short, high, x)
    x = np.where((run.year_one > 0) & (before > 0), (low + high) / 2, 0)
    shape = [
        run.by_company(f"spend.profile.q{q}") * np.exp(of("spend.profile_slope") * x * (q - 2.5))
        for q in range(1, 5)
    ]
    return np.stack(shape) / np.sum(shape, axis=0)


def own_chips(run: SimpleNamespace, y: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what a GW of own chips saves and what it computes, against one of merchant parts, by company.

    Orders of own chips are parted among generations: a chip keeps of its own part what each newer one
    leaves, and those from before the first have the rest.
    """
    of = run.of
    before_cost, before_work = 1 - of("silicon.custom_discount"), run.by_company("silicon.custom_perf")
    cost, work = np.zeros_like(before_work), np.zeros_like(before_work)
    for c, company in enumerate(run.structure.companies):
        left = np.ones(run.paths)
        for chip in reversed(company.chips):
            prior = {field: of(name) for field, name in chip.fields.items()}
            since = y - prior["start"]
            gradual = prior["ramp"] > 0
            grown = np.where(gradual, since / np.where(gradual, prior["ramp"], 1), since >= 0)
            takes = prior["share"] * np.clip(grown, 0, 1)
            # Per unit of compute, from the chips before to the claim, in logs.
            real = prior["realised"]
            energy = np.exp(real * np.log(prior["energy"]) - (1 - real) * np.log(before_work[c]))
            per_compute = np.exp(
                real * np.log(prior["cost"]) + (1 - real) * np.log(before_cost / before_work[c])
            )
            cost[c] += left * takes * per_compute / energy
            work[c] += left * takes / energy
            left = left * (1 - takes)
        cost[c] += left * before_cost
        work[c] += left * before_work[c]
    return 1 - cost, work


def unit_costs(run: SimpleNamespace, y: float) -> tuple[np.ndarray, np.ndarray]:
    """Return chip cost and site cost [USD bn/GW], by company."""
    of = run.of
    merchant = merchant_share(run, y)
    level = of("silicon.cost_per_gw") * np.exp(of("silicon.inflation") * y)
    compute = of("silicon.compute_share")
    saving, _ = own_chips(run, y)
    chip = level * compute * (1 - (1 - merchant) * saving)
    site = np.broadcast_to(level * (1 - compute), chip.shape)
    return chip, site


def merchant_share(run: SimpleNamespace, y: float) -> np.ndarray:
    tilted = run.of("silicon.merchant_2024") ** run.by_company("silicon.merchant_tilt")
    years = run.of("silicon.merchant_years") + y
    return tilted * np.exp(-run.by_company("silicon.shift") * years)
