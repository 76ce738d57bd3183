"""The build-out model as a hand-written Numba loop: 16 paths side by side, float32, draws made inside.

All that 16 paths need stands in one array of rows of 16, so that LLVM sees that rows do not overlap and turns
each loop over lanes into vector code, and so that it stays in cache; quarters are an outer loop, nothing but
metrics leaves. The equations are those of `numpy_buildout`, in the same order.
"""

# pyright: reportCallIssue=false

import numba  # pyright: ignore[reportMissingImports]
import numpy as np

from .numba_math import L, compiled, exp, f4, i4, log, normal_cdf, normals, uniforms
from .numpy_buildout import Layout
from .priors import Numbers

COMPANIES = ("amazon", "alphabet", "microsoft", "meta")
SOURCES = ("northern_virginia", "ireland", "us_grid", "intl_grid", "gas", "nuclear", "smr")
CANCELLATION = (*["power.cancel_grid"] * 5, "power.cancel_nuclear", "power.cancel_smr")
T, C, R, S = 24, 4, 7, 3
LAYOUT = Layout(COMPANIES, SOURCES, CANCELLATION, T, S)
H = f4(0.25)
ZERO, ONE, FOUR = f4(0), f4(1), f4(4)

PER_COMPANY = [
    "spend.capex_2026",
    "spend.ai_share",
    "spend.profile.q1",
    "spend.profile.q2",
    "spend.profile.q3",
    "spend.profile.q4",
    "silicon.merchant_tilt",
    "silicon.shift",
    "silicon.custom_perf",
    "adoption.ai_revenue",
    "adoption.internal_value",
    "adoption.financed_share",
    "adoption.backlog",
    "adoption.potential_share",
    "economics.first_party",
    "finance.server_life",
    "finance.shares",
    "finance.revenue_2025",
]
PER_SOURCE = ["power.lead_time", "power.mix", "power.plan_lead"]
PER_PATH = [
    "cycle.boom_years",
    "cycle.plateau_years",
    "cycle.bust_years",
    "cycle.boom_to_bust",
    "cycle.plateau_to_bust",
    "adoption.break_boom",
    "adoption.break_plateau",
    "adoption.break_bust",
    "economics.markup_boom",
    "economics.markup_plateau",
    "economics.markup_bust",
    "economics.markup_speed",
    "economics.price_vol",
    "economics.rental_per_gw",
    "economics.first_party_per_gw",
    "economics.passthrough",
    "silicon.perf_growth",
    "core.aws_price_gap",
    "core.price_gap_years",
    "adoption.unmet",
    "adoption.potential",
    "core.copilot",
    "core.seats",
    "core.seat_price",
    "adoption.potential_floor",
    "adoption.bass_p",
    "adoption.bass_q",
    "adoption.realised",
    "adoption.backlog_years",
    "adoption.ramp_years",
    "adoption.financed_growth",
    "adoption.break_severity",
    "silicon.cost_per_gw",
    "silicon.compute_share",
    "silicon.merchant_2024",
    "silicon.merchant_years",
    "silicon.inflation",
    "silicon.custom_discount",
    "power.opening_idle",
    "finance.opening_net",
    "spend.gap_share",
    "spend.headline",
    "spend.overshoot",
    "spend.growth_boom",
    "spend.growth_plateau",
    "spend.growth_bust",
    "spend.fade",
    "spend.discipline",
    "spend.hurdle",
    "spend.deferral",
    "spend.deferral_threshold",
    "dependence.firm_loading",
    "spend.vol",
    "power.equipment",
    "power.shell",
    "power.plan_ratio",
    "power.dispersion",
    "power.lead_vol",
    "dependence.power_rho",
    "power.hookup",
    "power.hookup_growth",
    "power.congestion",
    "power.reroute",
    "finance.obsolescence",
    "dependence.persistence",
    "finance.past_growth",
    "finance.economic_life",
    "economics.contract_share",
    "economics.contract_years",
    "economics.idle_load",
    "economics.pue",
    "economics.power_price",
    "economics.opex",
    "finance.tax",
    "finance.building_life",
    "finance.opening_chip_life",
    "finance.opening_site_life",
    "finance.opening_growth",
    "finance.wacc",
    "finance.least_spread",
    "finance.terminal_growth",
    "finance.ronic",
    "finance.ronic_floor",
    "finance.salvage",
    "core.search_revenue",
    "core.flow_through",
    "core.search_erosion",
    "core.ads_vol",
    "core.ads_loading",
    "core.ads_revenue",
    "dependence.contagion",
    "adoption.drift_plateau",
    "adoption.drift_bust",
    "adoption.recovery",
    "adoption.vol",
    "finance.revenue_growth",
]
NAMES = [
    *PER_PATH,
    *(f"{name}.{c}" for name in PER_COMPANY for c in COMPANIES),
    *(f"{name}.{r}" for name in PER_SOURCE for r in SOURCES),
    *(f"power.tilt.{c}.{r}" for c in COMPANIES for r in SOURCES),
    *dict.fromkeys(CANCELLATION),
]
_AT = {name: row * L for row, name in enumerate(NAMES)}
_END = len(NAMES)


def _in(name: str) -> int:
    """Offset of an input, or of the first company's or source's."""
    tails = ("", f".{COMPANIES[0]}", f".{SOURCES[0]}", f".{COMPANIES[0]}.{SOURCES[0]}")
    return next(_AT[name + tail] for tail in tails if name + tail in _AT)


def _rows(count: int = 1) -> int:
    global _END
    start, _END = _END, _END + count
    return start * L


def _each(count: int, rows: int = 1) -> list[int]:
    return [_rows(rows) for _ in range(count)]


