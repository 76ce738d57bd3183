"""The build-out model in vectorised NumPy: whole arrays of paths, float32, in place where it saves a pass.

Written from the model's equations for speed, as one would who has NumPy only: running totals instead of sums
over vintages, recursions instead of exponentials of time, sums accumulated instead of histories kept, one
array for the four cargoes of the queue. Paths are the last axis; company, source and stage come before it.
"""

# pyright: reportPossiblyUnboundVariable=false, reportCallIssue=false

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray
Inputs = Mapping[str, Any]

#: Years in a quarter.
H = 0.25
#: Hours in a quarter of an average year.
HOURS = 8766.0 / 4

#: Sums over quarters, and the quarters that each takes.
SUMS = {
    "capex": range(4),
    "ai_capex_2y": range(8),
    "ai_capex_6q": range(6),
    "energised": range(8),
    "ordered": range(8),
    "revenue_2": range(4, 8),
    "charges_2": range(4, 8),
    "revenue_3": range(8, 12),
    "ebitda_3": range(8, 12),
    "capacity_3": range(8, 12),
    "nopat_3": range(8, 12),
}


@dataclass(frozen=True)
class Layout:
    """Names of companies and sources, and which company has which tie to AI.

    Parameters
    ----------
    gap, erosion, seats, volatility
        Row of the one company that has this exposure.
    """

    companies: tuple[str, ...]
    sources: tuple[str, ...]
    cancellation: tuple[str, ...]
    horizon: int = 24
    stages: int = 3
    gap: int = 0
    erosion: int = 1
    seats: int = 2
    volatility: int = 3

    @property
    def normals(self) -> tuple[str, ...]:
        """Names of the normal shocks, in the order of their rows; autoregressions stand together."""
        return (
            "shock.price",
            "shock.spend_common",
            *(f"shock.spend.{c}" for c in self.companies),
            "shock.demand_common",
            *(f"shock.demand.{c}" for c in self.companies),
            "shock.ads",
            "shock.power_common",
            *(f"shock.power.{r}" for r in self.sources),
        )

    uniforms = ("shock.cycle", "shock.break", "shock.contagion")


class Vintages:
    """A total of what is younger than its life, by what enters and what retires.

    ``clip(life - age, 0, 1)`` of an entry counts. Entries are kept after as many rows of zeros as the horizon
    has, so that an entry before the start is read as zero.
    """

    def __init__(self, life: Array, kinds: int, companies: int, paths: int, horizon: int) -> None:
        life = np.minimum(life, np.float32(horizon))
        whole = np.floor(life)
        self.part = life - whole
        self.kept = 1 - self.part
        self.first = int(whole.min())
        self.total = np.zeros((kinds, companies, paths), np.float32)
        self._entries = np.zeros((2 * horizon, kinds, companies, paths), np.float32)
        row = kinds * companies * paths
        at = np.arange(row).reshape(kinds, companies, paths)
        self._row = row
        self._at = at + ((horizon - whole).astype(np.int64) * row)
        self._last = np.zeros_like(self.total)
        self._now = np.zeros_like(self.total)
        self._work = np.empty_like(self.total)
        self._horizon = horizon
        self._quarter = 0

    def entry(self) -> Array:
        """Where this quarter's entries are to be written, [kind, company, path]."""
        return self._entries[self._horizon + self._quarter]

    def add(self) -> Array:
        """Total after this quarter's entries and retirements."""
        self.total += self.entry()
        if self._quarter >= self.first:
            self._now, self._last = self._last, self._now
            np.take(self._entries.reshape(-1), self._at, out=self._now, mode="clip")
            np.multiply(self._now, self.kept, out=self._work)
            self.total -= self._work
            np.multiply(self._last, self.part, out=self._work)
            self.total -= self._work
        self._at += self._row
        self._quarter += 1
        return self.total


class OpeningBook:
    """The book of what stood at the start, whose purchases grew at one rate until then.

    With the newest at ``quarters - t`` to go, ``x - 1 + exp(-x)`` of it is left, where ``x`` is growth times
    what they have to go, and none below zero; growth is above zero.
    """

    def __init__(self, book: Array, quarters: Array, growth: Any) -> None:
        self._growth, self._rise = growth, np.exp(growth)
        self._to_go = growth * quarters
        self._faded = np.exp(-self._to_go)
        self._left = self._to_go + np.expm1(-self._to_go)
        self._book = book / self._left

    def charge(self) -> Array:
        """What this quarter writes off."""
        before = self._left
        self._to_go = self._to_go - self._growth
        self._faded = self._faded * self._rise
        self._left = np.maximum(self._to_go, 0) + (np.minimum(self._faded, 1) - 1)
        return self._book * (before - self._left)


