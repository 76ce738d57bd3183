"""Shares of a variance and the priors that they are of, as the terminal prints them."""

import math
from collections.abc import Mapping

from rich.text import Text

from simulator.analysis.explanation.records import PriorSummary
from simulator.estimate.effect import Effect
from simulator.report.titles import prior_title

type Titles = Mapping[str, str]
type Priors = Mapping[str, PriorSummary]

#: Stands for a number that is within two standard errors of zero.
UNCLEAR = "≈ 0"


def marked(name: str, priors: Priors, titles: Titles) -> Text:
    """Return a prior's title, with a star where it is correlated with others."""
    return prior_title(name, titles, "*" if priors[name].correlated_with else "")


def percent(share: Effect | None) -> str:
    """Return a share in per cent with its error; a dash where there is none."""
    return "–" if share is None or math.isnan(share.value) else clear(share, 100.0)


def clear(found: Effect, factor: float = 1.0) -> str:
    """Return a number with its error, or that it cannot be distinguished from zero."""
    return str(found * factor) if found.distinguishable else UNCLEAR