# inputs
BOOM_YEARS, BREAK, MARKUP = _in("cycle.boom_years"), _in("adoption.break_boom"), _in("economics.markup_boom")
TO_BUST, SPEED = _in("cycle.boom_to_bust"), _in("economics.markup_speed")
PRICE_VOL, RENTAL = _in("economics.price_vol"), _in("economics.rental_per_gw")
FIRST_RENT, PASS = _in("economics.first_party_per_gw"), _in("economics.passthrough")
PERF, GAP_RATE, GAP_YEARS = _in("silicon.perf_growth"), _in("core.aws_price_gap"), _in("core.price_gap_years")
UNMET, POTENTIAL, COPILOT = _in("adoption.unmet"), _in("adoption.potential"), _in("core.copilot")
SEATS, SEAT_PRICE, FLOOR = _in("core.seats"), _in("core.seat_price"), _in("adoption.potential_floor")
BASS_P, BASS_Q, REALISED = _in("adoption.bass_p"), _in("adoption.bass_q"), _in("adoption.realised")
BACKLOG_YEARS, RAMP = _in("adoption.backlog_years"), _in("adoption.ramp_years")
FIN_GROWTH, SEVERITY = _in("adoption.financed_growth"), _in("adoption.break_severity")
COST, COMPUTE_SHARE, MERCHANT_24 = (
    _in("silicon.cost_per_gw"),
    _in("silicon.compute_share"),
    _in("silicon.merchant_2024"),
)
MERCHANT_YEARS, INFLATION = _in("silicon.merchant_years"), _in("silicon.inflation")
CUSTOM_DISC, OPENING_IDLE = _in("silicon.custom_discount"), _in("power.opening_idle")
NET, GAP_SHARE, HEADLINE = _in("finance.opening_net"), _in("spend.gap_share"), _in("spend.headline")
OVERSHOOT, GROWTH, FADE = _in("spend.overshoot"), _in("spend.growth_boom"), _in("spend.fade")
DISCIPLINE, HURDLE, DEFERRAL = _in("spend.discipline"), _in("spend.hurdle"), _in("spend.deferral")
THRESHOLD, LOADING, VOL = _in("spend.deferral_threshold"), _in("dependence.firm_loading"), _in("spend.vol")
EQUIPMENT, SHELL, PLAN_RATIO = _in("power.equipment"), _in("power.shell"), _in("power.plan_ratio")
SIGMA, LEAD_VOL, RHO = _in("power.dispersion"), _in("power.lead_vol"), _in("dependence.power_rho")
HOOKUP, HOOKUP_GROWTH = _in("power.hookup"), _in("power.hookup_growth")
CONGESTION, REROUTE, OBSOLESCENCE = (
    _in("power.congestion"),
    _in("power.reroute"),
    _in("finance.obsolescence"),
)
PERSISTENCE, PAST_GROWTH = _in("dependence.persistence"), _in("finance.past_growth")
LIFE, CONTRACT, TERM = (
    _in("finance.economic_life"),
    _in("economics.contract_share"),
    _in("economics.contract_years"),
)
IDLE_LOAD, PUE, POWER_PRICE = _in("economics.idle_load"), _in("economics.pue"), _in("economics.power_price")
OPEX, TAX, SITE_LIFE = _in("economics.opex"), _in("finance.tax"), _in("finance.building_life")
OLD_CHIP, OLD_SITE = _in("finance.opening_chip_life"), _in("finance.opening_site_life")
PURCHASES, WACC, LEAST = _in("finance.opening_growth"), _in("finance.wacc"), _in("finance.least_spread")
TERMINAL, RONIC, RONIC_FLOOR = (
    _in("finance.terminal_growth"),
    _in("finance.ronic"),
    _in("finance.ronic_floor"),
)
SALVAGE, SEARCH, FLOW = _in("finance.salvage"), _in("core.search_revenue"), _in("core.flow_through")
EROSION, ADS_VOL, ADS_LOAD = _in("core.search_erosion"), _in("core.ads_vol"), _in("core.ads_loading")
ADS_REVENUE, CONTAGION = _in("core.ads_revenue"), _in("dependence.contagion")
DRIFT, RECOVERY = _in("adoption.drift_plateau"), _in("adoption.recovery")
DEMAND_VOL, REVENUE_GROWTH = _in("adoption.vol"), _in("finance.revenue_growth")
CAPEX_26, AI_SHARE, PROFILE = _in("spend.capex_2026"), _in("spend.ai_share"), _in("spend.profile.q1")
TILT_MERCHANT, SHIFT, CUSTOM = (
    _in("silicon.merchant_tilt"),
    _in("silicon.shift"),
    _in("silicon.custom_perf"),
)
AI_REVENUE, INTERNAL = _in("adoption.ai_revenue"), _in("adoption.internal_value")
FINANCED, BACKLOG = _in("adoption.financed_share"), _in("adoption.backlog")
POT_SHARE, FIRST, SERVER = (
    _in("adoption.potential_share"),
    _in("economics.first_party"),
    _in("finance.server_life"),
)
SHARES, REVENUE_25 = _in("finance.shares"), _in("finance.revenue_2025")
LEAD_TIME, MIX_IN, PLAN_LEAD = _in("power.lead_time"), _in("power.mix"), _in("power.plan_lead")
TILT, CANCEL = _in("power.tilt"), tuple(_AT[name] for name in CANCELLATION)

# shocks of the quarter
Z, U = _rows(len(LAYOUT.normals)), _rows(3)
Z_SPEND, Z_AR, AR_ROWS = Z + 2 * L, Z + (2 + C) * L, C + R + 3

# constants of the path
LEAVE, HAZARD = _rows(3), _rows(3)
CALM, PURCHASES_STEP = _each(2)
PULL, FALL, ALIVE_SCALE, HEAVIER, BOOK_KEPT, HOOKUP_STEP, BASS_STEP, FADE_STEP, PERF_STEP = _each(9)
INFLATION_STEP, DISCOUNT_STEP, ENERGY_PRICE, LOG_EQUIPMENT, LOG_SHELL, OWN, FRESH_AR = _each(7)
RENT, GW_0, ORGANIC_0, LABS_RISE, LABS_0, POT, SHIFT_STEP, WORK_0, CHIPS_0, SITES_0 = _each(10, C)
IDLE_GW_0, IDLE_0, YEAR_ONE, BOOK_0, OLD_CHIPS, OLD_SITES = _each(6, C)
MIX, LOG_LEAD, PLAN, LOG_PLAN, CANCELLED = _rows(C * R), _rows(R), _rows(R), _rows(R), _rows(R)

# state
REGIME, BROKEN, BOOMS, MARK, DELTA, FALLEN, FRESH, LEVEL, PERF_NOW, BASS_E, BASS_GONE = _each(11)
HOOK, DISCOUNT, IDLE_SUM, LOGCROWD, NOISE, SPREAD = _each(6)
# the opening books, chips by company and then sites: what they have to go, and what they write off
TO_GO, FADED, LEFT, CHARGE = _each(4, C + 1)
AR = _rows(AR_ROWS)
DEMAND_AR, ADS_AR, POWER_AR = AR, AR + (C + 1) * L, AR + (C + 2) * L
X_SPEND, SHORT, MERCHANT, LIVE, SPOT_C, LOCK_C, LOCK_V, GROSS = _each(8, C)
CHIP_BOOK, SITE_BOOK, SITES_ALL, BOOKS = _each(4, C)
QUEUE = _rows(4 * C * R * S)
WAITING, INFLOW, ENERGISED, STAYS, PASSES, LATE = (
    _rows(4 * C),
    _rows(4 * C),
    _rows(4 * C),
    _rows(2 * R),
    _rows(R),
    _rows(R),
)
RECENT, GROSSES = _rows(4 * C), _rows(T * C)
# entries of vintages: GW, compute, compute at its price, chips, chips at book, sites; then end-of-life values
E_GW, E_COMPUTE, E_VALUE, E_CHIPS, E_BOOK, E_SITES = _each(6, T * C)
TOTAL, AI, PRICE, CHIP_COST, SITE_COST, SITES, WRITEDOWN = _each(7, C)
ALIVE, DRIFTED, TREND, LABS_SCALE, TARGET = _each(5)
CAPACITY, SPOT, ORGANIC, LABS, REVENUE, ENERGY, DEPRECIATION = _each(7, C)
LAST = _each(7, C)  # the entry of each total that was looked up last
ENDS, VALUE, INVESTED, NOPAT_LAST, BOOK_LAST, NC_0, NC_7, NOPAT_0 = _each(8, C)
PEAK_SHARE, PEAK_VALUE, BOUGHT, FCF_YEAR, TROUGH = _each(5, C + 1)
DRAG_YEAR, DRAG = _each(2, C)
S_CAPEX, S_AI8, S_AI6, S_ENERGISED, S_ORDERED, S_REV2, S_CHARGES, S_REV3, S_EBITDA, S_CAP3, S_NOPAT3 = _each(
    11, C
)
RATIOS_AND_SUMS = [
    "value_created",
    "value_per_dollar",
    "roic",
    "stranded_share",
    "stranded_value",
    "fcf_trough",
    "payback_years",
    "noncircular_yield",
    "gross_margin",
    "energised_share",
    "utilisation",
    "capex_2026",
    "capex_intensity",
]
METRICS = [
    *(f"{name}.{e}" for name in RATIOS_AND_SUMS for e in (*COMPANIES, "group")),
    *(f"{name}.{e}" for name in ("eps_drag", "eps_incremental") for e in COMPANIES),
]
G = C + 1
OUT = _rows(len(METRICS))
ENDLESS = _rows()  # one where the path has no value at the horizon; the last row of a result
RESULTS = len(METRICS) + 1
ROWS = _END
STATE, STATE_END = REGIME // L, OUT // L


