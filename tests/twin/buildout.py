"""Sections 3 to 5: what is spent, what it buys, and how it waits for power."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from scipy.special import ndtr

from .debt import pay
from .market import in_regime, scarcity, spread_so_far
from .opening import H, merchant_share, own_chips, unit_costs


def price_silicon(run: SimpleNamespace, t: int) -> None:
    """Set what a GW of chips and of site costs; it follows from time alone."""
    run.chip_cost[t], run.site_cost[t] = unit_costs(run, t * H)


def spend(run: SimpleNamespace, t: int) -> None:
    """Decide spending and what it buys."""
    of, y = run.of, t * H
    if t >= 4:
        fresh = np.exp(-of("spend.fade") * (y - 1))
        boom = of("spend.growth_boom") * fresh + of("spend.growth_plateau") * (1 - fresh)
        growth = in_regime(run, t, boom, of("spend.growth_plateau"), of("spend.growth_bust"))
        # What a builder has on the way counts as if it earned today's price already.
        on_the_way = run.queue["compute"].sum(axis=(1, 2)) + run.energised_compute[t - 1]
        short = scarcity(run.demand[t - 1], run.capacity[t - 1] + run.price[t] * on_the_way)
        loading = of("dependence.firm_loading")
        for c, name in enumerate(run.companies):
            z = loading * run.shock["shock.spend_common"][t]
            z = z + np.sqrt(1 - loading**2) * run.shock[f"shock.spend.{name}"][t]
            drift = growth - of("spend.discipline") * run.shortfall[t - 1, c]
            drift = drift + of("spend.accelerator") * short[c]
            run.spend_level[c] = run.spend_level[c] + H * drift + of("spend.vol") * np.sqrt(H) * z
    for c, name in enumerate(run.companies):
        planned = run.year_one[c] * run.shape[min(t, 3), c] * np.exp(run.spend_level[c])
        withheld = np.where(y < run.of_some(f"spend.pause.{name}"), 1.0, run.of_some(f"spend.cut.{name}"))
        of_ai, of_rest = of(f"spend.ai_share.{name}") * (1 - withheld), 1 - of(f"spend.ai_share.{name}")
        planned = planned * (of_ai + of_rest)
        ai_share = np.where(of_ai > 0, of_ai / np.where(of_ai > 0, of_ai + of_rest, 1), 0)
        total, put_off = planned, np.zeros(run.paths)
        if t >= 4:
            recent = sum(run.ordered_gw[k, c] for k in range(t - 4, t))
            # Who ordered nothing for a year and still has idle power waits for it whole.
            waiting = np.where(recent > 0, run.idle_gw[t - 1, c] / np.where(recent > 0, recent, 1), np.inf)
            waiting = np.where(run.idle_gw[t - 1, c] > 0, waiting, 0)
            excess = np.clip(waiting - of("spend.deferral_threshold"), 0, 1)
            deferred = of("spend.deferral") * excess
            owed = run.put_off[t - 1, c]
            made_up = (1 - np.exp(-H / of("spend.makeup_years"))) * owed * (1 - deferred)
            total = (1 - deferred) * planned + made_up
            put_off = owed + deferred * planned - made_up
        wanted, total = total, pay(run, t, c, total)
        run.planned[t, c], run.put_off[t, c] = planned, put_off + (wanted - total)
        run.capex[t, c] = total
        run.ai_capex[t, c] = total * ai_share

    merchant, merchant_0 = merchant_share(run, y), merchant_share(run, 0.0)
    own, own_0 = own_chips(run, y)[1], own_chips(run, 0.0)[1]
    work, work_0 = merchant + (1 - merchant) * own, merchant_0 + (1 - merchant_0) * own_0
    run.relative[t] = np.exp(of("silicon.perf_growth") * y) * work / work_0
    _fill_sites(run, t)
    run.ordered_gw[t] = run.reused_gw[t] + run.new_gw[t]
    run.compute[t] = run.ordered_gw[t] * run.relative[t]
    run.chips[t] = run.ordered_gw[t] * run.chip_cost[t]
    run.sites[t] = run.new_gw[t] * run.site_cost[t]
    # A merchant chip costs the compute share of a GW without the discount of custom silicon.
    level = of("silicon.cost_per_gw") * np.exp(of("silicon.inflation") * y)
    run.merchant_capex[t] = run.ordered_gw[t] * merchant * level * of("silicon.compute_share")
    # So many GW of merchant parts would compute as much; each needs a site, and power as long as it lives.
    instead = run.ordered_gw[t] * work
    power = lifetime_power(run)
    paid = run.ordered_gw[t] * (run.chip_cost[t] + run.site_cost[t] + power)
    run.silicon_saved[t] = instead * (level + power) - paid


def lifetime_power(run: SimpleNamespace) -> np.ndarray:
    """Return the value today of a full GW's power over the economic life of its chips [USD bn/GW]."""
    of = run.of
    a_year = of("economics.power_price") * of("economics.pue") * 8766 * 1e-6
    wacc, life = of("finance.wacc"), of("finance.economic_life")
    return a_year * (1 - (1 + wacc) ** -life) / np.log1p(wacc)