def erf(x: Array) -> Array:
    """Error function to 2e-7 (Abramowitz and Stegun 7.1.26): four times as fast as SciPy's."""
    size = np.abs(x)
    t = 1 / (1 + np.float32(0.3275911) * size)
    value = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        value += np.float32(coefficient)
        value *= t
    np.square(size, out=size)
    np.negative(size, out=size)
    np.exp(size, out=size)
    value *= size
    np.subtract(1, value, out=value)
    return np.copysign(value, x, out=value)


def simulate(x: Inputs, z: Array, u: Array, layout: Layout) -> dict[str, Array]:
    """Metrics of all paths, by name.

    Parameters
    ----------
    x
        Numbers, or arrays [path], by the name of the prior.
    z, u
        Normal and uniform shocks, [quarter, shock, path], in the order of `Layout`.
    layout
        Companies and sources.
    """
    names, T, S = layout.companies, layout.horizon, layout.stages
    C, R, n = len(names), len(layout.sources), z.shape[-1]
    company = slice(None, C)

    def rows(keys: list[str]) -> Array:
        values = [x[key] for key in keys]
        width = n if any(np.ndim(v) for v in values) else 1
        out = np.empty((len(values), width), np.float32)
        for row, value in zip(out, values, strict=True):
            row[...] = value
        return out

    def each(name: str) -> Array:
        return rows([f"{name}.{c}" for c in names])

    # --- constants of the path
    y_step = np.float32(H)
    years = [x[f"cycle.{s}_years"] for s in ("boom", "plateau", "bust")]
    leaves = [1 - np.exp(-H / v) for v in years]
    busts = [leaves[0] * x["cycle.boom_to_bust"], leaves[1] * x["cycle.plateau_to_bust"]]
    hazards = [1 - np.exp(-H * x[f"adoption.break_{s}"]) for s in ("boom", "plateau", "bust")]
    markups = [x[f"economics.markup_{s}"] for s in ("boom", "plateau", "bust")]
    pull = 1 - np.exp(-H * x["economics.markup_speed"])
    price_step = x["economics.price_vol"] * H**0.5
    noise_kept, noise_step = (1 - pull) ** 2, price_step**2 / 2

    share = each("economics.first_party")
    rent = x["economics.rental_per_gw"] * (1 - share) + x["economics.first_party_per_gw"] * share
    fall = np.exp(-x["economics.passthrough"] * x["silicon.perf_growth"] * H)
    fallen = np.full(n, 0.25, np.float32)
    gap_rate, gap_years = x["core.aws_price_gap"], x["core.price_gap_years"]

    external, internal = each("adoption.ai_revenue"), each("adoption.internal_value")
    financed = each("adoption.financed_share")
    gw_0 = (external + internal) / rent
    unmet = 1 + x["adoption.unmet"]
    organic_0 = (internal + external * (1 - financed)) * unmet
    labs_0 = external * financed * unmet
    potential = each("adoption.potential_share")
    potential = potential / potential.sum(axis=0) * x["adoption.potential"]
    potential[layout.seats] += x["core.copilot"] * x["core.seats"] * x["core.seat_price"]
    np.maximum(potential, x["adoption.potential_floor"] * organic_0, out=potential)
    f_0 = organic_0 / potential
    p, q = x["adoption.bass_p"], x["adoption.bass_q"]
    bass_low, bass_high = p + q * f_0, q * (1 - f_0)
    bass_top = q * f_0
    bass_step = np.exp(-(p + q) * H)
    bass_kept, bass_gone = np.ones(n, np.float32), np.zeros(n, np.float32)
    potential_4 = potential / 4
    target = np.maximum(
        labs_0, each("adoption.backlog") * (x["adoption.realised"] / x["adoption.backlog_years"])
    )
    ramp = x["adoption.ramp_years"]
    labs_4, labs_rise = labs_0 / 4, (target - labs_0) / 4
    financed_growth, severity = x["adoption.financed_growth"], x["adoption.break_severity"]

    cost_gw, compute_share = x["silicon.cost_per_gw"], x["silicon.compute_share"]
    custom, shift = each("silicon.custom_perf"), each("silicon.shift")
    merchant = x["silicon.merchant_2024"] ** each("silicon.merchant_tilt")
    merchant = merchant * np.exp(-shift * x["silicon.merchant_years"])
    shift_step = np.exp(-shift * y_step)
    work_0 = 1 / (merchant + (1 - merchant) * custom)
    inflation_step = np.exp(x["silicon.inflation"] * y_step)
    perf_step = np.exp(x["silicon.perf_growth"] * y_step)
    discount_custom = x["silicon.custom_discount"]
    level, perf = cost_gw * np.ones(n, np.float32), np.ones(n, np.float32)
    chip_0 = level * compute_share * (1 - (1 - merchant) * discount_custom)
    site_0 = level * (1 - compute_share)

    opening_chips, opening_sites = gw_0 * chip_0, gw_0 * site_0
    idle_gw_0 = x["power.opening_idle"] * gw_0
    idle_0 = idle_gw_0 * chip_0
    net = x["finance.opening_net"]
    book_0 = net * (opening_chips + opening_sites) + idle_0

    table = each("spend.capex_2026")
    year_one = table * (1 + x["spend.gap_share"] * (x["spend.headline"] / table.sum(axis=0) - 1))
    year_one *= np.exp(x["spend.overshoot"])
    profile = [each(f"spend.profile.q{k}") / 4 for k in range(1, 5)]
    ai_share = each("spend.ai_share")
    g_boom, g_plateau, g_bust = (x[f"spend.growth_{s}"] for s in ("boom", "plateau", "bust"))
    fade, fresh = np.exp(-x["spend.fade"] * H), np.ones(n, np.float32)
    discipline, hurdle = x["spend.discipline"], x["spend.hurdle"]
    deferral, threshold = x["spend.deferral"], x["spend.deferral_threshold"]
    loading = x["dependence.firm_loading"]
    own_loading = np.sqrt(1 - loading**2)
    vol = x["spend.vol"] * H**0.5

    mix = np.stack([rows([f"power.tilt.{c}.{r}" for r in layout.sources]) for c in names])
    mix = mix * rows([f"power.mix.{r}" for r in layout.sources])
    mix = mix / mix.sum(axis=1, keepdims=True)
    log_lead = np.log(rows([f"power.lead_time.{r}" for r in layout.sources]))
    log_equipment, log_shell = np.log(x["power.equipment"]), np.log(x["power.shell"])
    plan = rows([f"power.plan_lead.{r}" for r in layout.sources]) * x["power.plan_ratio"]
    log_plan = np.log(plan)
    sigma = x["power.dispersion"]
    per_sigma, heavier = 1 / sigma, np.exp(sigma**2 / 2)
    power_common = x["power.lead_vol"] * np.sqrt(x["dependence.power_rho"])
    power_own = x["power.lead_vol"] * np.sqrt(1 - x["dependence.power_rho"])
    hookup, hookup_step = x["power.hookup"], np.exp(x["power.hookup_growth"] * H)
    congestion = x["power.congestion"]
    cancelled = rows(list(layout.cancellation))
    reroute = cancelled * x["power.reroute"]
    book_kept = np.exp(-x["finance.obsolescence"] * y_step)

    keep = x["dependence.persistence"]
    fresh_ar = np.sqrt(1 - keep**2)
    half_lead, half_demand, half_ads = (
        x[name] ** 2 / 2 for name in ("power.lead_vol", "adoption.vol", "core.ads_vol")
    )
    gamma, life = x["finance.past_growth"], x["finance.economic_life"] * np.ones(n, np.float32)
    alive_scale = 1 / (1 - np.exp(-gamma * life))
    contract, term = x["economics.contract_share"], x["economics.contract_years"]
    price_0 = rent / 4
    load, energy_price = (
        x["economics.idle_load"],
        x["economics.pue"] * HOURS * x["economics.power_price"] * 1e-6,
    )
    opex, kept_tax = x["economics.opex"], 1 - x["finance.tax"]
    chip_life, site_life = 4 * each("finance.server_life"), 4 * x["finance.building_life"]
    bought = H * x["finance.opening_growth"]
    old_chips = OpeningBook(net * opening_chips, x["finance.opening_chip_life"] * chip_life, bought)
    old_sites = OpeningBook(net * opening_sites, x["finance.opening_site_life"] * site_life, bought)
    rate = np.log1p(x["finance.wacc"])
    discount, discount_step = np.exp(-rate * (H / 2)), np.exp(-rate * H)

    # --- what a path carries from quarter to quarter
    boom, bust = np.ones(n, bool), np.zeros(n, bool)
    broken, booms = np.zeros(n, bool), np.zeros(n, np.float32)
    markup, delta = np.zeros(n, np.float32), np.zeros(n, np.float32)
    # half the variance of the log markup, and the variance of a persistent state: what keeps means in place
    noise, spread = np.float32(0), np.float32(0)
    spend_level, short = np.zeros((C, n), np.float32), np.zeros((C, n), np.float32)
    ar = np.zeros((C + R + 3, n), np.float32)
    demand_ar, ads, power_ar = ar[: C + 1], ar[C + 1], ar[C + 2 :]
    ar_step = np.empty_like(ar)
    queue = [np.zeros((4, C, R, n), np.float32) for _ in range(S)]
    queue[0][:] = (idle_gw_0[:, None] * mix)[None]
    queue[0][2:] *= chip_0[:, None]
    stays, flow = np.ones((R, n), np.float32), np.empty((4, C, R, n), np.float32)
    inflow, waiting = np.zeros((4, C, n), np.float32), np.empty((4, C, n), np.float32)
    energised, late_flow = np.empty((4, C, n), np.float32), np.empty((4, C, n), np.float32)
    waiting[:2], waiting[2:] = idle_gw_0, idle_0
    idle_before = waiting[0].sum(axis=0)
    recent = np.zeros((4, C, n), np.float32)
    both = np.empty((2, R, n), np.float32)
    chips_life = np.broadcast_to(4 * life, (n,))
    fleet = Vintages(chips_life, 2, C, n, T)
    lock = Vintages(_shorter(chips_life, 4 * term), 2, C, n, T)
    gross = Vintages(chips_life, 1, C, n, T)
    chip_books = Vintages(np.broadcast_to(chip_life, (C, n)), 1, C, n, T)
    site_books = Vintages(np.broadcast_to(site_life, (n,)), 1, C, n, T)
    ends = np.zeros((C, n), np.float32)
    grosses = []
    sites_total = opening_sites + np.zeros((C, n), np.float32)
    books = book_0.copy()

    sums = {name: np.zeros((C, n), np.float32) for name in SUMS}
    value, invested = -book_0, book_0.copy()
    nopat_last, book_last = np.zeros((C, n), np.float32), np.zeros((C, n), np.float32)
    peak_share, peak_value = np.zeros((C + 1, n), np.float32), np.zeros((C + 1, n), np.float32)
    bought, idle_value = np.empty((C + 1, n), np.float32), np.empty((C + 1, n), np.float32)
    np.add(opening_chips, idle_0, out=bought[company])
    fcf_year, trough = np.zeros((C + 1, n), np.float32), np.full((C + 1, n), np.inf, np.float32)
    drag_year, drag = np.zeros((C, n), np.float32), np.zeros((C, n), np.float32)
    nc_0 = nopat_0 = nc_7 = ends

    for t in range(T):
        y = t * H
        zt = z[t]
        # cycle, price
        if t:
            draw = u[t, 0]
            leaves_now = draw < _by(boom, bust, *leaves)
            to_bust = draw < _by(boom, bust, *busts, np.float32(0))
            breaks = (u[t, 1] < _by(boom, bust, *hazards)) & ~broken
            # plateau -> boom; boom and bust -> plateau; a draw that leaves for a bust overrides both
            plateau = ~(boom | bust)
            stays_boom = boom & ~leaves_now
            boom = (stays_boom | (plateau & leaves_now)) & ~to_bust
            bust = (bust & ~leaves_now) | to_bust
            broken |= breaks
            breaks &= u[t, 2] < x["dependence.contagion"]
            bust |= breaks
            boom &= ~breaks
            booms += boom
            step = _by(boom, bust, *markups)
            step = step - markup
            step *= pull
            markup += step
            markup += price_step * zt[0]
            noise = noise * noise_kept + noise_step
            level = level * inflation_step
            perf = perf * perf_step
            merchant = merchant * shift_step
            fallen = fallen * fall
        price = rent * (np.exp(markup - noise) * fallen)
        price[layout.gap] *= np.exp(-gap_rate * np.minimum(y, gap_years))

        # spend
        if t >= 4:
            if t > 4:
                fresh = fresh * fade
            grow = _by(boom, bust, g_boom * fresh + g_plateau * (1 - fresh), g_plateau, g_bust)
            np.multiply(short, -discipline, out=short)
            short += grow
            short *= y_step
            spend_level += short
            shock = zt[2 : 2 + C] * own_loading
            shock += loading * zt[1]
            shock *= vol
            spend_level += shock
        total = np.exp(spend_level)
        total *= year_one
        total *= profile[min(t, 3)]
        if t >= 4:
            excess = recent.sum(axis=0)
            np.divide(waiting[0], excess, out=excess)
            excess -= threshold
            np.clip(excess, 0, 1, out=excess)
            excess *= -deferral
            excess += 1
            total *= excess
        ai = total * ai_share

        # silicon
        chips_gw = level * compute_share
        chip_cost = 1 - merchant
        chip_cost *= -discount_custom
        chip_cost += 1
        chip_cost *= chips_gw
        site_cost = level - chips_gw
        relative = 1 - merchant
        relative *= custom
        relative += merchant
        relative *= work_0
        relative *= perf
        gw, compute, chips, book = inflow
        np.divide(ai, chip_cost + site_cost, out=gw)
        np.multiply(gw, relative, out=compute)
        np.multiply(gw, chip_cost, out=chips)
        book[:] = chips
        sites = gw * site_cost

        # power
        np.multiply(ar, keep, out=ar)
        np.multiply(zt[2 + C :], fresh_ar, out=ar_step)
        if t:
            ar += ar_step
        else:
            power_ar += ar_step[C + 2 :]
        if t:
            hookup = hookup * hookup_step
        crowd = gw.sum(axis=0)
        crowd *= 4
        crowd += idle_before
        crowd /= hookup
        np.maximum(crowd, 1, out=crowd)
        np.log(crowd, out=crowd)
        crowd *= congestion
        lead = power_ar[1:] * power_own
        lead += power_common * power_ar[0]
        lead += log_lead
        next_spread = spread * keep**2 + fresh_ar**2
        lead -= half_lead * next_spread
        np.maximum(lead, log_equipment, out=lead)
        lead += crowd
        np.maximum(lead, log_shell, out=lead)
        np.subtract(lead, log_plan, out=both[0])
        both[0] *= per_sigma
        np.add(both[0], sigma, out=both[1])
        both *= np.float32(0.5**0.5)
        late, wait = (erf(both) + 1) * np.float32(0.5)
        np.exp(lead, out=lead)
        lead *= heavier
        wait *= lead
        wait -= plan * late
        np.maximum(wait, 0, out=wait)
        wait += reroute
        late += cancelled * (1 - late)
        with np.errstate(divide="ignore", invalid="ignore"):
            delay = wait / late
        np.copyto(delay, 0, where=late <= 0)
        delay *= np.float32(1 / (S * H))
        delay += 1
        passes = np.divide(1, delay, out=delay)

        # queue: stocks are kept after inflow, so that a stage is one multiplication and one addition
        writedown = waiting[3] * (1 - book_kept)
        waiting[3] *= book_kept
        share_late = late * mix
        np.multiply(inflow[:, :, None], share_late, out=flow)
        stays_book = stays * book_kept
        for stock in queue:
            stock[:3] *= stays
            stock[3] *= stays_book
            stock += flow
            np.multiply(stock, passes, out=flow)
        np.subtract(1, passes, out=stays)
        out = flow.sum(axis=2)
        np.multiply(inflow, share_late.sum(axis=1), out=late_flow)
        np.subtract(inflow, late_flow, out=energised)
        energised += out
        waiting += late_flow
        waiting -= out
        np.maximum(waiting, 0, out=waiting)
        idle_before = waiting[0].sum(axis=0)

        # fleet
        alive = np.maximum(0, 1 - np.exp(-gamma * np.maximum(0, life - y))) * alive_scale
        old = gw_0 * alive
        old_lock = contract * np.clip(1 - y / term, 0, 1)
        live, made = fleet.total
        live = live + old
        spot = made + old
        spot -= contract * lock.total[0]
        spot -= old * old_lock
        spot *= price
        capacity = lock.total[1] * contract
        capacity += old * (old_lock * price_0)
        capacity += spot
        entry = fleet.entry()
        entry[:] = energised[:2]
        fleet.add()
        entry = lock.entry()
        entry[0] = energised[1]
        np.multiply(energised[1], price, out=entry[1])
        lock.add()

        # demand
        if t:
            drift = _by(boom, bust, np.float32(0), x["adoption.drift_plateau"], x["adoption.drift_bust"])
            delta = delta + H * (drift - x["adoption.recovery"] * delta)
            bass_gone = bass_gone + bass_kept * (1 - bass_step)
            bass_kept = bass_kept * bass_step
        state = demand_ar[1:] * own_loading
        state += loading * demand_ar[0]
        state *= x["adoption.vol"]
        state += delta - half_demand * spread
        organic = np.exp(state, out=state)
        organic *= potential_4
        organic *= p * bass_gone + bass_top + f_0 * (p * bass_kept)
        organic /= bass_low + bass_high * bass_kept
        scale = np.exp(financed_growth * np.maximum(H * booms - ramp, 0)) * (1 - severity * broken)
        labs = labs_rise * np.minimum(1, y / ramp)
        labs += labs_4
        labs *= scale
        demand = organic + labs
        revenue = np.minimum(demand, capacity)
        noncircular = revenue * organic
        noncircular /= demand

        # capital in use, and what it fails to earn
        gross.entry()[0] = chips
        grosses.append(gross.add()[0] + (opening_chips + idle_0) * alive + sites_total + sites)
        sites_total += sites
        before = grosses[t - 4] if t >= 4 else opening_chips + opening_sites + idle_0
        short = noncircular * (-4 / hurdle)
        short /= before
        short += 1
        np.clip(short, 0, 1, out=short)
        ends += energised[2] * np.clip(chips_life - (T - 1 - t), 0, 1)

        # accounts
        recent[t % 4] = gw
        with np.errstate(divide="ignore", invalid="ignore"):
            used = revenue / capacity
        np.copyto(used, 0, where=capacity <= 0)
        used *= 1 - load
        used += load
        energy = live * energy_price
        energy *= used
        chip_books.entry()[0] = energised[3]
        site_books.entry()[0] = sites
        depreciation = chip_books.add()[0] / chip_life
        depreciation += site_books.add()[0] / site_life
        depreciation += old_chips.charge()
        depreciation += old_sites.charge()
        ebitda = revenue * (1 - opex)
        ebitda -= energy
        ebit = ebitda - depreciation
        ebit -= writedown
        if t:
            ebit[layout.erosion] -= (
                x["core.search_revenue"]
                / 4
                * x["core.flow_through"]
                * (1 - np.exp(-x["core.search_erosion"] * y))
            )
            swing = x["core.ads_vol"] * ads + (x["core.ads_loading"] * delta - half_ads * spread)
            ebit[layout.volatility] += x["core.ads_revenue"] / 4 * x["core.flow_through"] * np.expm1(swing)
        nopat = np.multiply(ebit, kept_tax, out=ebit)
        fcf = nopat + depreciation
        fcf += writedown
        fcf -= ai
        books += ai
        books -= depreciation
        books -= writedown

        # metrics
        value += fcf * discount
        invested += ai * discount
        discount = discount * discount_step
        spread = next_spread
        flows = {
            "capex": total,
            "ai_capex_2y": ai,
            "ai_capex_6q": ai,
            "energised": energised[0],
            "ordered": gw,
            "revenue_2": revenue,
            "revenue_3": revenue,
            "ebitda_3": ebitda,
            "capacity_3": capacity,
            "nopat_3": nopat,
        }
        for name, values in flows.items():
            if t in SUMS[name]:
                sums[name] += values
        if t in SUMS["charges_2"]:
            sums["charges_2"] += energy + depreciation + writedown
        if t >= T - 4:
            nopat_last += nopat
        if t >= T - 8:
            book_last += books
        if t == 0:
            nc_0, nopat_0 = noncircular, nopat
        if t == 7:
            nc_7 = noncircular
        bought[company] += chips
        np.add.reduce(bought[company], axis=0, out=bought[C])
        idle_value[company] = waiting[2]
        np.add.reduce(waiting[2], axis=0, out=idle_value[C])
        np.maximum(peak_value, idle_value, out=peak_value)
        idle_value /= bought
        np.maximum(peak_share, idle_value, out=peak_share)
        if t < T - T % 4:
            fcf_year[company] += fcf
            drag_year += writedown
            if t % 4 == 3:
                np.add.reduce(fcf_year[company], axis=0, out=fcf_year[C])
                np.minimum(trough, fcf_year, out=trough)
                np.maximum(drag, drag_year, out=drag)
                fcf_year[:], drag_year[:] = 0, 0

    # --- value at the horizon, at mid-cycle
    mid = _stationary(years, x["cycle.boom_to_bust"], x["cycle.plateau_to_bust"])
    mid_markup = sum(w * m for w, m in zip(mid, markups, strict=True))
    rise = np.expm1(mid_markup - (markup - noise))
    at_mid = np.minimum(organic * np.exp(-delta) + labs, capacity + spot * rise)
    ends += opening_chips * alive
    replaced = ends / life + sites_total * (4 / site_life)
    profit = (at_mid * (1 - opex) - energy - replaced / 4) * kept_tax
    terminal = np.maximum(profit * _quarters_of_profit(x), x["finance.salvage"] * books)
    value += terminal * np.exp(-rate * (T * H))

    def whole(values: Array) -> Array:
        return np.concatenate([values, values.sum(axis=0, keepdims=True)])

    g = {name: whole(values) for name, values in sums.items()}
    value, invested = whole(value), whole(invested)
    shares = each("finance.shares")
    revenue_2026 = each("finance.revenue_2025") * (1 + x["finance.revenue_growth"])
    by_entity = {
        "value_created": value,
        "value_per_dollar": value / invested,
        "roic": whole(nopat_last) / (whole(book_last) / 8),
        "stranded_share": peak_share,
        "stranded_value": peak_value,
        "eps_drag": drag * kept_tax / shares,
        "eps_incremental": (sums["nopat_3"] - 4 * nopat_0) / shares,
        "fcf_trough": trough,
        "payback_years": np.where(
            g["ebitda_3"] > 0, (whole(book_0) + g["ai_capex_2y"]) / g["ebitda_3"], np.float32(np.inf)
        ),
        "noncircular_yield": 4 * whole(nc_7 - nc_0) / g["ai_capex_6q"],
        "gross_margin": 1 - g["charges_2"] / g["revenue_2"],
        "energised_share": g["energised"] / (g["ordered"] + whole(idle_gw_0)),
        "utilisation": g["revenue_3"] / g["capacity_3"],
        "capex_2026": g["capex"],
        "capex_intensity": g["capex"] / whole(revenue_2026),
    }
    return {
        f"{name}.{entity}": values[i]
        for name, values in by_entity.items()
        for i, entity in enumerate((*names, "group")[: len(values)])
    }


