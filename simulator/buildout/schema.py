"""How a study of the build-out is written: its keys of ``[study]``, companies and sources of power."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from simulator.study.entry import Reader, Strict, reader
from simulator.study.schema.fields import Problem, refuse
from simulator.study.schema.settings import Part, Text


class StudyKeys(Strict):
    """Keys of ``[study]``."""

    horizon_quarters: Annotated[int, Field(ge=8, le=60, description="number of quarters")] | None = None
    depreciation_policy: (
        Annotated[
            Literal["in_service", "delivery"],
            Field(description="in_service: from energisation; delivery: the clock runs on idle chips"),
        ]
        | None
    ) = None
    pipeline_stages: Annotated[int, Field(ge=1, le=12, description="stages of the power queue")] | None = None


class PriceGap(Strict):
    """Prices fall at ``rate`` for ``years``."""

    kind: Literal["price_gap"]
    rate: Text
    years: Text


class RevenueErosion(Strict):
    """``revenue`` erodes at ``rate``."""

    kind: Literal["revenue_erosion"]
    rate: Text
    revenue: Text


class Seats(Strict):
    """``seats`` at ``price``, of which ``penetration`` adds to demand."""

    kind: Literal["seats"]
    penetration: Text
    seats: Text
    price: Text


class RevenueVolatility(Strict):
    """``revenue`` moves with ``vol``, and with the cycle by ``loading``."""

    kind: Literal["revenue_volatility"]
    vol: Text
    revenue: Text
    loading: Text


class Levered(Strict):
    """It borrows: its net debt is followed, and spending is limited by cash and by what lenders lend.

    Attributes
    ----------
    net_debt, leases
        At the start: what it owes less its cash, and leases that are signed and not begun.
    core_ebitda, core_cash, growth
        Of its business beside AI: EBITDA, the share of it that is operating cash, and how it grows.
    payout
        To shareholders, a year.
    risk_free, spread, spread_slope, spread_limit
        Interest without risk, the spread on little debt, what each year of EBITDA more adds, and the widest.
    debt_limit, covenant
        Years of EBITDA that lenders lend, and that a covenant allows.
    equity_share, equity_price, equity_discount
        Part of what is missing that new shares pay, their price, and the log of what they fetch less.
    """

    kind: Literal["levered"]
    net_debt: Text
    core_ebitda: Text
    core_cash: Text
    growth: Text
    payout: Text
    risk_free: Text
    spread: Text
    spread_slope: Text
    spread_limit: Text
    debt_limit: Text
    covenant: Text
    equity_share: Text
    equity_price: Text
    equity_discount: Text
    leases: Text


AnyExposure = Annotated[
    PriceGap | RevenueErosion | Seats | RevenueVolatility | Levered,
    Field(discriminator="kind"),
]


class ChipTable(Strict):
    """``[[company.chip]]``: a chip of the company's own.

    Attributes
    ----------
    start, ramp, share, cost, energy, realised
        Names of priors.
    """

    name: Annotated[Part, Field(description="by which the study knows it")]
    title: Annotated[str, Field(description="as readers know it")] | None = None
    start: Annotated[Text, Field(description="when volume orders of it begin")]
    ramp: Annotated[Text, Field(description="how long until they reach its share")]
    share: Annotated[Text, Field(description="of the company's orders of own chips")]
    cost: Annotated[Text, Field(description="claimed, per unit of compute, against merchant parts")]
    energy: Annotated[Text, Field(description="claimed, per unit of compute, against merchant parts")]
    realised: Annotated[Text, Field(description="how much of what is claimed comes true")]


class CompanyTable(Strict):
    """``[[company]]``."""

    name: Annotated[Part, Field(description="as it stands in the names of its priors and metrics")]
    title: Annotated[str, Field(description="as readers know it")] | None = None
    exposure: Annotated[list[AnyExposure], Field(description="what AI does to its other business")] | None = (
        None
    )
    chip: Annotated[list[ChipTable], Field(description="its own chips, the oldest first")] | None = None

    @field_validator("name")
    @classmethod
    def _not_the_group(cls, name: str) -> str:
        if name == "group":
            refuse([Problem("", "group", "another name", "metrics of all companies together carry this one")])
        return name

    @model_validator(mode="after")
    def _kinds_once(self) -> CompanyTable:
        kinds = [e.kind for e in self.exposure or ()]
        twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
        refuse([Problem("exposure", f"{kind} twice", "each kind once") for kind in twice])
        chips = [chip.name for chip in self.chip or ()]
        repeated = sorted({name for name in chips if chips.count(name) > 1})
        refuse([Problem("chip", f"{name} twice", "each chip once") for name in repeated])
        return self


class PowerSourceTable(Strict):
    """``[[power_source]]``."""

    name: Annotated[Part, Field(description="as it stands in the names of its priors")]
    title: Annotated[str, Field(description="as readers know it")] | None = None
    cancellation: Annotated[Text, Field(description="the prior of the chance that a project is cancelled")]


#: Models of exposures by kind.
EXPOSURES: dict[str, type[Strict]] = {
    "price_gap": PriceGap,
    "revenue_erosion": RevenueErosion,
    "seats": Seats,
    "revenue_volatility": RevenueVolatility,
    "levered": Levered,
}

READERS: dict[str, Reader] = {
    "company": reader(CompanyTable, EXPOSURES),
    "power_source": reader(PowerSourceTable),
}
