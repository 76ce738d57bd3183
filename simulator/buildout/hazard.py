"""What makes a break of the labs' financing likelier: builders in debt, and revenue that labs pay.

Equations: docs/explanation/model.md, 11.6 and 11.7.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool

from simulator.buildout.arrays import QUARTERS_PER_YEAR, PerCompany, PerPath, total
from simulator.buildout.debt import Financing
from simulator.buildout.inputs import Parameters


class HazardTerms(NamedTuple):
    """Coefficients of a proportional hazard: its log over the regime's own, for each covariate from 0 to 1.

    Attributes
    ----------
    debt, circular
        Of the covariate of that name, 0 or more  [1]
    """

    debt: PerPath
    circular: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "HazardTerms":
        """From the priors that a study with levered companies has.

        Parameters
        ----------
        p
            Draws of the inputs.
        """
        return cls(debt=p.path("debt.break_leverage"), circular=p.path("debt.break_circularity"))


class Covariates(NamedTuple):
    """What the hazard hangs on, of a quarter.

    Attributes
    ----------
    debt
        Net debt of the levered companies that owe, over it and a year's EBITDA of all that are levered: 0
        where nobody owes, 1 where debt has no EBITDA to bear it  [1]
    circular
        Share of AI revenue that labs pay whom the builders fund, 0 to 1  [1]
    """

    debt: PerPath
    circular: PerPath


class Hazard(NamedTuple):
    """Hazard of a break in the next quarter.

    Attributes
    ----------
    start
        Covariates of the opening quarter.
    ratio
        Over the hazard of the regime, 1 or more  [1]
    """

    start: Covariates
    ratio: PerPath


def opening(paths: int, dtype: jnp.dtype) -> Hazard:
    """Before the first quarter.

    Parameters
    ----------
    paths, dtype
        Number of paths, and the precision.
    """
    one = jnp.ones((1, paths), dtype)
    return Hazard(Covariates(one, one), one)


def covariates(record: Financing, revenue: PerCompany, noncircular: PerCompany) -> Covariates:
    """Covariates of a quarter, equation 11.6.

    One company's cash pays no other's debt, so that net cash is not taken off.

    Parameters
    ----------
    record
        Debt of the quarter, by company.
    revenue, noncircular
        Of AI: all, and what the builders do not finance  [USD bn]
    """
    owed = total(jnp.maximum(record.net_debt, 0.0), 0)
    earned = jnp.maximum(QUARTERS_PER_YEAR * total(record.company_ebitda, 0), 0.0)
    sold = total(revenue, 0)
    return Covariates(
        owed / jnp.where(owed > 0, owed + earned, 1.0),
        (sold - total(noncircular, 0)) / jnp.where(sold > 0, sold, 1.0),
    )


def move(terms: HazardTerms, before: Hazard, now: Covariates, first: Bool[Array, ""]) -> Hazard:
    """Hazard of the next quarter, equation 11.7: never below the regime's own.

    Parameters
    ----------
    terms
        Constants of the path.
    before
        Hazard of this quarter.
    now
        Covariates of this quarter.
    first
        Whether it is the opening quarter, against which later ones are held.
    """
    start = Covariates(*(jnp.where(first, new, old) for new, old in zip(now, before.start, strict=True)))
    debt = terms.debt * jnp.maximum(now.debt - start.debt, 0.0)
    circular = terms.circular * jnp.maximum(now.circular - start.circular, 0.0)
    return Hazard(start, jnp.exp(debt + circular))
