"""A model card of a run: what supervisors ask of a model, answered by the run's own numbers."""

from simulator.analysis.card.needed import numbers as numbers
from simulator.analysis.card.record import Card as Card
from simulator.analysis.card.record import card as card
from simulator.analysis.card.record import card_of as card_of