@compiled
def by(regime, boom, plateau, bust):
    return boom if regime == ZERO else (plateau if regime == ONE else bust)


@compiled
def clip(x):
    return min(max(x, ZERO), ONE)


@compiled
def quarterly(rate):
    """A quarter's part of a yearly rate, without a difference that cancels."""
    root = np.sqrt(np.sqrt(ONE + rate))
    return rate / ((ONE + root) * (ONE + root * root))


@compiled
def opening(w, block_size):
    w[STATE * L : STATE_END * L] = ZERO
    for i in range(L):
        for s in range(3):
            w[LEAVE + s * L + i] = ONE - exp(-H / w[BOOM_YEARS + s * L + i])
            w[HAZARD + s * L + i] = ONE - exp(-H * w[BREAK + s * L + i])
        w[PULL + i] = ONE - exp(-H * w[SPEED + i])
        w[CALM + i] = exp(f4(-0.5) * w[SPEED + i])
        w[FALL + i] = exp(-H * w[PASS + i] * w[PERF + i])
        w[ALIVE_SCALE + i] = ONE / (ONE - exp(-w[PAST_GROWTH + i] * w[LIFE + i]))
        w[HEAVIER + i] = exp(f4(0.5) * w[SIGMA + i] * w[SIGMA + i])
        w[BOOK_KEPT + i] = exp(-H * w[OBSOLESCENCE + i])
        w[HOOKUP_STEP + i] = exp(H * w[HOOKUP_GROWTH + i])
        w[BASS_STEP + i] = exp(-H * (w[BASS_P + i] + w[BASS_Q + i]))
        w[FADE_STEP + i] = exp(-H * w[FADE + i])
        w[PERF_STEP + i] = exp(H * w[PERF + i])
        w[INFLATION_STEP + i] = exp(H * w[INFLATION + i])
        w[DISCOUNT_STEP + i] = ONE / np.sqrt(np.sqrt(ONE + w[WACC + i]))
        w[DISCOUNT + i] = np.sqrt(w[DISCOUNT_STEP + i])
        w[PURCHASES_STEP + i] = exp(H * w[PURCHASES + i])
        w[ENERGY_PRICE + i] = w[PUE + i] * w[POWER_PRICE + i] * f4(8766e-6 / 4)
        w[LOG_EQUIPMENT + i] = log(w[EQUIPMENT + i])
        w[LOG_SHELL + i] = log(w[SHELL + i])
        w[OWN + i] = np.sqrt(ONE - w[LOADING + i] * w[LOADING + i])
        w[FRESH_AR + i] = np.sqrt(ONE - w[PERSISTENCE + i] * w[PERSISTENCE + i])
        w[FALLEN + i] = H
        w[FRESH + i] = ONE
        w[BASS_E + i] = ONE
        w[PERF_NOW + i] = ONE
        w[LEVEL + i] = w[COST + i]
        w[HOOK + i] = w[HOOKUP + i]
    for i in range(L):
        table, shares = ZERO, ZERO
        for c in range(C):
            table += w[CAPEX_26 + c * L + i]
            shares += w[POT_SHARE + c * L + i]
        stretch = ONE + w[GAP_SHARE + i] * (w[HEADLINE + i] / table - ONE)
        stretch *= exp(w[OVERSHOOT + i])
        for c in range(C):
            w[YEAR_ONE + c * L + i] = w[CAPEX_26 + c * L + i] * stretch * H
            w[POT + c * L + i] = w[POTENTIAL + i] * w[POT_SHARE + c * L + i] / shares
        w[POT + 2 * L + i] += w[COPILOT + i] * w[SEATS + i] * w[SEAT_PRICE + i]
    for c in range(C):
        for i in range(L):
            k = c * L + i
            first, financed, unmet = w[FIRST + k], w[FINANCED + k], ONE + w[UNMET + i]
            rent = w[RENTAL + i] * (ONE - first) + w[FIRST_RENT + i] * first
            external, internal = w[AI_REVENUE + k], w[INTERNAL + k]
            gw = (external + internal) / rent
            organic = (internal + external * (ONE - financed)) * unmet
            labs = external * financed * unmet
            target = max(labs, w[BACKLOG + k] * w[REALISED + i] / w[BACKLOG_YEARS + i])
            w[RENT + k], w[GW_0 + k], w[ORGANIC_0 + k] = rent, gw, organic
            w[LABS_0 + k], w[LABS_RISE + k] = H * labs, H * (target - labs)
            w[POT + k] = max(w[POT + k], w[FLOOR + i] * organic)
            merchant = exp(
                w[TILT_MERCHANT + k] * log(w[MERCHANT_24 + i]) - w[SHIFT + k] * w[MERCHANT_YEARS + i]
            )
            w[MERCHANT + k], w[SHIFT_STEP + k] = merchant, exp(-H * w[SHIFT + k])
            w[WORK_0 + k] = ONE / (merchant + (ONE - merchant) * w[CUSTOM + k])
            compute = w[COST + i] * w[COMPUTE_SHARE + i]
            chip = compute * (ONE - (ONE - merchant) * w[CUSTOM_DISC + i])
            w[CHIPS_0 + k], w[SITES_0 + k] = gw * chip, gw * (w[COST + i] - compute)
            idle = w[OPENING_IDLE + i] * gw
            w[IDLE_GW_0 + k], w[IDLE_0 + k] = idle, idle * chip
            w[WAITING + k], w[WAITING + C * L + k] = idle, idle
            w[WAITING + 2 * C * L + k], w[WAITING + 3 * C * L + k] = idle * chip, idle * chip
            w[IDLE_SUM + i] += idle
            book = w[NET + i] * (w[CHIPS_0 + k] + w[SITES_0 + k]) + idle * chip
            w[BOOK_0 + k], w[BOOKS + k], w[VALUE + k], w[INVESTED + k] = book, book, -book, book
            w[SITES_ALL + k] = w[SITES_0 + k]
            w[BOUGHT + k] = w[CHIPS_0 + k] + idle * chip
    for g in range(G):
        for i in range(L):
            k = g * L + i
            w[TROUGH + k] = f4(1e30)
            newest = w[OLD_CHIP + i] * w[SERVER + k] if g < C else w[OLD_SITE + i] * w[SITE_LIFE + i]
            w[TO_GO + k] = w[PURCHASES + i] * newest
            w[FADED + k] = exp(-w[TO_GO + k])
            w[LEFT + k] = w[TO_GO + k] + (w[FADED + k] - ONE)
    for c in range(C):
        for i in range(L):
            k = c * L + i
            w[OLD_CHIPS + k] = w[NET + i] * w[CHIPS_0 + k] / w[LEFT + k]
            w[OLD_SITES + k] = w[NET + i] * w[SITES_0 + k] / w[LEFT + C * L + i]
    for r in range(R):
        cancel = CANCEL[r]
        for i in range(L):
            k = r * L + i
            w[LOG_LEAD + k] = log(w[LEAD_TIME + k])
            w[PLAN + k] = w[PLAN_LEAD + k] * w[PLAN_RATIO + i]
            w[LOG_PLAN + k] = log(w[PLAN + k])
            w[CANCELLED + k] = w[cancel + i]
            w[STAYS + k], w[STAYS + R * L + k] = ONE, w[BOOK_KEPT + i]
    for c in range(C):
        for i in range(L):
            total = ZERO
            for r in range(R):
                total += w[TILT + (c * R + r) * L + i] * w[MIX_IN + r * L + i]
            for r in range(R):
                k = (c * R + r) * L + i
                mix = w[TILT + k] * w[MIX_IN + r * L + i] / total
                w[MIX + k] = mix
                for kind in range(4):
                    queue = QUEUE + ((kind * C + c) * R + r) * S * L + i
                    w[queue] = mix * w[WAITING + (kind * C + c) * L + i]


