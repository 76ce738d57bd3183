"""What a gigawatt costs and computes: merchant parts and a company's own chips.

Equations: docs/explanation/model.md, 5.1 to 5.5.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from simulator.buildout.arrays import QUARTERS_PER_YEAR, PerCompany, PerPath
from simulator.buildout.inputs import CHIP, Parameters
from simulator.buildout.settings import Company


class Own(NamedTuple):
    """A gigawatt of a company's own chips against one of merchant parts.

    Attributes
    ----------
    saving
        What it saves of the cost of chips, below 1  [1]
    work
        What it computes, a merchant gigawatt's being 1  [1]
    """

    saving: PerCompany
    work: PerCompany


class Chip(NamedTuple):
    """One own chip of each company that has as many, and how its orders grow.

    Attributes
    ----------
    start
        When its volume orders begin  [yr since the start]
    ramp
        How long until they reach its share, 0 or more  [yr]
    share
        Of orders of own chips by then, the rest being older ones, 0 to 1  [1]
    believed
        A gigawatt of it, as far as its maker is believed.
    """

    start: PerCompany
    ramp: PerCompany
    share: PerCompany
    believed: Own

    @classmethod
    def of(cls, p: Parameters, priors: Sequence[Mapping[str, str | None]], before: Own) -> "Chip":
        """From the priors that each company names for it; a company without has orders of none.

        What is claimed is cost and energy per unit of compute against merchant parts. The part that is
        believed moves a gigawatt, in logs, from what the company's chips were ``before`` to the claim:
        less energy per unit of compute is more compute per gigawatt, at the cost of that compute.

        Parameters
        ----------
        p
            Draws of the inputs.
        priors
            By company: name of the prior of each part of `simulator.buildout.inputs.CHIP`, or None.
        before
            A gigawatt of the company's earlier chips.
        """
        values = {part: p.named([names[part] for names in priors]) for part in CHIP}
        # A company without this chip has rows of zeros: no share, and no claim, which stands as parity.
        cost, energy = (jnp.where(values[x] > 0, values[x], 1.0) for x in ("cost", "energy"))
        real = values["realised"]
        paid = (1 - before.saving) ** (1 - real) * (cost / energy) ** real
        work = before.work ** (1 - real) / energy**real
        return cls(values["start"], values["ramp"], values["share"], Own(1 - paid, work))

    def part(self, year: Float[Array, ""]) -> PerCompany:
        """Its part of the orders of own chips that are no newer, 0 to its share."""
        ramps = self.ramp > 0
        since = year - self.start
        rising = jnp.clip(since / jnp.where(ramps, self.ramp, 1.0), 0, 1)
        return self.share * jnp.where(ramps, rising, (since >= 0).astype(rising.dtype))


class SiliconTerms(NamedTuple):
    """Cost per GW, the merchant share and its decline, and what own chips save and do.

    Attributes
    ----------
    cost_per_gw
        Chips and site of an opening GW, all merchant parts  [USD bn/GW]
    compute_share
        Part of it that is chips, 0 to 1  [1]
    inflation
        Its growth  [1/yr]
    merchant_opening
        Share of merchant parts at the start, 0 to 1  [1]
    shift
        Decline of that share  [1/yr]
    earlier
        Own chips from before those that the study names.
    chips
        Own chips that it names, the oldest first.
    opening_work
        Work of a GW ordered at the start, a merchant GW's being 1  [1]
    perf_growth
        Growth of work per GW  [1/yr]
    energy
        Present value of a full GW's power over the economic life of its chips  [USD bn/GW]
    """

    cost_per_gw: PerPath
    compute_share: PerPath
    inflation: PerPath
    merchant_opening: PerCompany
    shift: PerCompany
    earlier: Own
    chips: tuple[Chip, ...]
    opening_work: PerCompany
    perf_growth: PerPath
    energy: PerPath

    @classmethod
    def of(cls, p: Parameters, companies: Sequence[Company], energy_per_gw: PerPath) -> "SiliconTerms":
        """The merchant share at the start follows from 2024's, tilted by company, and the years since.

        Parameters
        ----------
        p
            Draws of the inputs ``silicon.*``.
        companies
            Of the study, in its order, with their chips.
        energy_per_gw
            Cost of a quarter's power at full load  [USD bn/GW]
        """
        shift = p.company("silicon.shift")
        share_2024 = p.path("silicon.merchant_2024") ** p.company("silicon.merchant_tilt")
        merchant = share_2024 * jnp.exp(-shift * p.path("silicon.merchant_years"))
        earlier = Own(p.path("silicon.custom_discount"), p.company("silicon.custom_perf"))
        chips = _chips(p, companies, earlier)
        own = _ordered(earlier, chips, jnp.zeros(()))
        return cls(
            cost_per_gw=p.path("silicon.cost_per_gw"),
            compute_share=p.path("silicon.compute_share"),
            inflation=p.path("silicon.inflation"),
            merchant_opening=merchant,
            shift=shift,
            earlier=earlier,
            chips=chips,
            opening_work=_work(merchant, own),
            perf_growth=p.path("silicon.perf_growth"),
            energy=QUARTERS_PER_YEAR * energy_per_gw * _annuity(p),
        )


class Silicon(NamedTuple):
    """A gigawatt ordered this quarter: its cost in USD bn, and its compute against an opening GW.

    Attributes
    ----------
    merchant_cost, chip_cost, site_cost
        What goes to merchant parts, to all chips, and to the site  [USD bn/GW]
    compute
        [opening GW/GW]
    saved
        What the same compute on merchant parts alone would cost more: chips, sites and the power over the
        life of the chips  [USD bn/GW]
    """

    merchant_cost: PerCompany
    chip_cost: PerCompany
    site_cost: PerCompany
    compute: PerCompany
    saved: PerCompany


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
    own = _ordered(terms.earlier, terms.chips, year)
    cost = terms.cost_per_gw * jnp.exp(terms.inflation * year)
    chips = cost * terms.compute_share
    work = _work(merchant, own)
    cheaper = chips * (1 - merchant) * own.saving
    return Silicon(
        merchant_cost=chips * merchant,
        chip_cost=chips * (1 - (1 - merchant) * own.saving),
        site_cost=cost * (1 - terms.compute_share),
        compute=jnp.exp(terms.perf_growth * year) * (work / terms.opening_work),
        saved=(work - 1) * (cost + terms.energy) + cheaper,
    )


def _ordered(earlier: Own, chips: Sequence[Chip], year: Float[Array, ""]) -> Own:
    """The average gigawatt of own chips ordered: each chip takes its part from all that are older."""
    saving, work = earlier
    for chip in chips:
        part = chip.part(year)
        saving = saving + part * (chip.believed.saving - saving)
        work = work + part * (chip.believed.work - work)
    return Own(saving, work)


def _chips(p: Parameters, companies: Sequence[Company], earlier: Own) -> tuple[Chip, ...]:
    """The first chips of all companies, then the second, and so on."""
    none: Mapping[str, str | None] = dict.fromkeys(CHIP)
    turns = zip_longest(*(company.chips for company in companies))
    return tuple(
        Chip.of(p, [none if chip is None else chip.priors for chip in turn], earlier) for turn in turns
    )


def _work(merchant: PerCompany, own: Own) -> PerCompany:
    """Work of a GW that holds this share of merchant parts, in merchant GW."""
    return merchant + (1 - merchant) * own.work


def _annuity(p: Parameters) -> PerPath:
    """Present value of one a year over the economic life of a chip  [yr]."""
    rate, years = jnp.log1p(p.path("finance.wacc")), p.path("finance.economic_life")
    return jnp.where(rate > 0, -jnp.expm1(-rate * years) / jnp.where(rate > 0, rate, 1.0), years)
