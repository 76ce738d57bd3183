"""Debt of the companies that have to borrow: net debt, interest, and what spending can be paid for.

Equations: docs/explanation/model.md, 11.1 to 11.5.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from simulator.buildout.accounts import Statement
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany
from simulator.buildout.exposures import Exposure
from simulator.buildout.inputs import Parameters
from simulator.buildout.settings import Company

LEVERED = "levered"


class DebtTerms(NamedTuple):
    """What each company owes, earns beside AI, and can borrow; neutral where it is not levered.

    Attributes
    ----------
    levered
        One for a company whose debt is followed, else zero.
    opening
        Net debt at the start; below zero, net cash  [USD bn]
    core_ebitda
        Of all business but AI, at the start  [USD bn/yr]
    core_cash
        Operating cash of that business before interest, share of its EBITDA  [1]
    growth
        Of that business  [1/yr]
    payout
        Dividends and buybacks  [USD bn/yr]
    risk_free, spread
        What cash earns, and what debt of one year's EBITDA pays beyond that  [1/yr]
    slope
        What it pays more for each further year's EBITDA of debt  [1/yr^2]
    widest
        Largest spread  [1/yr]
    limit, covenant
        Net debt over EBITDA up to which lenders lend, and beyond which a covenant is broken  [yr]
    equity_share
        Of spending that neither cash nor lenders pay for: the part that new shares do, 0 to 1  [1]
    new_shares
        Shares to sell to raise one USD bn, over those at the start  [1/USD bn]
    leases
        Signed and not begun  [USD bn]
    """

    levered: Float[Array, "company 1"]
    opening: PerCompany
    core_ebitda: PerCompany
    core_cash: PerCompany
    growth: PerCompany
    payout: PerCompany
    risk_free: PerCompany
    spread: PerCompany
    slope: PerCompany
    widest: PerCompany
    limit: PerCompany
    covenant: PerCompany
    equity_share: PerCompany
    new_shares: PerCompany
    leases: PerCompany

    @classmethod
    def of(cls, p: Parameters, companies: Sequence[Company]) -> "DebtTerms | None":
        """From the priors that the study's levered companies name; nothing where it has none.

        Parameters
        ----------
        p
            Draws of the inputs.
        companies
            Of the study, in its order.
        """
        exposure = Exposure.of(p, companies, LEVERED)
        if not any(exposure.companies):
            return None
        part = {name: exposure.by_company(rows) for name, rows in exposure.parts.items()}
        levered = jnp.asarray(exposure.companies)[:, None]
        raised = part["equity_price"] * jnp.exp(-part["equity_discount"]) * p.company("finance.shares")
        return cls(
            levered=levered.astype(raised.dtype),
            opening=part["net_debt"],
            core_ebitda=part["core_ebitda"],
            core_cash=part["core_cash"],
            growth=part["growth"],
            payout=part["payout"],
            risk_free=part["risk_free"],
            spread=part["spread"],
            slope=part["spread_slope"],
            widest=part["spread_limit"],
            limit=part["debt_limit"],
            covenant=part["covenant"],
            equity_share=part["equity_share"],
            new_shares=1 / jnp.where(levered, raised, 1.0),
            leases=part["leases"],
        )


class Debt(NamedTuple):
    """What is owed at the end of a quarter, and what can be spent in the next one.

    Attributes
    ----------
    net
        Net debt  [USD bn]
    means
        What cash and lenders pay for in the next quarter; without end for who is not levered  [USD bn]
    """

    net: PerCompany
    means: PerCompany


class Funded(NamedTuple):
    """Spending of a quarter that is paid for.

    Attributes
    ----------
    capex
        What is spent  [USD bn]
    equity
        Of it what new shares pay for  [USD bn]
    cut
        What was wanted beyond it  [USD bn]
    """

    capex: PerCompany
    equity: PerCompany
    cut: PerCompany


class Financing(NamedTuple):
    """Debt and cash of a quarter, zero for a company that is not levered.

    Attributes
    ----------
    net_debt
        At its end; below zero, net cash  [USD bn]
    company_ebitda
        Of all business  [USD bn]
    interest
        Paid on net debt; below zero, earned on net cash  [USD bn]
    operating_cash
        Of all business, after tax and interest  [USD bn]
    paid_capex
        All capital spending  [USD bn]
    payout
        Dividends and buybacks  [USD bn]
    equity
        Raised by new shares  [USD bn]
    cut
        Spending that was wanted and not paid for  [USD bn]
    """

    net_debt: PerCompany
    company_ebitda: PerCompany
    interest: PerCompany
    operating_cash: PerCompany
    paid_capex: PerCompany
    payout: PerCompany
    equity: PerCompany
    cut: PerCompany


def opening(terms: DebtTerms, companies: int, paths: int) -> Debt:
    """Debt before the first quarter.

    Parameters
    ----------
    terms
        Constants of the path.
    companies, paths
        How many.
    """
    net = jnp.broadcast_to(terms.opening, (companies, paths))
    return Debt(net, jnp.full_like(net, jnp.inf))


def fund(terms: DebtTerms, debt: Debt, wanted: PerCompany, moves: Bool[Array, ""]) -> Funded:
    """What is spent of what is wanted, and what new shares pay of it.

    Nothing limits the opening year: what pays for it is arranged.

    Parameters
    ----------
    terms
        Constants of the path.
    debt
        At the end of the quarter before.
    wanted
        Capital spending that is planned for the quarter  [USD bn]
    moves
        False in the opening year.

    Returns
    -------
    Funded
        Equation 11.4.
    """
    beyond = jnp.where(moves, jnp.maximum(wanted - debt.means, 0.0), 0.0)
    equity = terms.equity_share * beyond
    return Funded(wanted - (beyond - equity), equity, beyond - equity)


def close(
    terms: DebtTerms,
    debt: Debt,
    funded: Funded,
    revenue: PerCompany,
    core: PerCompany,
    statement: Statement,
    year: Float[Array, ""],
) -> tuple[Debt, Financing]:
    """Interest and cash of the quarter, net debt at its end, and what can be spent in the next.

    Parameters
    ----------
    terms
        Constants of the path.
    debt
        At the end of the quarter before.
    funded
        Spending of the quarter.
    revenue, core
        Of AI, and what AI does to the rest of operating income  [USD bn]
    statement
        Income and cash of AI.
    year
        Years since the start.

    Returns
    -------
    tuple
        The debt, and the record of the quarter; equations 11.1 to 11.3 and 11.5.
    """
    beside = H * terms.core_ebitda * jnp.exp(terms.growth * year)
    ebitda = terms.levered * (beside + core + revenue - statement.energy_cost - statement.opex)
    interest = H * debt.net * (terms.risk_free + _spread(terms, debt.net, ebitda))
    from_ai = statement.nopat + statement.depreciation + statement.writedown
    cash = terms.levered * (terms.core_cash * beside + from_ai - interest)
    capex, payout = terms.levered * funded.capex, H * terms.payout
    net = debt.net - (cash - capex - payout + funded.equity)
    room = jnp.maximum(terms.limit * QUARTERS_PER_YEAR * ebitda - net, 0.0)
    means = jnp.where(terms.levered > 0, jnp.maximum(cash - payout + room, 0.0), jnp.inf)
    return Debt(net, means), Financing(
        net_debt=net,
        company_ebitda=ebitda,
        interest=interest,
        operating_cash=cash,
        paid_capex=capex,
        payout=payout + jnp.zeros_like(net),
        equity=funded.equity,
        cut=funded.cut,
    )


def leverage(net_debt: Float[Array, "..."], ebitda: Float[Array, "..."]) -> Float[Array, "..."]:
    """Net debt over EBITDA at a yearly rate: without end where there is debt and no EBITDA to bear it  [yr].

    Parameters
    ----------
    net_debt
        [USD bn]
    ebitda
        Of a quarter  [USD bn]
    """
    some = jnp.where(ebitda > 0, QUARTERS_PER_YEAR * ebitda, 1.0)
    return jnp.where(ebitda > 0, net_debt / some, jnp.where(net_debt > 0, jnp.inf, 0.0))


def _spread(terms: DebtTerms, net_debt: PerCompany, ebitda: PerCompany) -> PerCompany:
    """What debt pays beyond the rate without risk: more with leverage, up to the widest; nothing on cash."""
    turns = jnp.maximum(leverage(net_debt, ebitda) - 1, 0.0)
    # No slope at leverage without end is no number; the widest spread is what there is to say of it then.
    dearer = jnp.where(jnp.isfinite(turns), terms.slope * turns, terms.widest)
    return jnp.where(net_debt > 0, jnp.minimum(terms.spread + dearer, terms.widest), 0.0)
