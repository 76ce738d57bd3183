"""The build-out model in NumPy float64, written from its equations for checking the kernel.

Slow and plain on purpose: one pass over the quarters, every vintage sum a loop over vintages,
every quantity an array ``[quarter, company, path]`` kept whole. Section numbers are those of the
model's written equations. Money in USD bn, flows per quarter unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
from scipy.special import ndtr

from .metrics import metrics_of
from .structure import REGIMES, Structure

#: Years in a quarter.
H = 0.25
#: Hours in a year of 365.25 days.
HOURS = 8766.0
BOOM, PLATEAU, BUST = range(3)

Inputs = Mapping[str, float | np.ndarray]
Arrays = dict[str, np.ndarray]
Number = float | np.ndarray


def simulate(inputs: Inputs, shocks: Mapping[str, np.ndarray], structure: Structure) -> tuple[Arrays, Arrays]:
    """Return the metrics ``[paths]`` and the series ``[T, C, paths]`` or ``[T, paths]`` of all paths.

    Parameters
    ----------
    inputs
        Numbers or arrays ``[paths]`` by the name of their prior, in the prior's unit.
    shocks
        Arrays ``[T, paths]``: uniforms ``shock.cycle``, ``shock.break``, ``shock.contagion`` and
        standard normals, all others.
    structure
        Companies, power sources, horizon, depreciation policy, stages of the queue.
    """
    run = histories(inputs, shocks, structure)
    return metrics_of(run), _series_of(run)


def histories(inputs: Inputs, shocks: Mapping[str, np.ndarray], structure: Structure) -> SimpleNamespace:
    """Return everything that the model knows by quarter, by attribute: the series and what leads to them."""
    run = _open(inputs, shocks, structure)
    for t in range(structure.horizon):
        _cycle(run, t)
        _price(run, t)
        _silicon(run, t)
        _spend(run, t)
        _power(run, t)
        _fleet(run, t)
        _demand(run, t)
        _costs(run, t)
    return run


def quiet_shocks(structure: Structure, paths: int) -> Arrays:
    """Return shocks under which nothing happens: every uniform 1, every normal 0."""
    names = shock_names(structure)
    return {n: np.full((structure.horizon, paths), float(n in UNIFORM_SHOCKS)) for n in names}


UNIFORM_SHOCKS = ("shock.cycle", "shock.break", "shock.contagion")


def shock_names(structure: Structure) -> list[str]:
    """Return the names of the shocks that the model asks for."""
    companies = [c.name for c in structure.companies]
    return [
        *UNIFORM_SHOCKS,
        "shock.price",
        "shock.spend_common",
        *(f"shock.spend.{c}" for c in companies),
        "shock.demand_common",
        *(f"shock.demand.{c}" for c in companies),
        "shock.power_common",
        *(f"shock.power.{r.name}" for r in structure.sources),
        "shock.ads",
    ]


def _open(inputs: Inputs, shocks: Mapping[str, np.ndarray], structure: Structure) -> SimpleNamespace:
    """Return the opening position: constants of the path and empty histories."""
    paths = np.shape(shocks["shock.cycle"])[1]
    companies = [c.name for c in structure.companies]
    sources = [r.name for r in structure.sources]
    T, C, R, S = structure.horizon, len(companies), len(sources), structure.stages

    def of(name: str) -> np.ndarray:
        return np.broadcast_to(np.asarray(inputs[name], dtype=float), (paths,))

    def by_company(name: str) -> np.ndarray:
        return np.stack([of(f"{name}.{c}") for c in companies])

    def by_source(name: str) -> np.ndarray:
        return np.stack([of(f"{name}.{r}") for r in sources])

    run = SimpleNamespace(structure=structure, of=of, by_company=by_company, by_source=by_source)
    run.shock = {name: np.asarray(shocks[name], dtype=float) for name in shock_names(structure)}
    run.companies, run.sources, run.paths = companies, sources, paths

    histories = (
        "capex ai_capex merchant_capex ordered_gw chips sites compute energised_gw energised_compute "
        "energised_cost energised_book idle_gw idle_value idle_book live_gw price shortfall demand organic "
        "labs capacity spot revenue noncircular_revenue energy_cost opex depreciation writedown core ebit "
        "nopat fcf net_book chip_cost site_cost"
    )
    for name in histories.split():
        setattr(run, name, np.zeros((T, C, paths)))
    for name in ("markup", "demand_shift", "late_share", "mean_wait"):
        setattr(run, name, np.zeros((T, paths)))
    run.regime = np.zeros((T, paths), dtype=int)
    run.broken = np.zeros((T, paths), dtype=bool)
    run.boom_quarters = np.zeros(paths)

    run.spend_level = np.zeros((C, paths))
    run.demand_common, run.demand_own = np.zeros(paths), np.zeros((C, paths))
    run.power_common, run.power_own = np.zeros(paths), np.zeros((R, paths))
    run.ads = np.zeros(paths)
    run.queue = {cargo: np.zeros((C, R, S, paths)) for cargo in ("gw", "compute", "cost", "book")}

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

    run.chip_cost_0, run.site_cost_0, _ = _unit_costs(run, 0.0)
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
    return run


# 1 Cycle and break -----------------------------------------------------------------------------


def _cycle(run: SimpleNamespace, t: int) -> None:
    """Move the regime and break financing; the break looks at the regime before the move."""
    if t == 0:
        return
    of, before = run.of, run.regime[t - 1]
    u = run.shock["shock.cycle"][t]
    years = np.stack([of(f"cycle.{s}_years") for s in REGIMES])
    to_bust = np.stack([of("cycle.boom_to_bust"), of("cycle.plateau_to_bust"), np.zeros(run.paths)])
    hazard = np.stack([of(f"adoption.break_{s}") for s in REGIMES])
    exit_probability = 1 - np.exp(-H / np.take_along_axis(years, before[None], axis=0)[0])
    bust_probability = exit_probability * np.take_along_axis(to_bust, before[None], axis=0)[0]
    other = np.array([PLATEAU, BOOM, PLATEAU])[before]
    after = np.where(u < bust_probability, BUST, np.where(u < exit_probability, other, before))

    break_probability = 1 - np.exp(-H * np.take_along_axis(hazard, before[None], axis=0)[0])
    breaks = ~run.broken[t - 1] & (run.shock["shock.break"][t] < break_probability)
    contagious = breaks & (run.shock["shock.contagion"][t] < of("dependence.contagion"))
    run.regime[t] = np.where(contagious, BUST, after)
    run.broken[t] = run.broken[t - 1] | breaks
    run.boom_quarters = run.boom_quarters + (run.regime[t] == BOOM)


def _in_regime(run: SimpleNamespace, t: int, boom: Number, plateau: Number, bust: Number) -> np.ndarray:
    """Return the one of three numbers that belongs to the regime of the quarter."""
    return np.where(run.regime[t] == BOOM, boom, np.where(run.regime[t] == PLATEAU, plateau, bust))


# 2 Price ---------------------------------------------------------------------------------------


def _price(run: SimpleNamespace, t: int) -> None:
    """Set the markup and the quarterly price of one unit of compute, by company."""
    of, y = run.of, t * H
    if t > 0:
        target = _in_regime(run, t, *(of(f"economics.markup_{s}") for s in REGIMES))
        pull = 1 - np.exp(-of("economics.markup_speed") * H)
        noise = of("economics.price_vol") * np.sqrt(H) * run.shock["shock.price"][t]
        run.markup[t] = run.markup[t - 1] + pull * (target - run.markup[t - 1]) + noise
    fall = of("economics.passthrough") * of("silicon.perf_growth") * y
    for c, company in enumerate(run.structure.companies):
        run.price[t, c] = run.rent[c] / 4 * np.exp(-fall + run.markup[t])
        for exposure in company.exposures:
            if exposure.kind == "price_gap":
                gap_years = np.minimum(y, of(exposure.fields["years"]))
                run.price[t, c] *= np.exp(-of(exposure.fields["rate"]) * gap_years)


# 4 Silicon (before spending only because unit costs follow from time alone) ------------------------


def _unit_costs(run: SimpleNamespace, y: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return chip cost and site cost [USD bn/GW] and the merchant share, by company."""
    of = run.of
    merchant = _merchant_share(run, y)
    level = of("silicon.cost_per_gw") * np.exp(of("silicon.inflation") * y)
    compute = of("silicon.compute_share")
    chip = level * compute * (1 - (1 - merchant) * of("silicon.custom_discount"))
    site = np.broadcast_to(level * (1 - compute), chip.shape)
    return chip, site, merchant


