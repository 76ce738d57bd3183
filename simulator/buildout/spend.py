"""Capital spending: opening year, growth through the cycle, discipline, deferral.

Equations: docs/explanation/model.md, 4.1 to 4.7.
"""

import math
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath, Quarter, Regime, total
from simulator.buildout.cycle import by_regime
from simulator.buildout.inputs import Parameters

#: Newton steps after which the growth within a year is exact to double precision for every ratio.
NEWTON_STEPS = 4


class SpendTerms(NamedTuple):
    """Opening-year capex and the rules by which it moves after that year.

    Attributes
    ----------
    opening_year
        Capex of the first year  [USD bn/yr]
    profile
        Share of each quarter in the first year; sums to one  [1]
    ai_share
        Of capex, 0 to 1  [1]
    cut
        Share of planned AI capex that is not spent, 0 to 1; None where the study says nothing  [1]
    pause
        Years from the start in which none of it is spent; None where the study says nothing  [yr]
    growth
        Of log capex in boom, plateau and bust  [1/yr]
    fade
        How fast growth in a boom falls to that of a plateau  [1/yr]
    discipline
        Growth lost at a full shortfall of yield  [1/yr]
    hurdle
        Yield on capital below which there is a shortfall  [1/yr]
    accelerator
        Growth gained per unit of log demand over capacity, above 0  [1/yr]
    deferral, deferral_threshold
        Share of capex put off per unit of idle over ordered GW above the threshold  [1]
    made_up
        Part of what was put off that is made up in a quarter without deferral, 0 to 1  [1]
    volatility
        Standard deviation of a quarter's shock to log capex  [1]
    common_loading, own_loading
        Of the shocks that all companies share, and of each one's own  [1]
    """

    opening_year: PerCompany
    profile: Float[Array, "4 company #path"]
    ai_share: PerCompany
    cut: PerCompany | None
    pause: PerCompany | None
    growth: tuple[PerPath, PerPath, PerPath]
    fade: PerPath
    discipline: PerPath
    hurdle: PerPath
    accelerator: PerPath
    deferral: PerPath
    deferral_threshold: PerPath
    made_up: PerPath
    volatility: PerPath
    common_loading: PerPath
    own_loading: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "SpendTerms":
        """From company capex, the headline, the share of the gap that is real, and the quarter before.

        Parameters
        ----------
        p
            Draws of the inputs ``spend.*``, of those that decisions set where there are any, and
            ``dependence.firm_loading``.
        """
        table = p.company("spend.capex_2026")
        gap = p.path("spend.headline") / total(table, 0) - 1
        loading = p.path("dependence.firm_loading")
        year = table * (1 + p.path("spend.gap_share") * gap) * jnp.exp(p.path("spend.overshoot"))
        return cls(
            opening_year=year,
            profile=profile(
                jnp.stack([p.company(f"spend.profile.q{q}") for q in range(1, 5)]),
                growth_within(year, p.company("spend.last_quarter")),
                p.path("spend.profile_slope"),
            ),
            ai_share=p.company("spend.ai_share"),
            cut=p.of_some("spend.cut"),
            pause=p.of_some("spend.pause"),
            growth=(
                p.path("spend.growth_boom"),
                p.path("spend.growth_plateau"),
                p.path("spend.growth_bust"),
            ),
            fade=p.path("spend.fade"),
            discipline=p.path("spend.discipline"),
            hurdle=p.path("spend.hurdle"),
            accelerator=p.path("spend.accelerator"),
            deferral=p.path("spend.deferral"),
            deferral_threshold=p.path("spend.deferral_threshold"),
            made_up=-jnp.expm1(-H / p.path("spend.makeup_years")),
            volatility=p.path("spend.vol") * H**0.5,
            common_loading=loading,
            own_loading=jnp.sqrt(1 - loading**2),
        )


def growth_within(year: PerCompany, last_quarter: PerCompany) -> PerCompany:
    """Growth a quarter at which the four quarters after the last one add up to the year.

    Solves e^x + e^2x + e^3x + e^4x = year / last quarter, equation 4.2, by Newton's method in logs. The log
    of the left side is convex and rises, so that steps from above the solution never pass it.

    Parameters
    ----------
    year, last_quarter
        Capex  [USD bn]

    Returns
    -------
    PerCompany
        [log per quarter]; 0 where either is 0 and there is no growth to speak of.
    """
    both = (year > 0) & (last_quarter > 0)
    ratio = jnp.log(jnp.where(both, year / jnp.where(both, last_quarter, 1.0), float(QUARTERS_PER_YEAR)))
    growth = jnp.minimum((ratio - math.log(QUARTERS_PER_YEAR)) / 2.5, jnp.minimum(ratio, ratio / 4))
    for _ in range(NEWTON_STEPS):
        e = jnp.exp(growth)
        total = e * (1 + e * (1 + e * (1 + e)))
        slope = e * (1 + e * (2 + e * (3 + e * 4))) / total
        growth = growth - (jnp.log(total) - ratio) / slope
    return jnp.where(both, growth, 0.0)


def profile(
    untilted: Float[Array, "4 company #path"], growth: PerCompany, slope: PerPath
) -> Float[Array, "4 company #path"]:
    """Share of each quarter in the first year, the later the larger the faster spending grows.

    Parameters
    ----------
    untilted
        Weights of the quarters where spending neither grows nor falls  [1]
    growth
        Within the year  [log per quarter]
    slope
        Share of that growth by which a quarter outgrows the one before  [1]

    Returns
    -------
    Float[Array, "4 company #path"]
        [1], sums to one; equation 4.3.
    """
    steps = jnp.arange(QUARTERS_PER_YEAR, dtype=untilted.dtype) - (QUARTERS_PER_YEAR - 1) / 2
    weights = untilted * jnp.exp((slope * growth)[None] * steps[:, None, None])
    return weights / weights.sum(axis=0, keepdims=True)


