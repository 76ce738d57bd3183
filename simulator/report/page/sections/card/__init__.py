"""The sections of a model card, heading by heading; what a run lacks is named in its place."""

from simulator.report.page.sections.card.sections import sections as sections
