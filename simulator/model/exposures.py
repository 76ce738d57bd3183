"""What each company stands to gain or lose outside AI capacity (MODEL.md, sections 2, 7 and 8)."""

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.model.arrays import QUARTERS_PER_YEAR, PerCompany, PerPath
from simulator.model.inputs import Parameters
from simulator.study.records import Company


class ExposureTerms(NamedTuple):
    """All kinds for all companies; zero where a company has none."""

    gap_rate: PerCompany
    gap_years: PerCompany
    seat_revenue: PerCompany
    erosion_rate: PerCompany
    eroding_revenue: PerCompany
    ads_vol: PerCompany
    ads_revenue: PerCompany
    ads_loading: PerCompany
    flow_through: PerPath

    @classmethod
    def of(cls, p: Parameters, companies: Sequence[Company]) -> "ExposureTerms":
        """From the priors that the study's companies name."""

        def part(kind: str, field: str) -> PerCompany:
            return p.named([c.exposures.get(kind, {}).get(field) for c in companies])

        return cls(
            gap_rate=part("price_gap", "rate"),
            gap_years=part("price_gap", "years"),
            seat_revenue=part("seats", "penetration") * part("seats", "seats") * part("seats", "price"),
            erosion_rate=part("revenue_erosion", "rate"),
            eroding_revenue=part("revenue_erosion", "revenue"),
            ads_vol=part("revenue_volatility", "vol"),
            ads_revenue=part("revenue_volatility", "revenue"),
            ads_loading=part("revenue_volatility", "loading"),
            flow_through=p.path("core.flow_through"),
        )


def core_income(terms: ExposureTerms, ads: PerPath, lost: PerPath, year: Float[Array, ""]) -> PerCompany:
    """Operating income of the quarter outside AI capacity, against plan, USD bn.

    Parameters
    ----------
    terms
        Exposures of the companies.
    ads
        State of the ad market, standard normal when stationary.
    lost
        Log demand lost to the cycle so far.
    year
        Years since the start.
    """
    eroded = terms.eroding_revenue * jnp.expm1(-terms.erosion_rate * year)
    moved = terms.ads_revenue * jnp.expm1(terms.ads_vol * ads + terms.ads_loading * lost)
    return (eroded + moved) / QUARTERS_PER_YEAR * terms.flow_through