@compiled
def cycle_and_price(w, t, block_size):
    if t > 0:
        for i in range(L):
            s = w[REGIME + i]
            leave = by(s, w[LEAVE + i], w[LEAVE + L + i], w[LEAVE + 2 * L + i])
            to_bust = leave * by(s, w[TO_BUST + i], w[TO_BUST + L + i], ZERO)
            hazard = by(s, w[HAZARD + i], w[HAZARD + L + i], w[HAZARD + 2 * L + i])
            other = by(s, ONE, ZERO, ONE)
            after = f4(2) if w[U + i] < to_bust else (other if w[U + i] < leave else s)
            broken = w[BROKEN + i]
            breaks = ONE - broken if w[U + L + i] < hazard else ZERO
            contagious = breaks if w[U + 2 * L + i] < w[CONTAGION + i] else ZERO
            after = f4(2) if contagious > ZERO else after
            w[REGIME + i], w[BROKEN + i] = after, broken + breaks
            w[BOOMS + i] += by(after, ONE, ZERO, ZERO)
            target = by(after, w[MARKUP + i], w[MARKUP + L + i], w[MARKUP + 2 * L + i])
            mark = w[MARK + i]
            w[MARK + i] = mark + w[PULL + i] * (target - mark) + w[PRICE_VOL + i] * f4(0.5) * w[Z + i]
            w[NOISE + i] = w[CALM + i] * w[NOISE + i] + f4(0.125) * w[PRICE_VOL + i] * w[PRICE_VOL + i]
            drift = by(after, ZERO, w[DRIFT + i], w[DRIFT + L + i])
            w[DELTA + i] += H * (drift - w[RECOVERY + i] * w[DELTA + i])
            w[FALLEN + i] *= w[FALL + i]
            w[LEVEL + i] *= w[INFLATION_STEP + i]
            w[PERF_NOW + i] *= w[PERF_STEP + i]
            w[HOOK + i] *= w[HOOKUP_STEP + i]
            gone = w[BASS_E + i] * (ONE - w[BASS_STEP + i])
            w[BASS_GONE + i] += gone
            w[BASS_E + i] *= w[BASS_STEP + i]
    year = H * f4(t)
    for i in range(L):
        s, fresh = w[REGIME + i], w[FRESH + i]
        boom = w[GROWTH + i] * fresh + w[GROWTH + L + i] * (ONE - fresh)
        w[TREND + i] = by(s, boom, w[GROWTH + L + i], w[GROWTH + 2 * L + i])
        if t >= 4:
            w[FRESH + i] = fresh * w[FADE_STEP + i]
        old = ONE - exp(-w[PAST_GROWTH + i] * max(ZERO, w[LIFE + i] - year))
        w[ALIVE + i] = old * w[ALIVE_SCALE + i]
        grown = exp(w[FIN_GROWTH + i] * max(H * w[BOOMS + i] - w[RAMP + i], ZERO))
        w[LABS_SCALE + i] = grown * (ONE - w[SEVERITY + i] * w[BROKEN + i])
        w[TARGET + i] = min(ONE, year / w[RAMP + i])
        price = exp(w[MARK + i] - w[NOISE + i]) * w[FALLEN + i]
        for c in range(C):
            w[PRICE + c * L + i] = w[RENT + c * L + i] * price
        w[PRICE + i] *= exp(-w[GAP_RATE + i] * min(year, w[GAP_YEARS + i]))


def _spend(c):
    """Spending of one company: a function of its own, so that every offset is a constant."""
    at = c * L

    @compiled
    def spend_one(w, t, block_size):
        for i in range(L):
            k = at + i
            late = w[PROFILE + 2 * C * L + k] if t == 2 else w[PROFILE + 3 * C * L + k]
            shape = w[PROFILE + k] if t == 0 else (w[PROFILE + C * L + k] if t == 1 else late)
            first_half = w[PROFILE + k] + w[PROFILE + C * L + k]
            shape *= f4(4) / (first_half + w[PROFILE + 2 * C * L + k] + w[PROFILE + 3 * C * L + k])
            x = w[X_SPEND + k]
            excess = ZERO
            if t >= 4:
                shock = w[LOADING + i] * w[Z + L + i] + w[OWN + i] * w[Z_SPEND + k]
                x += H * (w[TREND + i] - w[DISCIPLINE + i] * w[SHORT + k])
                x += w[VOL + i] * f4(0.5) * shock
                recent = (
                    w[RECENT + k]
                    + w[RECENT + C * L + k]
                    + w[RECENT + 2 * C * L + k]
                    + w[RECENT + 3 * C * L + k]
                )
                excess = w[DEFERRAL + i] * clip(w[WAITING + k] / recent - w[THRESHOLD + i])
            w[X_SPEND + k] = x
            total = w[YEAR_ONE + k] * exp(x) * shape * (ONE - excess)
            ai = total * w[AI_SHARE + k]
            merchant = w[MERCHANT + k]
            if t > 0:
                merchant *= w[SHIFT_STEP + k]
            compute = w[LEVEL + i] * w[COMPUTE_SHARE + i]
            chip = compute * (ONE - (ONE - merchant) * w[CUSTOM_DISC + i])
            site = w[LEVEL + i] - compute
            gw = ai / (chip + site)
            work = (merchant + (ONE - merchant) * w[CUSTOM + k]) * w[WORK_0 + k] * w[PERF_NOW + i]
            w[MERCHANT + k], w[TOTAL + k], w[AI + k], w[SITES + k] = merchant, total, ai, gw * site
            w[INFLOW + k], w[INFLOW + C * L + k] = gw, gw * work
            w[INFLOW + 2 * C * L + k], w[INFLOW + 3 * C * L + k] = gw * chip, gw * chip

    return spend_one


