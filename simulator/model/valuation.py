"""What the build-out is worth: discounting and the value at the horizon (MODEL.md, section 9)."""

from typing import NamedTuple

import jax.numpy as jnp

from simulator.model.accounts import AccountTerms
from simulator.model.adoption import Demand
from simulator.model.arrays import QUARTERS_PER_YEAR, H, PerCompany, PerPath
from simulator.model.fleet import Capacity
from simulator.model.inputs import Parameters


class ValueTerms(NamedTuple):
    """Discount rate, growth after the horizon and the return on what it takes.

    All three are quoted as effective yearly rates and stand here as ``ln(1 + rate)``, so that one of a year
    from now is worth ``exp(-discount) = 1 / (1 + wacc)``  [1/yr].
    """

    discount: PerPath
    growth: PerPath
    ronic: PerPath
    salvage: PerPath
    tax: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "ValueTerms":
        """The return on new capital is held above growth by a floor."""
        growth = p.path("finance.terminal_growth")
        return cls(
            discount=jnp.log1p(p.path("finance.wacc")),
            growth=jnp.log1p(growth),
            ronic=jnp.log1p(jnp.maximum(p.path("finance.ronic"), growth + p.path("finance.ronic_floor"))),
            salvage=p.path("finance.salvage"),
            tax=p.path("finance.tax"),
        )


def mid_cycle_revenue(
    capacity: Capacity, demand: Demand, markup: PerPath, mid_cycle_markup: PerPath, lost: PerPath
) -> PerCompany:
    """Revenue of the last quarter at the average price of the cycle, with lost demand recovered."""
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
    ``j = 0, 1, ...`` of ``(1 - g / r) (1 + g)^(j + 1) (1 + w)^-(j + 1/2)``, all rates quarterly.
    """
    paid_out = 1 - jnp.expm1(H * terms.growth) / jnp.expm1(H * terms.ronic)
    return paid_out * jnp.exp(H / 2 * terms.discount) / jnp.expm1(H * (terms.discount - terms.growth))
