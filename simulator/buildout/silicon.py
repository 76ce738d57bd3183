"""What a gigawatt costs and computes: merchant and custom chips.

Equations: docs/explanation/model.md, 5.1 and 5.2.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import PerCompany, PerPath
from simulator.buildout.inputs import Parameters


class SiliconTerms(NamedTuple):
    """Cost per GW, the merchant share and its decline, and what custom chips save and do.

    Attributes
    ----------
    cost_per_gw
        Chips and site of an opening GW, all merchant chips  [USD bn/GW]
    compute_share
        Part of it that is chips, 0 to 1  [1]
    inflation
        Its growth  [1/yr]
    merchant_opening
        Share of merchant chips at the start, 0 to 1  [1]
    shift
        Decline of that share  [1/yr]
    custom_discount
        What a custom chip saves, 0 to 1  [1]
    custom_perf
        Its work, a merchant chip's being 1  [1]
    perf_growth
        Growth of work per GW  [1/yr]
    """

    cost_per_gw: PerPath
    compute_share: PerPath
    inflation: PerPath
    merchant_opening: PerCompany
    shift: PerCompany
    custom_discount: PerPath
    custom_perf: PerCompany
    perf_growth: PerPath

    @classmethod
    def of(cls, p: Parameters) -> "SiliconTerms":
        """The merchant share at the start follows from 2024's, tilted by company, and the years since.

        Parameters
        ----------
        p
            Draws of the inputs ``silicon.*``.
        """
        shift = p.company("silicon.shift")
        share_2024 = p.path("silicon.merchant_2024") ** p.company("silicon.merchant_tilt")
        return cls(
            cost_per_gw=p.path("silicon.cost_per_gw"),
            compute_share=p.path("silicon.compute_share"),
            inflation=p.path("silicon.inflation"),
            merchant_opening=share_2024 * jnp.exp(-shift * p.path("silicon.merchant_years")),
            shift=shift,
            custom_discount=p.path("silicon.custom_discount"),
            custom_perf=p.company("silicon.custom_perf"),
            perf_growth=p.path("silicon.perf_growth"),
        )


class Silicon(NamedTuple):
    """A gigawatt ordered this quarter: its cost in USD bn, and its compute against an opening GW.

    Attributes
    ----------
    merchant_cost, chip_cost, site_cost
        What goes to merchant chips, to all chips, and to the site  [USD bn/GW]
    compute
        [opening GW/GW]
    """

    merchant_cost: PerCompany
    chip_cost: PerCompany
    site_cost: PerCompany
    compute: PerCompany


def per_gigawatt(terms: SiliconTerms, year: Float[Array, ""]) -> Silicon:
    """Cost and compute of one GW ordered ``year`` years after the start.

    Parameters
    ----------
    terms
        Constants of the path.
    year
        As above, 0 or more.
    """
    merchant = terms.merchant_opening * jnp.exp(-terms.shift * year)
    cost = terms.cost_per_gw * jnp.exp(terms.inflation * year)
    chips = cost * terms.compute_share
    work = _work(merchant, terms.custom_perf) / _work(terms.merchant_opening, terms.custom_perf)
    return Silicon(
        merchant_cost=chips * merchant,
        chip_cost=chips * (1 - (1 - merchant) * terms.custom_discount),
        site_cost=cost * (1 - terms.compute_share),
        compute=jnp.exp(terms.perf_growth * year) * work,
    )


def _work(merchant: PerCompany, custom_perf: PerCompany) -> PerCompany:
    """Work of a GW that holds this share of merchant chips, in merchant GW."""
    return merchant + (1 - merchant) * custom_perf