def _merchant_share(run: SimpleNamespace, y: float) -> np.ndarray:
    tilted = run.of("silicon.merchant_2024") ** run.by_company("silicon.merchant_tilt")
    years = run.of("silicon.merchant_years") + y
    return tilted * np.exp(-run.by_company("silicon.shift") * years)


def _silicon(run: SimpleNamespace, t: int) -> None:
    run.chip_cost[t], run.site_cost[t], _ = _unit_costs(run, t * H)


# 3 Spend ---------------------------------------------------------------------------------------


def _spend(run: SimpleNamespace, t: int) -> None:
    """Decide spending and what it buys."""
    of, y = run.of, t * H
    if t >= 4:
        fresh = np.exp(-of("spend.fade") * (y - 1))
        boom = of("spend.growth_boom") * fresh + of("spend.growth_plateau") * (1 - fresh)
        growth = _in_regime(run, t, boom, of("spend.growth_plateau"), of("spend.growth_bust"))
        loading = of("dependence.firm_loading")
        for c, name in enumerate(run.companies):
            z = loading * run.shock["shock.spend_common"][t]
            z = z + np.sqrt(1 - loading**2) * run.shock[f"shock.spend.{name}"][t]
            drift = growth - of("spend.discipline") * run.shortfall[t - 1, c]
            run.spend_level[c] = run.spend_level[c] + H * drift + of("spend.vol") * np.sqrt(H) * z
    for c, name in enumerate(run.companies):
        shape = of(f"spend.profile.q{min(t, 3) + 1}.{name}") / 4
        total = run.year_one[c] * shape * np.exp(run.spend_level[c])
        if t >= 4:
            recent = sum(run.ordered_gw[k, c] for k in range(t - 4, t))
            # Who ordered nothing for a year and still has idle power waits for it whole.
            waiting = np.where(recent > 0, run.idle_gw[t - 1, c] / np.where(recent > 0, recent, 1), np.inf)
            waiting = np.where(run.idle_gw[t - 1, c] > 0, waiting, 0)
            excess = np.clip(waiting - of("spend.deferral_threshold"), 0, 1)
            total = total * (1 - of("spend.deferral") * excess)
        run.capex[t, c] = total
        run.ai_capex[t, c] = total * of(f"spend.ai_share.{name}")

    merchant, merchant_0 = _merchant_share(run, y), _merchant_share(run, 0.0)
    custom = run.by_company("silicon.custom_perf")
    mixed = (merchant + (1 - merchant) * custom) / (merchant_0 + (1 - merchant_0) * custom)
    relative = np.exp(of("silicon.perf_growth") * y) * mixed
    run.ordered_gw[t] = run.ai_capex[t] / (run.chip_cost[t] + run.site_cost[t])
    run.compute[t] = run.ordered_gw[t] * relative
    run.chips[t] = run.ordered_gw[t] * run.chip_cost[t]
    run.sites[t] = run.ordered_gw[t] * run.site_cost[t]
    # A merchant chip costs the compute share of a GW without the discount of custom silicon.
    level = of("silicon.cost_per_gw") * np.exp(of("silicon.inflation") * y)
    run.merchant_capex[t] = run.ordered_gw[t] * merchant * level * of("silicon.compute_share")


