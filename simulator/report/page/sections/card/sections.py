"""The headings of a card, in their order."""

from simulator.analysis.card import Card
from simulator.report.page.context import Context
from simulator.report.page.document import Section
from simulator.report.page.sections.card.challenge import challenge, limits, review
from simulator.report.page.sections.card.model import data, soundness
from simulator.report.page.sections.card.testing import monitoring, outcomes
from simulator.report.page.sections.card.use import materiality, purpose


def sections(context: Context, card: Card) -> list[Section]:
    """Return the sections of a card."""
    parts = (purpose, materiality, soundness, data, outcomes, monitoring, challenge, limits, review)
    return [part(context, card) for part in parts]
