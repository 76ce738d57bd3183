"""Where facts come from: entries of a bibliography, ranked by how well they stand up when attacked."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Rank(StrEnum):
    """What kind of document a source is, the strongest first.

    A rank is that of the document at the source's address, not of whoever it quotes: a full copy of a filing
    is a filing wherever it lies, a site that retells one is not.
    """

    FILING = "filing"
    """What an issuer filed, released, or said on its call, in full or as data."""
    AGENCY = "agency"
    """A statistics office, regulator, grid operator, parliament, or scholarly work."""
    PRESS = "press"
    """A newspaper, wire, trade journal or research house that signs what it prints."""
    OTHER = "other"
    """Anything else: blogs, forums, slides, aggregators, notes of others, memory."""


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the bibliography; the rank is None where it is not given."""

    id: str
    title: str
    address: str = ""
    date: datetime.date | None = None
    provenance: str = ""
    note: str = ""
    rank: Rank | None = None

    @property
    def weakness(self) -> int:
        """Place of its rank, 0 for the strongest; one that is not ranked comes after all that are."""
        return len(Rank) if self.rank is None else list(Rank).index(self.rank)


def strongest(sources: Iterable[Source]) -> Source | None:
    """Return the source of the strongest rank, the first of several; None where there is none."""
    return min(sources, key=lambda source: source.weakness, default=None)
