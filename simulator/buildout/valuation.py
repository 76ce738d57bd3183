"""What the build-out is worth: discounting and the value at the horizon.

Equations: docs/explanation/model.md, 10.1 to 10.3.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool

from simulator.buildout.arrays import H, PerPath
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
    harvest
        Share of what the fleet would earn until it retires that is had if nothing more is bought  [1]
    queue
        Share of what waits for power at the horizon that comes to earn, 0 to 1  [1]
    replacement
        Part of replacement that is reckoned by what chips earn, the rest by what they have cost, 0 to 1  [1]
    maturity_years
        How long demand follows its own curve after the horizon  [yr]
    tax
        Tax rate  [1]
    """

    discount: PerPath
    growth: PerPath
    ronic: PerPath
    endless: Bool[Array, "1 #path"]
    salvage: PerPath
    harvest: PerPath
    queue: PerPath
    replacement: PerPath
    maturity_years: PerPath
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
            harvest=p.path("finance.harvest"),
            replacement=p.path("finance.economic_replacement"),
            queue=p.path("finance.queue_value"),
            maturity_years=p.path("finance.maturity_years"),
            tax=p.path("finance.tax"),
        )


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