def _by(boom: Array, bust: Array, in_boom: Any, in_plateau: Any, in_bust: Any) -> Array:
    return np.where(boom, in_boom, np.where(bust, in_bust, in_plateau))


def _shorter(first: Array, second: Any) -> Array:
    """Life whose weight at every age is the product of the two weights."""
    one, two = np.floor(first), np.floor(second)
    whole = np.minimum(one, two)
    part = np.where(one == whole, first - one, 1) * np.where(two == whole, second - two, 1)
    return (whole + part).astype(np.float32)


def _quarters_of_profit(x: Inputs) -> Array:
    """Worth of a business that grows for ever, in profits of its last quarter.

    A geometric series of cash in mid-quarter, of which growth takes its share at the return on new capital;
    not a number where the cost of capital is too little above growth.
    """
    wacc, growth = x["finance.wacc"], x["finance.terminal_growth"]
    ronic = np.maximum(x["finance.ronic"], growth + x["finance.ronic_floor"])
    paid_out = 1 - np.expm1(H * np.log1p(growth)) / np.expm1(H * np.log1p(ronic))
    spread = np.expm1(H * (np.log1p(wacc) - np.log1p(growth)))
    with np.errstate(divide="ignore", invalid="ignore"):
        quarters = paid_out * np.exp(H / 2 * np.log1p(wacc)) / spread
    return np.where(wacc - growth >= x["finance.least_spread"], quarters, np.float32(np.nan))


def _stationary(years: list[Any], boom_to_bust: Any, plateau_to_bust: Any) -> list[Any]:
    """Long-run shares of boom, plateau and bust of the continuous-time cycle."""
    out = [1 / v for v in years]
    # flows balance: boom is entered from the plateau only, bust from both, and bust is left for the plateau
    boom = out[1] * (1 - plateau_to_bust) / out[0]
    bust = (boom * out[0] * boom_to_bust + out[1] * plateau_to_bust) / out[2]
    total = boom + 1 + bust
    return [boom / total, 1 / total, bust / total]
