"""What each company stands to gain or lose outside AI capacity.

Equations: docs/explanation/model.md, 3.2, 8.1 and 9.2.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import QUARTERS_PER_YEAR, PerCompany, PerPath, materialise
from simulator.buildout.inputs import EXPOSURES, Parameters
from simulator.buildout.settings import Company


class Exposure(NamedTuple):
    """One kind of exposure: which companies have it, and its parts, a row for each that has."""

    companies: tuple[bool, ...]
    parts: Mapping[str, Float[Array, "exposed #path"]]

    @classmethod
    def of(cls, p: Parameters, companies: Sequence[Company], kind: str) -> "Exposure":
        """From the priors that the study's companies name.

        Parameters
        ----------
        p
            Draws of the inputs.
        companies
            Of the study, in its order.
        kind
            One of `simulator.buildout.inputs.EXPOSURES`.
        """
        named = [company.exposures[kind] for company in companies if kind in company.exposures]
        parts = {part: p.named([names.get(part) for names in named] or [None]) for part in EXPOSURES[kind]}
        return cls(tuple(kind in company.exposures for company in companies), parts)

    def by_company(self, effect: Float[Array, "exposed path"]) -> PerCompany:
        """The effect on each company: zero where it is not exposed.

        Parameters
        ----------
        effect
            A row for each company that is exposed.
        """
        company = jnp.arange(len(self.companies))[:, None]
        spread = jnp.zeros((len(self.companies), 1), effect.dtype)
        exposed = [i for i, having in enumerate(self.companies) if having]
        for row, i in zip(materialise(effect), exposed, strict=False):
            spread = jnp.where(company == i, row[None], spread)
        return spread


class ExposureTerms(NamedTuple):
    """All kinds of exposure.

    Attributes
    ----------
    price_gap, seats, erosion, volatility
        Each kind, in the units of `simulator.buildout.inputs.EXPOSURES`.
    flow_through
        Share of lost or gained revenue that reaches operating income, 0 to 1  [1]
    """

    price_gap: Exposure
    seats: Exposure
    erosion: Exposure
    volatility: Exposure
    flow_through: PerPath

    @classmethod
    def of(cls, p: Parameters, companies: Sequence[Company]) -> "ExposureTerms":
        """From the priors that the study's companies name."""
        return cls(
            price_gap=Exposure.of(p, companies, "price_gap"),
            seats=Exposure.of(p, companies, "seats"),
            erosion=Exposure.of(p, companies, "revenue_erosion"),
            volatility=Exposure.of(p, companies, "revenue_volatility"),
            flow_through=p.path("core.flow_through"),
        )

    @property
    def seat_revenue(self) -> PerCompany:
        """What seats add to a company's potential, USD bn/yr."""
        parts = self.seats.parts
        return self.seats.by_company(parts["penetration"] * parts["seats"] * parts["price"])


def core_income(
    terms: ExposureTerms, ads: PerPath, ads_variance: PerPath, lost: PerPath, year: Float[Array, ""]
) -> PerCompany:
    """Operating income of the quarter outside AI capacity, against plan, USD bn.

    Parameters
    ----------
    terms
        Exposures of the companies.
    ads
        State of the ad market, standard normal when stationary.
    ads_variance
        Its variance so far, so that its shocks leave the mean of revenue on plan.
    lost
        Log demand lost to the cycle so far.
    year
        Years since the start.
    """
    erosion, volatility = terms.erosion.parts, terms.volatility.parts
    eroded = erosion["revenue"] * jnp.expm1(-erosion["rate"] * year)
    swing = volatility["vol"] * ads - volatility["vol"] ** 2 * ads_variance / 2
    moved = volatility["revenue"] * jnp.expm1(swing + volatility["loading"] * lost)
    change = terms.erosion.by_company(eroded) + terms.volatility.by_company(moved)
    return change / QUARTERS_PER_YEAR * terms.flow_through