def _fill_sites(run: SimpleNamespace, t: int) -> None:
    """Fill sites that retired chips have left, as far as spending goes, and new ones with what is over."""
    if t == 0:
        in_use, left = run.opening_gw, np.zeros_like(run.opening_gw)
    else:
        in_use = run.live_gw[t - 1] + run.energised_gw[t - 1]
        left = run.free_gw[t - 1] - run.reused_gw[t - 1]
    run.free_gw[t] = left + run.of("power.site_reuse") * np.maximum(in_use - run.live_gw[t], 0)
    run.reused_gw[t] = np.minimum(run.free_gw[t], run.ai_capex[t] / run.chip_cost[t])
    over = np.maximum(run.ai_capex[t] - run.free_gw[t] * run.chip_cost[t], 0)
    run.new_gw[t] = over / (run.chip_cost[t] + run.site_cost[t])


def move_queue(run: SimpleNamespace, t: int) -> None:
    """Move four cargoes through the queues of all sources."""
    of, structure, y = run.of, run.structure, t * H
    keep = of("dependence.persistence")
    fresh = np.sqrt(1 - keep**2)
    run.power_common = keep * run.power_common + fresh * run.shock["shock.power_common"][t]
    idle_before = run.opening_idle_gw if t == 0 else run.idle_gw[t - 1]
    # Chips for sites that have power already ask for none and wait for none.
    ordered_gw = np.where(run.ordered_gw[t] > 0, run.ordered_gw[t], 1)
    at_once, new = run.reused_gw[t] / ordered_gw, run.new_gw[t] / ordered_gw
    wanted = 4 * run.new_gw[t].sum(axis=0) + idle_before.sum(axis=0)
    crowding = wanted / (of("power.hookup") * np.exp(of("power.hookup_growth") * y))
    rho, sigma = of("dependence.power_rho"), of("power.dispersion")
    loss = 1 - np.exp(-of("finance.obsolescence") * H)
    bought = {
        "gw": run.ordered_gw[t],
        "compute": run.compute[t],
        "cost": run.chips[t],
        "book": run.chips[t],
    }
    energised = {kind: ordered * at_once for kind, ordered in bought.items()}
    inflow = {kind: ordered * new for kind, ordered in bought.items()}

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
        swing = of("power.lead_vol") * state - of("power.lead_vol") ** 2 / 2 * spread_so_far(keep, t + 1)
        lead = of(f"power.lead_time.{name}") * np.exp(swing)
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
        run.pass_on[r] = 1 / (1 + delay / (structure.stages * H))

        for kind, ordered in inflow.items():
            arriving = ordered * run.mix[:, r]
            energised[kind] = energised[kind] + on_time * arriving
            energised[kind] = energised[kind] + pass_stages(run, kind, r, tardy * arriving)
        ordered_here = (run.new_gw[t] * run.mix[:, r]).sum(axis=0)
        late_gw, wait_gw = late_gw + ordered_here * tardy, wait_gw + ordered_here * wait

    run.energised_gw[t], run.energised_compute[t] = energised["gw"], energised["compute"]
    run.energised_cost[t], run.energised_book[t] = energised["cost"], energised["book"]
    run.idle_gw[t] = run.queue["gw"].sum(axis=(1, 2))
    run.idle_value[t] = run.queue["cost"].sum(axis=(1, 2))
    run.idle_book[t] = run.queue["book"].sum(axis=(1, 2))
    all_gw = run.new_gw[t].sum(axis=0)
    run.late_share[t] = late_gw / np.where(all_gw > 0, all_gw, 1)
    run.mean_wait[t] = np.where(late_gw > 0, wait_gw / np.where(late_gw > 0, late_gw, 1), 0)


def pass_stages(run: SimpleNamespace, kind: str, r: int, moving: np.ndarray | float) -> np.ndarray:
    """Move one cargo of one source through its stages and return what comes out, by company."""
    for s in range(run.structure.stages):
        stock = run.queue[kind][:, r, s] + moving
        moving = stock * run.pass_on[r]
        run.queue[kind][:, r, s] = stock - moving
    return np.asarray(moving)


def lateness(lead: np.ndarray, plan: np.ndarray, sigma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of projects later than planned and their wait, averaged over all [years].

    Lead times are lognormal with median `lead` and log-sd `sigma`; the wait is E(lead - plan)+.
    """
    spread = np.where(sigma > 0, sigma, 1.0)
    d = np.log(lead / plan) / spread
    late = np.where(sigma > 0, ndtr(d), lead > plan)
    expected = lead * np.exp(spread**2 / 2) * ndtr(d + spread) - plan * ndtr(d)
    return late, np.where(sigma > 0, expected, np.maximum(0, lead - plan))
