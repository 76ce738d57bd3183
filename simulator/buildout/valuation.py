"""What the build-out is worth: discounting and the value at the horizon.

Equations: docs/explanation/model.md, 10.1 to 10.3.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool

from simulator.buildout.accounts import AccountTerms
from simulator.buildout.adoption import Demand
from simulator.buildout.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath
from simulator.buildout.fleet import Capacity
from simulator.buildout.inputs import Parameters
from simulator.errors import Fault
from simulator.study.inputs import support
from simulator.study.records import Prior


class ValueTerms(NamedTuple):
    """Discount rate, growth after the horizon and the return on what it takes.

    All three are quoted as effective yearly rates and stand here as ``ln(1 + rate)``, so that one of a year
    from now is worth ``exp(-discount) = 1 / (1 + wacc)``  [1/yr]. ``endless`` says where the cost of
    capital is so little above growth that a sum without end means nothing.

    Attributes
    ----------
    discount, growth, ronic
        Cost of capital, growth after the horizon, and the return on what growth takes  [1/yr]
    endless
        As above.
    salvage
        What capital is sold for at the horizon, share of net book value  [1]
    tax
        Tax rate  [1]
    """

    discount: PerPath
    growth: PerPath
    ronic: PerPath
    endless: Bool[Array, "1 #path"]
    salvage: PerPath
    tax: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "ValueTerms":
        """The return on new capital stays above growth by a floor at least.

        Parameters
        ----------
        p
            Draws of the inputs ``finance.*``.
        """
        growth, wacc = p.path("finance.terminal_growth"), p.path("finance.wacc")
        return cls(
            discount=jnp.log1p(wacc),
            growth=jnp.log1p(growth),
            ronic=jnp.log1p(jnp.maximum(p.path("finance.ronic"), growth + p.path("finance.ronic_floor"))),
            endless=~(wacc - growth >= p.path("finance.least_spread")),
            salvage=p.path("finance.salvage"),
            tax=p.path("finance.tax"),
        )


def mid_cycle_revenue(
    capacity: Capacity, demand: Demand, markup: PerPath, mid_cycle_markup: PerPath, lost: PerPath
) -> PerCompany:
    """Revenue of the last quarter at the average price of the cycle, with lost demand recovered.

    Parameters
    ----------
    capacity, demand
        Of the last quarter.
    markup, mid_cycle_markup
        Log markup in the last quarter, and over the long run of the cycle  [1]
    lost
        Log demand lost to the cycle by then  [1]

    Returns
    -------
    PerCompany
        [USD bn] of a quarter.
    """
    at_mid_cycle = capacity.value + capacity.spot_value * jnp.expm1(mid_cycle_markup - markup)
    recovered = demand.organic * jnp.exp(-lost) + demand.financed
    return jnp.minimum(recovered, at_mid_cycle)


def terminal_value(
    terms: ValueTerms,
    accounts: AccountTerms,
    revenue: PerCompany,
    energy_cost: PerCompany,
    replacement: PerCompany,
    net_book: PerCompany,
) -> PerCompany:
    """Value at the horizon of what stands then: growing, or sold for a part of its book value.

    Parameters
    ----------
    terms, accounts
        Rates of the path.
    revenue, energy_cost
        USD bn of the last quarter, revenue at mid-cycle.
    replacement
        What it takes a year to replace the capital in use, USD bn.
    net_book
        Net book value at the horizon, USD bn.
    """
    margin = QUARTERS_PER_YEAR * (revenue * (1 - accounts.opex) - energy_cost) - replacement
    profit = margin * (1 - terms.tax) / QUARTERS_PER_YEAR
    return jnp.maximum(profit * quarters_of_profit(terms), terms.salvage * net_book)


def quarters_of_profit(terms: ValueTerms) -> PerPath:
    """Value at the horizon of a business that grows for ever, in quarterly profits of its last quarter  [1].

    Cash comes in the middle of each quarter, as before the horizon. Profit grows by ``g`` a quarter from the
    first on and needs ``g / r`` of itself for that, reinvested at a return of ``r`` a quarter: the sum over
    ``j = 0, 1, ...`` of ``(1 - g / r) (1 + g)^(j + 1) (1 + w)^-(j + 1/2)``, all rates quarterly. Not a number
    where the cost of capital and growth are too close.

    Parameters
    ----------
    terms
        Rates of the path.

    Returns
    -------
    PerPath
        Equation 10.3 over the profit of a quarter  [1]
    """
    paid_out = 1 - jnp.expm1(H * terms.growth) / jnp.expm1(H * terms.ronic)
    quarters = paid_out * jnp.exp(H / 2 * terms.discount) / jnp.expm1(H * (terms.discount - terms.growth))
    return jnp.where(terms.endless, jnp.nan, quarters)


def unbounded(priors: Mapping[str, Prior]) -> list[Fault]:
    """Return a fault where no path of a study can have a value at the horizon.

    That is so where the greatest cost of capital that the beliefs allow is not above the least growth by the
    least spread. ``priors`` are in the units of the model.

    Parameters
    ----------
    priors
        By name, as above.
    """
    wacc, growth, spread = (priors[f"finance.{name}"] for name in ("wacc", "terminal_growth", "least_spread"))
    greatest, least = support(wacc)[1], support(growth)[0]
    margin = support(spread)[0]
    if greatest - least >= margin:
        return []
    found = f"at most {greatest:g} a year, with {growth.name} at least {least:g}"
    allowed = f"at least {margin:g} ({spread.name}) above {growth.name} on some path"
    advice = "A business that grows as fast as it is discounted has no value at the horizon."
    return [Fault(wacc.file, wacc.name, found, allowed, advice)]