# 5 Power ---------------------------------------------------------------------------------------


def _power(run: SimpleNamespace, t: int) -> None:
    """Move four cargoes through the queues of all sources."""
    of, structure, y = run.of, run.structure, t * H
    keep = of("dependence.persistence")
    fresh = np.sqrt(1 - keep**2)
    run.power_common = keep * run.power_common + fresh * run.shock["shock.power_common"][t]
    idle_before = run.opening_idle_gw if t == 0 else run.idle_gw[t - 1]
    wanted = 4 * run.ordered_gw[t].sum(axis=0) + idle_before.sum(axis=0)
    crowding = wanted / (of("power.hookup") * np.exp(of("power.hookup_growth") * y))
    rho, sigma = of("dependence.power_rho"), of("power.dispersion")
    loss = 1 - np.exp(-of("finance.obsolescence") * H)
    inflow = {
        "gw": run.ordered_gw[t],
        "compute": run.compute[t],
        "cost": run.chips[t],
        "book": run.chips[t],
    }
    energised = {cargo: np.zeros_like(run.opening_gw) for cargo in inflow}

    if t == 0:
        for r in range(len(run.sources)):
            waiting = run.opening_idle_gw * run.mix[:, r]
            run.queue["gw"][:, r, 0] = waiting
            run.queue["compute"][:, r, 0] = waiting
            run.queue["cost"][:, r, 0] = waiting * run.chip_cost_0
            run.queue["book"][:, r, 0] = waiting * run.chip_cost_0
    if structure.policy == "in_service":
        run.writedown[t] = (run.queue["book"] * loss).sum(axis=(1, 2))
    run.queue["book"] = run.queue["book"] * (1 - loss)

    late_gw, wait_gw = np.zeros(run.paths), np.zeros(run.paths)
    for r, source in enumerate(structure.sources):
        name = source.name
        run.power_own[r] = keep * run.power_own[r] + fresh * run.shock[f"shock.power.{name}"][t]
        state = np.sqrt(rho) * run.power_common + np.sqrt(1 - rho) * run.power_own[r]
        lead = of(f"power.lead_time.{name}") * np.exp(of("power.lead_vol") * state)
        lead = np.maximum(lead, of("power.equipment"))
        lead = lead * np.maximum(1, crowding) ** of("power.congestion")
        lead = np.maximum(lead, of("power.shell"))
        plan = of(f"power.plan_lead.{name}") * of("power.plan_ratio")
        late, wait = lateness(lead, plan, sigma)
        cancelled = of(source.cancellation)
        on_time = (1 - late) * (1 - cancelled)
        wait = wait + cancelled * of("power.reroute")
        # 1 - on_time, without losing the digits of a share late far below one in 1e16.
        tardy = late + cancelled * (1 - late)
        delay = np.where(tardy > 0, wait / np.where(tardy > 0, tardy, 1), 0)
        pass_on = 1 / (1 + delay / (structure.stages * H))

        for cargo, ordered in inflow.items():
            arriving = ordered * run.mix[:, r]
            energised[cargo] = energised[cargo] + on_time * arriving
            moving = tardy * arriving
            for s in range(structure.stages):
                stock = run.queue[cargo][:, r, s] + moving
                moving = stock * pass_on
                run.queue[cargo][:, r, s] = stock - moving
            energised[cargo] = energised[cargo] + moving
        ordered_here = (run.ordered_gw[t] * run.mix[:, r]).sum(axis=0)
        late_gw, wait_gw = late_gw + ordered_here * tardy, wait_gw + ordered_here * wait

    run.energised_gw[t], run.energised_compute[t] = energised["gw"], energised["compute"]
    run.energised_cost[t], run.energised_book[t] = energised["cost"], energised["book"]
    run.idle_gw[t] = run.queue["gw"].sum(axis=(1, 2))
    run.idle_value[t] = run.queue["cost"].sum(axis=(1, 2))
    run.idle_book[t] = run.queue["book"].sum(axis=(1, 2))
    all_gw = run.ordered_gw[t].sum(axis=0)
    run.late_share[t] = late_gw / np.where(all_gw > 0, all_gw, 1)
    run.mean_wait[t] = np.where(late_gw > 0, wait_gw / np.where(late_gw > 0, late_gw, 1), 0)


