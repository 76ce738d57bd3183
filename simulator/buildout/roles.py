"""What a study's priors stand for in the model, where companies and sources of power name them."""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.buildout.inputs import CANCELLATION, CHIP, EXPOSURES, Input
from simulator.buildout.settings import BuildoutSettings
from simulator.errors import Fault, text_of


class Role(NamedTuple):
    """A prior that an entry of the study names, under which key, and what is asked of it there."""

    key: str
    prior: str
    wanted: Input


def roles(settings: BuildoutSettings) -> Iterator[Role]:
    """Give every prior that exposures, chips and sources of power name; one may have several roles."""
    for company in settings.companies:
        above = f"company.{company.name}"
        for kind, parts in company.exposures.items():
            for part, prior in parts.items():
                yield Role(f"{above}.exposure.{kind}.{part}", prior, EXPOSURES[kind][part])
        for chip in company.chips:
            for part, prior in chip.priors.items():
                yield Role(f"{above}.chip.{chip.name}.{part}", prior, CHIP[part])
    for source in settings.power_sources:
        yield Role(f"power_source.{source.name}.cancellation", source.cancellation, CANCELLATION)


def with_roles(inputs: dict[str, Input], settings: BuildoutSettings) -> dict[str, Input]:
    """Return inputs with the priors that a study names: of several roles the range that suits all."""
    asked = dict(inputs)
    for role in roles(settings):
        first = asked.get(role.prior, role.wanted)
        if first.unit == role.wanted.unit:
            low, high = max(first.minimum, role.wanted.minimum), min(first.maximum, role.wanted.maximum)
            first = first._replace(minimum=low, maximum=high)
        asked[role.prior] = first
    return asked


def conflicts(asked: dict[str, Input], settings: BuildoutSettings) -> Iterator[Fault]:
    """Give the roles whose prior is asked for in another unit elsewhere."""
    for role in roles(settings):
        unit, wanted = asked[role.prior].unit, role.wanted.unit
        if unit != wanted:
            found = f"{text_of(role.prior)}, which the model asks for in {unit} too"
            yield Fault("", role.key, found, f"the name of a prior in {wanted}")
