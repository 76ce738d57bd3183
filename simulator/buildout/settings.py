"""What a study of the build-out chooses beside its beliefs: companies, sources of power, horizon, policy."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from simulator.errors import UsageError
from simulator.study.records import Claim, Settings
from simulator.study.study import Study

type DepreciationPolicy = Literal["in_service", "delivery"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip of a company's own.

    Attributes
    ----------
    priors
        What each part of `simulator.buildout.inputs.CHIP` is believed to be: part, name of a prior.
    """

    name: str
    title: str
    priors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the build-out. Its name is the last part of the names of its priors and metrics.

    Attributes
    ----------
    exposures
        How it is exposed beyond its own AI business: kind, part of that kind, name of a prior.
    chips
        Its own accelerators, the oldest first: each takes its share of orders from those before it.
    """

    name: str
    title: str
    exposures: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    chips: tuple[Chip, ...] = ()

    @property
    def named_priors(self) -> frozenset[str]:
        """Names of the priors that its exposures and its chips name."""
        parts = (*self.exposures.values(), *(chip.priors for chip in self.chips))
        return frozenset(name for part in parts for name in part.values())


@dataclass(frozen=True, slots=True)
class PowerSource:
    """A source of power, with the name of the prior for the chance that a late project is cancelled."""

    name: str
    title: str
    cancellation: str


@dataclass(frozen=True, slots=True)
class BuildoutSettings(Settings):
    """Settings of a study whose domain is the build-out.

    Attributes
    ----------
    horizon_quarters
        Number of quarters, 8 to 60.
    depreciation_policy
        ``in_service`` (from energisation, as in filings) or ``delivery`` (the clock runs on idle chips).
    pipeline_stages
        Stages of the power queue, 1 to 12.
    companies, power_sources
        In the order of the study.
    """

    horizon_quarters: int | None = None
    depreciation_policy: DepreciationPolicy | None = None
    pipeline_stages: int | None = None
    companies: tuple[Company, ...] = ()
    power_sources: tuple[PowerSource, ...] = ()

    @property
    def entities(self) -> Mapping[str, str]:
        """Titles of the companies by name."""
        return {company.name: company.title for company in self.companies}

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The companies' own chips."""
        return tuple(
            Claim(company.name, chip.title, chip.priors, "custom_silicon_value")
            for company in self.companies
            for chip in company.chips
        )

    def owner(self, prior: str) -> str | None:
        """Return the company that a prior is about: by its name, or as the one that names it."""
        owners = [
            company.name
            for company in self.companies
            if company.name in prior.split(".") or prior in company.named_priors
        ]
        return owners[0] if len(owners) == 1 else None

    def keys(self) -> dict[str, Any]:
        """Return what stands in ``[study]``, None where it is left out."""
        return {
            "start": self.start,
            "horizon_quarters": self.horizon_quarters,
            "depreciation_policy": self.depreciation_policy,
            "pipeline_stages": self.pipeline_stages,
        }

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the companies and the sources of power as the tables of a study."""
        return {
            "company": [
                {
                    "name": company.name,
                    "title": company.title,
                    "exposure": [
                        {"kind": kind, **parts} for kind, parts in sorted(company.exposures.items())
                    ],
                    "chip": [{"name": c.name, "title": c.title, **c.priors} for c in company.chips],
                }
                for company in self.companies
            ],
            "power_source": [asdict(source) for source in self.power_sources],
        }

    def stand_ins(self) -> dict[str, Any]:
        """Return values for lost settings; they decide nothing about which priors are asked for."""
        return {"horizon_quarters": 24, "pipeline_stages": 1, "depreciation_policy": "in_service"}

    def choices(self) -> dict[str, Any]:
        """Return every choice, the rules left out, under the name by which two studies are compared."""
        return {
            **{f"study.{key}": value for key, value in self.keys().items()},
            "study.companies": [one.name for one in self.companies],
            "study.power_sources": [one.name for one in self.power_sources],
            **{f"company.{one.name}": one.exposures for one in self.companies},
            **{f"study.chips.{one.name}": [c.name for c in one.chips] for one in self.companies},
            **{f"company.{one.name}.{c.name}": c.priors for one in self.companies for c in one.chips},
            **{f"power_source.{one.name}": one.cancellation for one in self.power_sources},
        }


def settings_of(study: Study) -> BuildoutSettings:
    """Return the settings of a study of the build-out.

    Raises
    ------
    UsageError
        It is about something else.
    """
    if not isinstance(study.settings, BuildoutSettings):
        message = f"{study.name}: found a study without companies; allowed: one of the build-out"
        raise UsageError(message)
    return study.settings