def lateness(lead: np.ndarray, plan: np.ndarray, sigma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of projects later than planned and their wait, averaged over all [years].

    Lead times are lognormal with median `lead` and log-sd `sigma`; the wait is E(lead - plan)+.
    """
    spread = np.where(sigma > 0, sigma, 1.0)
    d = np.log(lead / plan) / spread
    late = np.where(sigma > 0, ndtr(d), lead > plan)
    expected = lead * np.exp(spread**2 / 2) * ndtr(d + spread) - plan * ndtr(d)
    return late, np.where(sigma > 0, expected, np.maximum(0, lead - plan))


# 6 Fleet and capacity --------------------------------------------------------------------------


def _opening_survival(run: SimpleNamespace, y: float) -> np.ndarray:
    """Return the share of the opening fleet still younger than its economic life."""
    growth, life = run.of("finance.past_growth"), run.of("finance.economic_life")
    young = np.maximum(0, 1 - np.exp(-growth * np.maximum(0, life - y)))
    return young / (1 - np.exp(-growth * life))


def _fleet(run: SimpleNamespace, t: int) -> None:
    """Sum the fleet's vintages into live power and capacity at its prices."""
    of, y = run.of, t * H
    share, term, life = (
        of("economics.contract_share"),
        of("economics.contract_years"),
        of("finance.economic_life"),
    )
    alive = run.opening_gw * _opening_survival(run, y)
    lock = share * np.clip(1 - y / term, 0, 1)
    live = alive.copy()
    spot = alive * (1 - lock) * run.price[t]
    locked = alive * lock * run.price[0]
    for k in range(t):
        age = t - 1 - k
        survives = np.clip(4 * life - age, 0, 1)
        lock = share * np.clip(4 * term - age, 0, 1)
        live = live + run.energised_gw[k] * survives
        spot = spot + run.energised_compute[k] * survives * (1 - lock) * run.price[t]
        locked = locked + run.energised_compute[k] * survives * lock * run.price[k]
    run.live_gw[t], run.spot[t], run.capacity[t] = live, spot, spot + locked


# 7 Demand --------------------------------------------------------------------------------------


def _demand(run: SimpleNamespace, t: int) -> None:
    """Set demand, revenue and how far revenue falls short of what capital should earn."""
    of, y = run.of, t * H
    keep = of("dependence.persistence")
    fresh = np.sqrt(1 - keep**2)
    if t > 0:
        drift = _in_regime(run, t, 0.0, of("adoption.drift_plateau"), of("adoption.drift_bust"))
        before = run.demand_shift[t - 1]
        run.demand_shift[t] = before + H * (drift - of("adoption.recovery") * before)
        run.demand_common = keep * run.demand_common + fresh * run.shock["shock.demand_common"][t]
    ramp = of("adoption.ramp_years")
    boom_years = H * run.boom_quarters
    grown = np.exp(of("adoption.financed_growth") * np.maximum(boom_years - ramp, 0))
    kept = 1 - of("adoption.break_severity") * run.broken[t]
    loading = of("dependence.firm_loading")
    for c, name in enumerate(run.companies):
        if t > 0:
            own = run.shock[f"shock.demand.{name}"][t]
            run.demand_own[c] = keep * run.demand_own[c] + fresh * own
        state = loading * run.demand_common + np.sqrt(1 - loading**2) * run.demand_own[c]
        adopted = bass(of("adoption.bass_p"), of("adoption.bass_q"), run.organic_0[c] / run.potential[c], y)
        noise = np.exp(of("adoption.vol") * state + run.demand_shift[t])
        run.organic[t, c] = run.potential[c] * adopted / 4 * noise
        backlog = of(f"adoption.backlog.{name}") * of("adoption.realised") / of("adoption.backlog_years")
        target = np.maximum(run.labs_0[c], backlog)
        ramped = run.labs_0[c] + (target - run.labs_0[c]) * np.minimum(1, y / ramp)
        run.labs[t, c] = ramped / 4 * grown * kept
    run.demand[t] = run.organic[t] + run.labs[t]
    run.revenue[t] = np.minimum(run.demand[t], run.capacity[t])
    run.noncircular_revenue[t] = run.revenue[t] * run.organic[t] / run.demand[t]

    earned = 4 * run.noncircular_revenue[t] / _gross_capital(run, t - 4)
    run.shortfall[t] = np.clip(1 - earned / of("spend.hurdle"), 0, 1)


def bass(p: np.ndarray, q: np.ndarray, start: np.ndarray, y: float) -> np.ndarray:
    """Return the adopted share after `y` years of Bass diffusion from `start`."""
    g = (1 - start) / (p + q * start) * np.exp(-(p + q) * y)
    return (1 - p * g) / (1 + q * g)


def _gross_capital(run: SimpleNamespace, j: int) -> np.ndarray:
    """Return the gross capital in use at the end of quarter `j`; before the start, the opening value."""
    if j < 0:
        return run.opening_chips + run.opening_sites + run.opening_idle
    life = run.of("finance.economic_life")
    gross = (run.opening_chips + run.opening_idle) * _opening_survival(run, j * H) + run.opening_sites
    for k in range(j + 1):
        gross = gross + run.chips[k] * np.clip(4 * life - (j - k), 0, 1) + run.sites[k]
    return gross


# 8 Costs ---------------------------------------------------------------------------------------


def _written_off(life: np.ndarray, age: int) -> np.ndarray:
    """Return the share of a cost that a straight line of `life` years writes off in quarter `age`."""
    return np.clip(4 * life - age, 0, 1) / (4 * life)


def _costs(run: SimpleNamespace, t: int) -> None:
    """Charge energy, operations and depreciation, and add the effect on the core business."""
    of, y, policy = run.of, t * H, run.structure.policy
    # A fleet that is all retired has no revenue and no power to pay for.
    used = run.revenue[t] / np.where(run.capacity[t] > 0, run.capacity[t], 1)
    idle_load = of("economics.idle_load")
    hours_price = of("economics.pue") * HOURS / 4 * of("economics.power_price") * 1e-6
    run.energy_cost[t] = run.live_gw[t] * (idle_load + (1 - idle_load) * used) * hours_price
    run.opex[t] = of("economics.opex") * run.revenue[t]

    chip_life, site_life = run.by_company("finance.server_life"), of("finance.building_life")
    net = of("finance.opening_net")
    charge = net * run.opening_chips * _written_off(of("finance.opening_chip_life") * chip_life, t)
    charge = charge + net * run.opening_sites * _written_off(of("finance.opening_site_life") * site_life, t)
    chips = run.chips if policy == "delivery" else run.energised_book
    if policy == "delivery":
        charge = charge + run.opening_idle * _written_off(chip_life, t)
    for k in range(t + 1):
        charge = charge + chips[k] * _written_off(chip_life, t - k)
        charge = charge + run.sites[k] * _written_off(site_life, t - k)
    run.depreciation[t] = charge

    run.core[t] = _core(run, t, y)
    run.ebit[t] = (
        run.revenue[t]
        - run.energy_cost[t]
        - run.opex[t]
        - run.depreciation[t]
        - run.writedown[t]
        + run.core[t]
    )
    run.nopat[t] = run.ebit[t] * (1 - of("finance.tax"))
    run.fcf[t] = run.nopat[t] + run.depreciation[t] + run.writedown[t] - run.ai_capex[t]
    before = run.opening_book if t == 0 else run.net_book[t - 1]
    run.net_book[t] = before + run.ai_capex[t] - run.depreciation[t] - run.writedown[t]


def _core(run: SimpleNamespace, t: int, y: float) -> np.ndarray:
    """Return what AI does to the profit of the other business, before tax [USD bn a quarter]."""
    of = run.of
    if t > 0:
        keep = of("dependence.persistence")
        run.ads = keep * run.ads + np.sqrt(1 - keep**2) * run.shock["shock.ads"][t]
    core = np.zeros_like(run.opening_gw)
    flow = of("core.flow_through")
    for c, company in enumerate(run.structure.companies):
        for exposure in company.exposures:
            field = exposure.fields
            if exposure.kind == "revenue_erosion":
                core[c] -= of(field["revenue"]) / 4 * (1 - np.exp(-of(field["rate"]) * y)) * flow
            if exposure.kind == "revenue_volatility":
                swing = of(field["vol"]) * run.ads + of(field["loading"]) * run.demand_shift[t]
                core[c] += of(field["revenue"]) / 4 * (np.exp(swing) - 1) * flow
    return core


def _series_of(run: SimpleNamespace) -> Arrays:
    names = (
        "capex ai_capex merchant_capex ordered_gw energised_gw idle_gw live_gw idle_value demand capacity "
        "revenue noncircular_revenue energy_cost opex depreciation writedown core ebit nopat fcf"
    )
    series = {name: getattr(run, name) for name in names.split()}
    series["regime"], series["financing_broken"] = run.regime, run.broken
    series["late_share"], series["mean_wait"] = run.late_share, run.mean_wait
    return series