spend_0, spend_1, spend_2, spend_3 = (_spend(c) for c in range(C))


@compiled
def spread_after(w, i):
    """Variance of a persistent state after one more quarter."""
    return w[PERSISTENCE + i] * w[PERSISTENCE + i] * w[SPREAD + i] + w[FRESH_AR + i] * w[FRESH_AR + i]


@compiled
def power(w, t, block_size):
    first = 0 if t > 0 else C + 2
    for k in range(AR_ROWS):
        for i in range(L):
            moved = w[PERSISTENCE + i] * w[AR + k * L + i] + w[FRESH_AR + i] * w[Z_AR + k * L + i]
            w[AR + k * L + i] = moved if k >= first else ZERO
    for i in range(L):
        ordered = w[INFLOW + i] + w[INFLOW + L + i] + w[INFLOW + 2 * L + i] + w[INFLOW + 3 * L + i]
        crowd = max((FOUR * ordered + w[IDLE_SUM + i]) / w[HOOK + i], ONE)
        w[LOGCROWD + i] = w[CONGESTION + i] * log(crowd)
    for r in range(R):
        for i in range(L):
            k = r * L + i
            rho, sigma, vol = w[RHO + i], w[SIGMA + i], w[LEAD_VOL + i]
            state = np.sqrt(rho) * w[POWER_AR + i] + np.sqrt(ONE - rho) * w[POWER_AR + L + k]
            lead = w[LOG_LEAD + k] + vol * (state - f4(0.5) * vol * spread_after(w, i))
            lead = max(lead, w[LOG_EQUIPMENT + i])
            lead = max(lead + w[LOGCROWD + i], w[LOG_SHELL + i])
            d = (lead - w[LOG_PLAN + k]) / sigma
            late = normal_cdf(d)
            wait = exp(lead) * w[HEAVIER + i] * normal_cdf(d + sigma) - w[PLAN + k] * late
            wait = max(wait, ZERO) + w[CANCELLED + k] * w[REROUTE + i]
            late += w[CANCELLED + k] * (ONE - late)
            delay = wait / late if late > ZERO else ZERO
            w[PASSES + k], w[LATE + k] = ONE / (ONE + delay * f4(1 / (S * 0.25))), late


