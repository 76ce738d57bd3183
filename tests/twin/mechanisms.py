"""Cases of one mechanism each: point masses on top of a worked case, and what the twin makes of them.

``python -m tests.twin.mechanisms`` writes the file of expected values anew, twelve printed digits of each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .cases import Case, worked_cases
from .model import simulate

FILE = Path(__file__).parents[1] / "data" / "mechanism_cases.json"

QUARTERS = [0, 1, 4, 5, 11, 23]
SERIES = ("capex", "ordered_gw", "energised_gw", "live_gw", "demand", "capacity", "fcf")


@dataclass(frozen=True)
class Change:
    """What is changed in the worked case of a letter."""

    of: str
    inputs: Mapping[str, float]


#: Half of what is put off is made up in a quarter: 1 - exp(-h / years) = 1/2.
HALF = 0.25 / np.log(2)
#: Longer than any horizon: what asks for this power never gets it.
NEVER = 1e15

CHANGES: Mapping[str, Change] = {
    "makeup": Change(
        "A",
        {
            "power.lead_time.us_grid": NEVER,
            "spend.deferral": 0.5,
            "spend.deferral_threshold": 0.0,
            "spend.makeup_years": HALF,
        },
    ),
    "scarcity": Change(
        "A",
        {
            "adoption.unmet": 0.2,
            "adoption.bass_p": 0.0,
            "adoption.bass_q": 0.0,
            "adoption.price_elasticity": 0.5,
            "adoption.vol": 0.0,
            "economics.contract_share": 0.0,
            "economics.markup_speed": 1e3,
            "economics.scarcity_markup": 0.4,
        },
    ),
    "sites": Change("A", {"finance.economic_life": 1.0, "power.site_reuse": 1.0}),
    "elasticity": Change("C", {"adoption.price_elasticity": 1.4}),
    "accelerator": Change("C", {"spend.accelerator": 0.3}),
    "curve_half": Change("C", {"adoption.curve": 0.5}),
    "curve_two": Change("C", {"adoption.curve": 2.0}),
    "queue": Change("B", {"finance.queue_value": 0.85, "finance.maturity_years": 14.0}),
    "replacement": Change("B", {"finance.economic_replacement": 0.8}),
    "harvest": Change("B", {"finance.harvest": 1.0, "finance.salvage": 0.1}),
    "together": Change(
        "C",
        {
            "spend.makeup_years": 1.0,
            "spend.accelerator": 0.15,
            "economics.scarcity_markup": 0.25,
            "adoption.price_elasticity": 1.1,
            "adoption.curve": 0.8,
            "power.site_reuse": 0.7,
            "finance.queue_value": 0.85,
            "finance.economic_replacement": 0.5,
            "finance.harvest": 0.9,
            "finance.maturity_years": 14.0,
        },
    ),
}


def unchanged(letter: str) -> Case:
    """Return the worked case of a letter."""
    return next(case for case in worked_cases() if case.name.startswith(letter))


@cache
def mechanism_cases() -> tuple[Case, ...]:
    """Return every case of `CHANGES` with its stored values."""
    stored = json.loads(FILE.read_text())
    cases = []
    for name, change in CHANGES.items():
        base, values = unchanged(change.of), stored[name]
        cases.append(
            Case(
                name=name,
                structure=base.structure,
                inputs={**base.inputs, **change.inputs},
                shocks=base.shocks,
                quarters=QUARTERS,
                series={key: np.array(series) for key, series in values["series"].items()},
                metrics=values["metrics"],
                internals={},
                verdicts={},
                regime=base.regime,
                financing_broken=base.financing_broken,
            )
        )
    return tuple(cases)


def write() -> None:
    """Write what the twin gives for every case."""
    values = {}
    for name, change in CHANGES.items():
        base = unchanged(change.of)
        metrics, series = simulate({**base.inputs, **change.inputs}, base.shocks, base.structure)
        values[name] = {
            "series": {key: _printed(series[key][QUARTERS, :, 0]) for key in SERIES},
            "metrics": {key: _printed(value[0]) for key, value in metrics.items()},
        }
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in values.items())
    FILE.write_text(f"{{\n{lines}\n}}\n")


def _printed(values: np.ndarray) -> object:
    return np.vectorize(lambda value: float(f"{value:.12g}"))(values).tolist()


if __name__ == "__main__":
    write()
