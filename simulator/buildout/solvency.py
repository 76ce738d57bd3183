"""Metrics of debt: leverage, cover of interest and of spending, dilution, covenants.

Equations: docs/explanation/model.md, 11.1 and 11.5, and docs/reference/metrics.md.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import H, total
from simulator.buildout.debt import DebtTerms, Financing, leverage

#: Companies or the group.
type Rows = Float[Array, "_ path"]


class Solvency(NamedTuple):
    """Worst quarters so far and sums over them, for rows of companies or for the group.

    Attributes
    ----------
    leverage
        Largest net debt over EBITDA  [yr]
    interest_cover
        Least EBITDA over interest  [1]
    cash_cover
        Least operating cash over capital spending  [1]
    equity
        Raised by new shares  [USD bn]
    burning
        Quarters whose spending exceeded operating cash, as time  [yr]
    """

    leverage: Rows
    interest_cover: Rows
    cash_cover: Rows
    equity: Rows
    burning: Rows


def nothing(rows: int, paths: int, dtype: jnp.dtype) -> Solvency:
    """Before the first quarter.

    Parameters
    ----------
    rows, paths, dtype
        Shape and precision.
    """
    zero = jnp.zeros((rows, paths), dtype)
    most = jnp.full_like(zero, jnp.inf)
    return Solvency(-most, most, most, zero, zero)


def of_group(record: Financing) -> Financing:
    """Sums over the levered companies.

    Parameters
    ----------
    record
        Of a quarter, by company.
    """
    return Financing(*(total(rows, 0) for rows in record))


def add(so_far: Solvency, record: Financing) -> Solvency:
    """With one quarter more; ``record`` holds the same rows.

    Parameters
    ----------
    so_far
        At the end of the quarter before.
    record
        Of this quarter.
    """
    cash, spent = record.operating_cash, record.paid_capex
    return Solvency(
        leverage=jnp.maximum(so_far.leverage, leverage(record.net_debt, record.company_ebitda)),
        interest_cover=jnp.minimum(so_far.interest_cover, _cover(record.company_ebitda, record.interest)),
        cash_cover=jnp.minimum(so_far.cash_cover, _cover(cash, spent)),
        equity=so_far.equity + record.equity,
        burning=so_far.burning + jnp.where(cash < spent, H, 0.0),
    )


def _cover(means: Rows, need: Rows) -> Rows:
    """Means over need: without end where nothing is needed  [1]."""
    return jnp.where(need > 0, means / jnp.where(need > 0, need, 1.0), jnp.inf)


def metrics(
    terms: DebtTerms, companies: Solvency, group: Solvency
) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """Every metric of debt, by company and for the group.

    Parameters
    ----------
    terms
        Constants of the path.
    companies, group
        After the last quarter.
    """
    breach = jnp.where((companies.leverage > terms.covenant) & (terms.levered > 0), 1.0, 0.0)
    by_company = _amounts(companies) | {
        "dilution": terms.new_shares * companies.equity,
        "covenant_breach": breach,
        "lease_commitment": terms.leases + jnp.zeros_like(breach),
    }
    of_all = _amounts(group) | {
        "covenant_breach": jnp.max(breach, axis=0, keepdims=True),
        "lease_commitment": total(by_company["lease_commitment"], 0),
    }
    return by_company, of_all


def _amounts(solvency: Solvency) -> dict[str, Rows]:
    return {
        "peak_leverage": solvency.leverage,
        "interest_cover": solvency.interest_cover,
        "cash_cover": solvency.cash_cover,
        "cash_burn": solvency.burning,
        "equity_raised": solvency.equity,
    }
