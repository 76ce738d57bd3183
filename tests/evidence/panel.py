"""Evidence made for tests: capex by quarter, and statements of years."""

from datetime import timedelta

import numpy as np

from simulator.evidence import Evidence, Observation, Period
from simulator.evidence.period import quarter_label
from simulator.evidence.records import Kind

FIRST = 4 * 2019


def observation(
    company, label, value, kind: Kind = "actual", known=None, definition="cash", low=None, high=None
):
    period = Period.parse(label)
    return Observation(
        series=f"{kind}.{company}.{definition}",
        metric="capex",
        entity=company,
        kind=kind,
        definition=definition,
        period=period,
        known=known or period.end + timedelta(days=35),
        value=float(value),
        low=low,
        high=high,
        unit="USD bn",
        error=0.0,
        sources=("made",),
        recalled=False,
        derived=False,
        note="",
        file="made.toml",
    )


def evidence(*observations):
    known = sorted(observations, key=lambda one: (one.known, one.series, one.period))
    return Evidence(tuple(known), {}, {})


def panel(capex, first=FIRST):
    """Return evidence of capex by company, quarters from the first on."""
    return evidence(
        *(
            observation(company, quarter_label(first + t), value)
            for company, values in capex.items()
            for t, value in enumerate(values)
        )
    )


def steady(growth, quarters, level=10.0):
    return level * np.exp(growth * np.arange(quarters))