def shortfall(terms: SpendTerms, noncircular: PerCompany, gross_capital: PerCompany) -> PerCompany:
    """How far the yield of organic revenue on capital in use falls short of the hurdle, 0 to 1.

    Parameters
    ----------
    terms
        With the hurdle.
    noncircular
        Organic revenue of the quarter before  [USD bn]
    gross_capital
        In use a year before, at cost  [USD bn]
    """
    in_use = jnp.where(gross_capital > 0, gross_capital, 1.0)
    earned = jnp.where(gross_capital > 0, QUARTERS_PER_YEAR * noncircular / in_use, 0.0)
    return jnp.clip(1 - earned / terms.hurdle, 0, 1)


def grow(
    level: PerCompany,
    terms: SpendTerms,
    regime: Regime,
    shortfall_before: PerCompany,
    scarcity_before: PerCompany,
    shocks: tuple[PerPath, PerCompany],
    year: Float[Array, ""],
    moves: Bool[Array, ""],
) -> PerCompany:
    """Log of capex over the opening year's profile, one quarter on; unchanged in the opening year.

    Parameters
    ----------
    level
        At the end of the quarter before  [1]
    terms
        Constants of the path.
    regime
        Of this quarter.
    shortfall_before
        Shortfall of yield in the quarter before, 0 to 1  [1]
    scarcity_before
        Log of demand over capacity in the quarter before, -1 to 1  [1]; who is short builds faster
    shocks
        Standard normal, common and by company.
    year
        Years since the start.
    moves
        False in the opening year.

    Returns
    -------
    PerCompany
        [1], equation 4.4.
    """
    boom, plateau, bust = terms.growth
    faded = jnp.exp(-terms.fade * (year - 1))
    trend = by_regime(regime, boom * faded + plateau * (1 - faded), plateau, bust)
    common, own = shocks
    shock = terms.volatility * (terms.common_loading * common + terms.own_loading * own)
    sold_out = scarcity_before
    growth = trend - terms.discipline * shortfall_before + terms.accelerator * sold_out
    after = level + H * growth + shock
    return jnp.where(moves, after, level)


class Outlay(NamedTuple):
    """Capex of a quarter, and what has been put off and not made up by its end.

    Attributes
    ----------
    capex
        [USD bn]
    put_off
        [USD bn]
    """

    capex: PerCompany
    put_off: PerCompany


def outlay(
    terms: SpendTerms,
    planned: PerCompany,
    put_off: PerCompany,
    idle_before: PerCompany,
    ordered_last_year: PerCompany,
    moves: Bool[Array, ""],
) -> Outlay:
    """Total capex of the quarter: orders are put off when too much waits for power, and made up later.

    Parameters
    ----------
    terms
        Constants of the path.
    planned
        Capex if nothing were put off or made up  [USD bn]
    put_off
        At the end of the quarter before  [USD bn]
    idle_before
        Chips that wait for power at the end of the quarter before  [GW]
    ordered_last_year
        In the four quarters before  [GW]
    moves
        False in the opening year, in which nothing is put off.

    Returns
    -------
    Outlay
        Equations 4.5 and 4.6: what is spent and what is still put off add to what was planned.
    """
    ordered = jnp.where(ordered_last_year > 0, ordered_last_year, 1.0)
    # The limit as orders go to zero: whatever is idle is endlessly more than was ordered.
    of_none = jnp.where(idle_before > 0, jnp.inf, 0.0)
    waiting = jnp.where(ordered_last_year > 0, idle_before / ordered, of_none)
    share = terms.deferral * jnp.clip(waiting - terms.deferral_threshold, 0, 1)
    share = jnp.where(moves, share, 0.0)
    made_up = terms.made_up * put_off * (1 - share)
    return Outlay(planned * (1 - share) + made_up, put_off + planned * share - made_up)


def planned_capex(terms: SpendTerms, level: PerCompany, quarter: Quarter) -> PerCompany:
    """Capex of the quarter before anything is put off  [USD bn].

    Parameters
    ----------
    terms
        Constants of the path.
    level
        Log of capex over the opening year's profile  [1]
    quarter
        Index of the quarter, from 0.
    """
    shape = terms.profile[jnp.minimum(quarter, QUARTERS_PER_YEAR - 1)]
    return terms.opening_year * shape * jnp.exp(level)


class Spent(NamedTuple):
    """What a decision leaves of planned capex.

    Attributes
    ----------
    left
        Share of planned capex that is spent, 0 to 1  [1]
    ai_share
        Of what is spent  [1]
    """

    left: PerCompany
    ai_share: PerCompany


def spent(terms: SpendTerms, year: Float[Array, ""]) -> Spent | None:
    """What a decision leaves of planned capex in a quarter; None where the study says nothing of one.

    Parameters
    ----------
    terms
        Constants of the path.
    year
        Years since the start.

    Returns
    -------
    Spent | None
        Equation 4.7. Where nothing is withheld, every number is what it is without a decision, bit for bit.
    """
    if terms.cut is None and terms.pause is None:
        return None
    cut = jnp.zeros_like(terms.ai_share) if terms.cut is None else terms.cut
    withheld = cut if terms.pause is None else jnp.where(year < terms.pause, 1.0, cut)
    left = 1 - terms.ai_share * withheld
    own = terms.ai_share * (1 - withheld) / jnp.where(left > 0, left, 1.0)
    return Spent(left, jnp.where(left > 0, own, 0.0))
