"""What a study says apart from numbers: companies, power sources, horizon, policy, stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

#: Codes of the series ``regime``.
REGIMES = ("boom", "plateau", "bust")

#: Shocks that are uniform; all others are standard normal.
UNIFORM_SHOCKS = ("shock.cycle", "shock.break", "shock.contagion")


@dataclass(frozen=True)
class Exposure:
    """A tie of a company's other business to AI; each field names a prior."""

    kind: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Chip:
    """A chip of a company's own; each field names a prior."""

    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Company:
    name: str
    exposures: tuple[Exposure, ...] = ()
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True)
class PowerSource:
    name: str
    cancellation: str


@dataclass(frozen=True)
class Structure:
    companies: tuple[Company, ...]
    sources: tuple[PowerSource, ...]
    horizon: int = 24
    policy: str = "in_service"
    stages: int = 3

    def with_(self, **changes: object) -> Structure:
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def quiet_shocks(structure: Structure, paths: int) -> dict[str, np.ndarray]:
    """Return shocks under which nothing happens: every uniform 1, every normal 0."""
    names = shock_names(structure)
    return {n: np.full((structure.horizon, paths), float(n in UNIFORM_SHOCKS)) for n in names}


def shock_names(structure: Structure) -> list[str]:
    """Return the names of the shocks that the model asks for."""
    companies = [c.name for c in structure.companies]
    return [
        *UNIFORM_SHOCKS,
        "shock.price",
        "shock.spend_common",
        *(f"shock.spend.{c}" for c in companies),
        "shock.demand_common",
        *(f"shock.demand.{c}" for c in companies),
        "shock.power_common",
        *(f"shock.power.{r.name}" for r in structure.sources),
        "shock.ads",
    ]


def chip(name: str) -> Chip:
    """Return a chip with a prior of its own for each field."""
    fields = ("start", "ramp", "share", "cost", "energy", "realised")
    return Chip(name, {field: f"silicon.{name}.{field}" for field in fields})


PRICE_GAP = Exposure("price_gap", {"rate": "core.aws_price_gap", "years": "core.price_gap_years"})
REVENUE_EROSION = Exposure(
    "revenue_erosion", {"rate": "core.search_erosion", "revenue": "core.search_revenue"}
)
SEATS = Exposure("seats", {"penetration": "core.copilot", "seats": "core.seats", "price": "core.seat_price"})
REVENUE_VOLATILITY = Exposure(
    "revenue_volatility",
    {"vol": "core.ads_vol", "revenue": "core.ads_revenue", "loading": "core.ads_loading"},
)

SHIPPED = Structure(
    companies=(
        Company("amazon", (PRICE_GAP,)),
        Company("alphabet", (REVENUE_EROSION,)),
        Company("microsoft", (SEATS,)),
        Company("meta", (REVENUE_VOLATILITY,)),
    ),
    sources=(
        PowerSource("northern_virginia", "power.cancel_grid"),
        PowerSource("ireland", "power.cancel_grid"),
        PowerSource("us_grid", "power.cancel_grid"),
        PowerSource("intl_grid", "power.cancel_grid"),
        PowerSource("gas", "power.cancel_grid"),
        PowerSource("nuclear", "power.cancel_nuclear"),
        PowerSource("smr", "power.cancel_smr"),
    ),
)


def levered(company: str) -> Exposure:
    """Return debt with a prior of its own for each field."""
    fields = (
        "net_debt core_ebitda core_cash growth payout risk_free spread spread_slope spread_limit debt_limit "
        "covenant equity_share equity_price equity_discount leases"
    )
    return Exposure("levered", {field: f"debt.{field}.{company}" for field in fields.split()})


# Two companies that borrow.
LEVERED = SHIPPED.with_(
    companies=(
        *SHIPPED.companies[:2],
        Company("microsoft", (SEATS, levered("microsoft"))),
        Company("meta", (REVENUE_VOLATILITY, levered("meta"))),
    )
)

# Every kind of exposure more than once, one company with several, one with none; companies with three chips
# of their own, with one and with none.
FIVE_BY_EIGHT = Structure(
    companies=(
        Company("amazon", (PRICE_GAP,), (chip("trainium2"), chip("trainium3"), chip("trainium4"))),
        *SHIPPED.companies[1:3],
        Company("meta", (REVENUE_VOLATILITY, PRICE_GAP, SEATS)),
        Company(
            "oracle",
            (
                Exposure("price_gap", {"rate": "core.oci_price_gap", "years": "core.oci_gap_years"}),
                Exposure(
                    "revenue_volatility",
                    {"vol": "core.db_vol", "revenue": "core.db_revenue", "loading": "core.db_loading"},
                ),
                Exposure("revenue_erosion", {"rate": "core.db_erosion", "revenue": "core.db_revenue"}),
            ),
            (chip("acorn"),),
        ),
    ),
    sources=(*SHIPPED.sources, PowerSource("gulf", "power.cancel_gulf")),
)