def _cascade(kind, c):
    """One kind of one company through all stages of all queues."""
    stays, row, mix = STAYS + (kind // 3) * R * L, (kind * C + c) * L, MIX + c * R * L
    first = QUEUE + (kind * C + c) * R * S * L
    inflow, energised = INFLOW + row, ENERGISED + row

    @compiled
    def cascade(w, block_size):
        for i in range(L):
            inward, out = w[inflow + i], ZERO
            for r in range(R):
                at, j = first + r * S * L + i, r * L + i
                keep, passes = w[stays + j], w[PASSES + j]
                one = keep * w[at] + inward * w[LATE + j] * w[mix + j]
                two = keep * w[at + L] + passes * one
                three = keep * w[at + 2 * L] + passes * two
                w[at], w[at + L], w[at + 2 * L] = one, two, three
                out += passes * three
            w[energised + i] = out

    return cascade


(
    cascade_0,
    cascade_1,
    cascade_2,
    cascade_3,
    cascade_4,
    cascade_5,
    cascade_6,
    cascade_7,
    cascade_8,
    cascade_9,
    cascade_10,
    cascade_11,
    cascade_12,
    cascade_13,
    cascade_14,
    cascade_15,
) = (_cascade(k // C, k % C) for k in range(16))


@compiled
def queue(w, block_size):
    for c in range(C):
        for i in range(L):
            k = 3 * C * L + c * L + i
            w[WRITEDOWN + c * L + i] = w[WAITING + k] * (ONE - w[BOOK_KEPT + i])
            w[WAITING + k] *= w[BOOK_KEPT + i]
    cascade_0(w, block_size)
    cascade_1(w, block_size)
    cascade_2(w, block_size)
    cascade_3(w, block_size)
    cascade_4(w, block_size)
    cascade_5(w, block_size)
    cascade_6(w, block_size)
    cascade_7(w, block_size)
    cascade_8(w, block_size)
    cascade_9(w, block_size)
    cascade_10(w, block_size)
    cascade_11(w, block_size)
    cascade_12(w, block_size)
    cascade_13(w, block_size)
    cascade_14(w, block_size)
    cascade_15(w, block_size)
    for i in range(L):
        w[IDLE_SUM + i] = ZERO
    for c in range(C):
        for i in range(L):
            late = ZERO
            for r in range(R):
                late += w[LATE + r * L + i] * w[MIX + (c * R + r) * L + i]
            for kind in range(4):
                k = (kind * C + c) * L + i
                held = w[INFLOW + k] * late
                out = w[ENERGISED + k]
                w[WAITING + k] = max(w[WAITING + k] + held - out, ZERO)
                w[ENERGISED + k] = w[INFLOW + k] - held + out
            w[IDLE_SUM + i] += w[WAITING + c * L + i]
    for r in range(R):
        for i in range(L):
            stays = ONE - w[PASSES + r * L + i]
            w[STAYS + r * L + i] = stays
            w[STAYS + (R + r) * L + i] = stays * w[BOOK_KEPT + i]


@compiled
def retire(w, t, c, total, entries, last, whole, part, block_size):
    """Add the entry of quarter t to a total, and take off what has reached its life."""
    now, before = entries + (t * C + c) * L, last + c * L
    row, out, old = w[now : now + L], w[total + c * L : total + (c + 1) * L], w[before : before + L]
    for i in range(L):
        out[i] += row[i]
    least = whole[0]
    for i in range(1, L):
        least = min(least, whole[i])
    if t < least:
        return
    history = w[entries : entries + T * C * L]
    for i in range(L):
        k = t - whole[i]
        found = history[max(k, i4(0)) * C * L + c * L + i]
        found = found if k >= 0 else ZERO
        out[i] -= (ONE - part[i]) * found + part[i] * old[i]
        old[i] = found


@compiled
def lives(w, whole, part, block_size):
    """Lives in quarters: of chips in use, of what is also under contract, of a site, of each server."""
    for i in range(L):
        life, term = FOUR * w[LIFE + i], FOUR * w[TERM + i]
        one, two, three = np.floor(life), np.floor(term), np.floor(FOUR * w[SITE_LIFE + i])
        both = min(one, two)
        whole[0, i], part[0, i] = i4(one), life - one
        whole[1, i] = i4(both)
        share = (life - one if one == both else ONE) * (term - two if two == both else ONE)
        part[1, i] = share
        whole[2, i], part[2, i] = i4(three), FOUR * w[SITE_LIFE + i] - three
        for c in range(C):
            server = FOUR * w[SERVER + c * L + i]
            whole[3 + c, i], part[3 + c, i] = i4(np.floor(server)), server - np.floor(server)


def _fleet_and_demand(c):
    at = c * L

    @compiled
    def one(w, t, block_size):
        year = H * f4(t)
        look_back = w[GROSSES + max(t - 4, 0) * C * L + at :]
        for i in range(L):
            k = at + i
            contract, price = w[CONTRACT + i], w[PRICE + k]
            old = w[GW_0 + k] * w[ALIVE + i]
            lock = contract * clip(ONE - year / w[TERM + i])
            spot = (w[SPOT_C + k] - contract * w[LOCK_C + k] + old * (ONE - lock)) * price
            capacity = spot + contract * w[LOCK_V + k] + old * lock * H * w[RENT + k]
            load = w[OWN + i] * w[DEMAND_AR + L + k] + w[LOADING + i] * w[DEMAND_AR + i]
            start, p, q, e = (
                w[ORGANIC_0 + k] / w[POT + k],
                w[BASS_P + i],
                w[BASS_Q + i],
                w[BASS_E + i],
            )
            adopted = (p * w[BASS_GONE + i] + start * (q + p * e)) / (p + q * start + q * (ONE - start) * e)
            vol = w[DEMAND_VOL + i]
            noise = vol * (load - f4(0.5) * vol * w[SPREAD + i])
            organic = H * w[POT + k] * adopted * exp(noise + w[DELTA + i])
            labs = (w[LABS_0 + k] + w[LABS_RISE + k] * w[TARGET + i]) * w[LABS_SCALE + i]
            revenue = min(organic + labs, capacity)
            earned = revenue * organic / (organic + labs)
            before = look_back[i] if t >= 4 else w[CHIPS_0 + k] + w[SITES_0 + k] + w[IDLE_0 + k]
            w[SHORT + k] = clip(ONE - FOUR * earned / (before * w[HURDLE + i]))
            w[SPOT + k], w[CAPACITY + k], w[ORGANIC + k], w[LABS + k] = spot, capacity, organic, labs
            w[REVENUE + k] = revenue
            if t == 0:
                w[NC_0 + k] = earned
            if t == 7:
                w[NC_7 + k] = earned
            used = revenue / capacity if capacity > ZERO else ZERO
            live = w[LIVE + k] + old
            w[ENERGY + k] = live * w[ENERGY_PRICE + i] * (w[IDLE_LOAD + i] + (ONE - w[IDLE_LOAD + i]) * used)

    return one


fleet_0, fleet_1, fleet_2, fleet_3 = (_fleet_and_demand(c) for c in range(C))


@compiled
def enter(w, t, whole, part, block_size):
    """Put the quarter's orders and deliveries among the vintages."""
    now = t * C * L
    gw, compute, value = w[E_GW + now :], w[E_COMPUTE + now :], w[E_VALUE + now :]
    chips, books, sites = w[E_CHIPS + now :], w[E_BOOK + now :], w[E_SITES + now :]
    for k in range(C * L):
        gw[k], compute[k] = w[ENERGISED + k], w[ENERGISED + C * L + k]
        value[k] = w[ENERGISED + C * L + k] * w[PRICE + k]
        chips[k], books[k], sites[k] = w[INFLOW + 2 * C * L + k], w[ENERGISED + 3 * C * L + k], w[SITES + k]
    for c in range(C):
        retire(w, t, c, LIVE, E_GW, LAST_GW, whole[0], part[0], block_size)
        retire(w, t, c, SPOT_C, E_COMPUTE, LAST_SPOT, whole[0], part[0], block_size)
        retire(w, t, c, LOCK_C, E_COMPUTE, LAST_LOCK, whole[1], part[1], block_size)
        retire(w, t, c, LOCK_V, E_VALUE, LAST_VALUE, whole[1], part[1], block_size)
        retire(w, t, c, GROSS, E_CHIPS, LAST_CHIPS, whole[0], part[0], block_size)
        retire(w, t, c, CHIP_BOOK, E_BOOK, LAST_BOOK, whole[3 + c], part[3 + c], block_size)
        retire(w, t, c, SITE_BOOK, E_SITES, LAST_SITES, whole[2], part[2], block_size)


LAST_GW, LAST_SPOT, LAST_LOCK, LAST_VALUE, LAST_CHIPS, LAST_BOOK, LAST_SITES = LAST


@compiled
def write_off(w, block_size):
    """What the quarter writes off of the opening books, over what they hold by the same measure."""
    for g in range(G):
        for i in range(L):
            k = g * L + i
            before = w[LEFT + k]
            w[TO_GO + k] -= H * w[PURCHASES + i]
            w[FADED + k] *= w[PURCHASES_STEP + i]
            w[LEFT + k] = max(w[TO_GO + k], ZERO) + (min(w[FADED + k], ONE) - ONE)
            w[CHARGE + k] = before - w[LEFT + k]


@compiled
def accounts(w, t, block_size):
    age = f4(T - 1 - t)
    year = H * f4(t)
    gross = w[GROSSES + t * C * L : GROSSES + (t + 1) * C * L]
    recent = w[RECENT + (t % 4) * C * L : RECENT + (t % 4 + 1) * C * L]
    second, third = f4(4 <= t < 8), f4(8 <= t < 12)
    two_years, first, six = f4(t < 8), f4(t < 4), f4(t < 6)
    final, book_final = f4(t >= T - 4), f4(t >= T - 8)
    for c in range(C):
        for i in range(L):
            k = c * L + i
            ai, revenue, energy = w[AI + k], w[REVENUE + k], w[ENERGY + k]
            w[SITES_ALL + k] += w[SITES + k]
            gross[k] = w[GROSS + k] + (w[CHIPS_0 + k] + w[IDLE_0 + k]) * w[ALIVE + i] + w[SITES_ALL + k]
            recent[k] = w[INFLOW + k]
            w[ENDS + k] += w[ENERGISED + 2 * C * L + k] * clip(FOUR * w[LIFE + i] - age)
            server, site = FOUR * w[SERVER + k], FOUR * w[SITE_LIFE + i]
            charge = w[CHIP_BOOK + k] / server + w[SITE_BOOK + k] / site
            charge += w[OLD_CHIPS + k] * w[CHARGE + k] + w[OLD_SITES + k] * w[CHARGE + C * L + i]
            writedown = w[WRITEDOWN + k]
            ebitda = revenue * (ONE - w[OPEX + i]) - energy
            core = ZERO
            if c == 1:
                core = -w[SEARCH + i] * (ONE - exp(-w[EROSION + i] * year)) * H * w[FLOW + i]
            if c == 3:
                noise = w[ADS_VOL + i] * (w[ADS_AR + i] - f4(0.5) * w[ADS_VOL + i] * w[SPREAD + i])
                swing = noise + w[ADS_LOAD + i] * w[DELTA + i]
                core = w[ADS_REVENUE + i] * (exp(swing) - ONE) * H * w[FLOW + i]
            nopat = (ebitda - charge - writedown + core) * (ONE - w[TAX + i])
            fcf = nopat + charge + writedown - ai
            book = w[BOOKS + k] + ai - charge - writedown
            w[BOOKS + k] = book
            w[VALUE + k] += fcf * w[DISCOUNT + i]
            w[INVESTED + k] += ai * w[DISCOUNT + i]
            w[S_CAPEX + k] += first * w[TOTAL + k]
            w[S_AI8 + k] += two_years * ai
            w[S_AI6 + k] += six * ai
            w[S_ENERGISED + k] += two_years * w[ENERGISED + k]
            w[S_ORDERED + k] += two_years * w[INFLOW + k]
            w[S_REV2 + k] += second * revenue
            w[S_CHARGES + k] += second * (energy + charge + writedown)
            w[S_REV3 + k] += third * revenue
            w[S_EBITDA + k] += third * ebitda
            w[S_CAP3 + k] += third * w[CAPACITY + k]
            w[S_NOPAT3 + k] += third * nopat
            w[NOPAT_LAST + k] += final * nopat
            w[BOOK_LAST + k] += book_final * book
            if t == 0:
                w[NOPAT_0 + k] = nopat
            w[BOUGHT + k] += w[INFLOW + 2 * C * L + k]
            w[FCF_YEAR + k] += fcf
            w[DRAG_YEAR + k] += writedown
    for i in range(L):
        w[DISCOUNT + i] *= w[DISCOUNT_STEP + i]
        w[SPREAD + i] = spread_after(w, i)
        bought, idle, fcf = ZERO, ZERO, ZERO
        for c in range(C):
            k = c * L + i
            value = w[WAITING + 2 * C * L + k]
            bought += w[BOUGHT + k]
            idle += value
            fcf += w[FCF_YEAR + k]
            w[PEAK_VALUE + k] = max(w[PEAK_VALUE + k], value)
            w[PEAK_SHARE + k] = max(w[PEAK_SHARE + k], value / w[BOUGHT + k])
        w[PEAK_VALUE + C * L + i] = max(w[PEAK_VALUE + C * L + i], idle)
        w[PEAK_SHARE + C * L + i] = max(w[PEAK_SHARE + C * L + i], idle / bought)
        w[FCF_YEAR + C * L + i] = fcf
    if t % 4 == 3:
        for g in range(G):
            for i in range(L):
                w[TROUGH + g * L + i] = min(w[TROUGH + g * L + i], w[FCF_YEAR + g * L + i])
                w[FCF_YEAR + g * L + i] = ZERO
        for k in range(C * L):
            w[DRAG + k] = max(w[DRAG + k], w[DRAG_YEAR + k])
            w[DRAG_YEAR + k] = ZERO


@compiled
def closing(w, block_size):
    for c in range(C):
        for i in range(L):
            k = c * L + i
            boom, flat, bust = w[BOOM_YEARS + i], w[BOOM_YEARS + L + i], w[BOOM_YEARS + 2 * L + i]
            in_boom = boom / flat * (ONE - w[TO_BUST + L + i])
            in_bust = bust * (in_boom / boom * w[TO_BUST + i] + w[TO_BUST + L + i] / flat)
            mean = in_boom * w[MARKUP + i] + w[MARKUP + L + i] + in_bust * w[MARKUP + 2 * L + i]
            mid = mean / (in_boom + ONE + in_bust)
            capacity = w[CAPACITY + k] + w[SPOT + k] * (exp(mid - w[MARK + i] + w[NOISE + i]) - ONE)
            revenue = min(w[ORGANIC + k] * exp(-w[DELTA + i]) + w[LABS + k], capacity)
            in_use = w[ENDS + k] + w[CHIPS_0 + k] * w[ALIVE + i]
            replaced = in_use / w[LIFE + i] + w[SITES_ALL + k] / w[SITE_LIFE + i]
            growth, wacc = w[TERMINAL + i], w[WACC + i]
            ronic = max(w[RONIC + i], growth + w[RONIC_FLOOR + i])
            profit = (revenue * (ONE - w[OPEX + i]) - w[ENERGY + k] - H * replaced) * (ONE - w[TAX + i])
            # a geometric series of cash that comes half a quarter before the quarter ends
            half = np.sqrt(w[DISCOUNT_STEP + i])
            paid_out = ONE - quarterly(growth) / quarterly(ronic)
            going = profit * paid_out / (quarterly((wacc - growth) / (ONE + growth)) * half)
            w[VALUE + k] += max(going, w[SALVAGE + i] * w[BOOKS + k]) * (w[DISCOUNT + i] / half)
            w[ENDLESS + i] = ONE if wacc - growth < w[LEAST + i] else ZERO
            w[OUT + (13 * G) * L + k] = w[DRAG + k] * (ONE - w[TAX + i]) / w[SHARES + k]
            rise = (w[S_NOPAT3 + k] - FOUR * w[NOPAT_0 + k]) / w[SHARES + k]
            w[OUT + (13 * G + C) * L + k] = rise
    ratio(w, 1, VALUE, INVESTED, block_size)
    ratio(w, 2, NOPAT_LAST, BOOK_LAST, block_size)
    for k in range(C * L):
        # what the next ratios divide, in rows that are not needed any more
        w[NC_7 + k] -= w[NC_0 + k]
        w[BOOK_0 + k] += w[S_AI8 + k]
        w[IDLE_GW_0 + k] += w[S_ORDERED + k]
    for c in range(C):
        for i in range(L):
            w[ORGANIC + c * L + i] = w[REVENUE_25 + c * L + i] * (ONE + w[REVENUE_GROWTH + i])
    ratio(w, 6, BOOK_0, S_EBITDA, block_size)
    ratio(w, 7, NC_7, S_AI6, block_size)
    ratio(w, 8, S_CHARGES, S_REV2, block_size)
    ratio(w, 9, S_ENERGISED, IDLE_GW_0, block_size)
    ratio(w, 10, S_REV3, S_CAP3, block_size)
    ratio(w, 12, S_CAPEX, ORGANIC, block_size)
    for i in range(L):
        value, capex = ZERO, ZERO
        for c in range(C):
            value += w[VALUE + c * L + i]
            capex += w[S_CAPEX + c * L + i]
            w[OUT + c * L + i] = w[VALUE + c * L + i]
            w[OUT + (11 * G + c) * L + i] = w[S_CAPEX + c * L + i]
        w[OUT + C * L + i], w[OUT + (11 * G + C) * L + i] = value, capex
        for g in range(G):
            k = g * L + i
            w[OUT + 2 * G * L + k] *= f4(8)
            w[OUT + 3 * G * L + k] = w[PEAK_SHARE + k]
            w[OUT + 4 * G * L + k] = w[PEAK_VALUE + k]
            w[OUT + 5 * G * L + k] = w[TROUGH + k]
            w[OUT + 7 * G * L + k] *= FOUR
            w[OUT + 8 * G * L + k] = ONE - w[OUT + 8 * G * L + k]


@compiled
def ratio(w, metric, above, below, block_size):
    """Each company's ratio, and the group's: of the sums."""
    start = OUT + metric * G * L
    out, top, base = w[start : start + G * L], w[above : above + C * L], w[below : below + C * L]
    for i in range(L):
        a, b = ZERO, ZERO
        for c in range(C):
            a += top[c * L + i]
            b += base[c * L + i]
            out[c * L + i] = top[c * L + i] / base[c * L + i]
        out[C * L + i] = a / b


@compiled
def quarter(w, t, whole, part, block_size):
    cycle_and_price(w, t, block_size)
    spend_0(w, t, block_size)
    spend_1(w, t, block_size)
    spend_2(w, t, block_size)
    spend_3(w, t, block_size)
    power(w, t, block_size)
    queue(w, block_size)
    fleet_0(w, t, block_size)
    fleet_1(w, t, block_size)
    fleet_2(w, t, block_size)
    fleet_3(w, t, block_size)
    enter(w, t, whole, part, block_size)
    write_off(w, block_size)
    accounts(w, t, block_size)


parallel = numba.njit(parallel=True, fastmath=True, error_model="numpy")


@parallel
def _given(x, z, u, block_size):
    """Metrics [metric, path] for inputs [input, path] and shocks [quarter, shock, path] that are given."""
    paths = x.shape[1]
    result = np.empty((RESULTS, paths), np.float32)
    for block in numba.prange(paths // L):
        w = np.empty(ROWS * L, np.float32)
        whole, part = np.empty((3 + C, L), np.int32), np.empty((3 + C, L), np.float32)
        here = slice(block * L, (block + 1) * L)
        for k in range(x.shape[0]):
            w[k * L : (k + 1) * L] = x[k, here]
        opening(w, block_size)
        lives(w, whole, part, block_size)
        for t in range(T):
            for k in range(z.shape[1]):
                w[Z + k * L : Z + (k + 1) * L] = z[t, k, here]
            for k in range(3):
                w[U + k * L : U + (k + 1) * L] = u[t, k, here]
            quarter(w, t, whole, part, block_size)
        closing(w, block_size)
        for k in range(result.shape[0]):
            result[k, here] = w[OUT + k * L : OUT + (k + 1) * L]
    return result


@compiled
def priors(w, scores, rows, family, location, scale, triangular, correlated, factor, block_size):
    """Turn the scores of random priors into inputs, each at its row."""
    n = len(correlated)
    for j in range(n - 1, -1, -1):
        out = scores[correlated[j] * L : (correlated[j] + 1) * L]
        for i in range(L):
            out[i] *= factor[j, j]
        for k in range(j):
            other, weight = scores[correlated[k] * L : (correlated[k] + 1) * L], factor[j, k]
            for i in range(L):
                out[i] += weight * other[i]
    for k in range(len(rows)):
        out, z = w[rows[k] * L : (rows[k] + 1) * L], scores[k * L : (k + 1) * L]
        place, spread = location[k], scale[k]
        if family[k] == 0:
            for i in range(L):
                out[i] = exp(place + spread * z[i])
        elif family[k] == 1:
            for i in range(L):
                out[i] = ONE / (ONE + exp(-place - spread * z[i]))
        elif family[k] == 2:
            for i in range(L):
                out[i] = place + spread * z[i]
        else:
            low, mode, high = triangular[k, 0], triangular[k, 1], triangular[k, 2]
            for i in range(L):
                v = normal_cdf(z[i])
                rising = low + np.sqrt(v * (high - low) * (mode - low))
                falling = high - np.sqrt((ONE - v) * (high - low) * (high - mode))
                out[i] = rising if v < (mode - low) / (high - low) else falling


@parallel
def _drawn(paths, seeds, fixed, rows, family, location, scale, triangular, correlated, factor, block_size):
    """Metrics [metric, path] of paths drawn here; one generator a chunk and lane."""
    result = np.empty((RESULTS, paths), np.float32)
    chunks = seeds.shape[0]
    blocks = paths // L // chunks
    shocks, scores_rows = AR_ROWS + 2 + C, len(rows) + len(rows) % 2
    for chunk in numba.prange(chunks):
        w, state = np.empty(ROWS * L, np.float32), seeds[chunk].copy()
        scores, drawn = np.empty(scores_rows * L, np.float32), np.empty((shocks + shocks % 2) * L, np.float32)
        whole, part = np.empty((3 + C, L), np.int32), np.empty((3 + C, L), np.float32)
        w[: len(fixed)] = fixed
        for block in range(blocks):
            normals(scores, scores_rows, state, block_size)
            priors(w, scores, rows, family, location, scale, triangular, correlated, factor, block_size)
            opening(w, block_size)
            lives(w, whole, part, block_size)
            for t in range(T):
                normals(drawn, shocks + shocks % 2, state, block_size)
                w[Z : Z + shocks * L] = drawn[: shocks * L]
                uniforms(w[U : U + 3 * L], 3, state, block_size)
                quarter(w, t, whole, part, block_size)
            closing(w, block_size)
            start = (chunk * blocks + block) * L
            for k in range(result.shape[0]):
                result[k, start : start + L] = w[OUT + k * L : OUT + (k + 1) * L]
    return result


def _named(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics by name, with what a loop under `fastmath` cannot say: not a number, and infinity."""
    found = dict(zip(METRICS, rows[:-1], strict=True))
    for entity in (*COMPANIES, "group"):
        for name in ("value_created", "value_per_dollar"):
            found[f"{name}.{entity}"][rows[-1] > 0] = np.nan
        payback = found[f"payback_years.{entity}"]
        payback[payback <= 0] = np.inf
    return found


def given(x: dict, z: np.ndarray, u: np.ndarray) -> dict[str, np.ndarray]:
    """Metrics for inputs and shocks that are given, in the layout of `numpy_buildout`; for the check."""
    paths = z.shape[-1] // L * L
    matrix = np.stack([np.broadcast_to(np.asarray(x[name], np.float32), z.shape[-1]) for name in NAMES])
    rows = _given(np.ascontiguousarray(matrix[:, :paths]), z[:, :, :paths].copy(), u[:, :, :paths].copy(), L)
    return _named(rows)


class Drawn:
    """The model with its draws, ready to be called with a number of paths."""

    def __init__(self, numbers: Numbers) -> None:
        if numbers.layout != LAYOUT:
            message = "this loop is written for the companies, sources and horizon of the default study"
            raise ValueError(message)
        fixed = np.zeros(len(NAMES) * L, np.float32)
        for k, name in enumerate(NAMES):
            fixed[k * L : (k + 1) * L] = numbers.constants.get(name, np.nan)
        self._rows = tuple(
            np.asarray(a)
            for a in (
                [NAMES.index(name) for name in numbers.names],
                np.repeat(np.arange(4), numbers.counts),
            )
        )
        count = len(numbers.names)
        triangular = np.zeros((count, 3), np.float32)
        for row, values in zip(range(count - numbers.counts[3], count), numbers.triangular, strict=True):
            triangular[row] = values
        self._arguments = (
            fixed,
            *self._rows,
            numbers.location,
            numbers.scale,
            triangular,
            numbers.correlated,
            np.ascontiguousarray(numbers.factor),
        )

    def __call__(self, paths: int, seed: int, chunks: int = 64) -> dict[str, np.ndarray]:
        """Metrics of so many paths, whole blocks in every chunk."""
        rng = np.random.default_rng(seed)
        chunks = min(chunks, paths // L)
        seeds = rng.integers(1, 2**32, (chunks, 4 * L), dtype=np.uint32)
        made = paths // (L * chunks) * L * chunks
        rows = _drawn(made, seeds, *self._arguments, L)
        return _named(rows)
