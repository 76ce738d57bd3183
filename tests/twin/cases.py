"""The three worked cases: inputs, shocks and twelve printed digits of what they give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .neutral import NEUTRAL
from .structure import SHIPPED, Structure, quiet_shocks

FILE = Path(__file__).parents[1] / "data" / "worked_cases.json"


@dataclass(frozen=True)
class Case:
    """One path of known answers.

    Attributes
    ----------
    quarters
        Quarters that `series` prints.
    series
        ``[quarter, company]`` by the name of the series; `regime` is ``[T]``.
    internals
        Steps on the way to a metric: terminal value, present value of capex, net book, ...
    verdicts
        ``pass.ITEM``, ``scorecard_passes`` and ``verdict`` (1 bull, 0 base, -1 bear) by owner.
    """

    name: str
    structure: Structure
    inputs: dict[str, float]
    shocks: dict[str, np.ndarray]
    quarters: list[int]
    series: dict[str, np.ndarray]
    metrics: dict[str, float]
    internals: dict[str, float]
    verdicts: dict[str, float]
    regime: np.ndarray
    financing_broken: np.ndarray


@cache
def worked_cases() -> tuple[Case, ...]:
    """Return the cases A, B and C; shocks have the shape ``[T, 1]``."""
    stored = json.loads(FILE.read_text())
    inputs = {case["name"]: case["inputs"] for case in stored["cases"]}
    cases = []
    for case in stored["cases"]:
        structure = SHIPPED.with_(horizon=case["horizon"], policy=case["policy"])
        given = {name: np.array(values)[:, None] for name, values in case["shocks"].items()}
        always_boom = [0] * case["horizon"]
        cases.append(
            Case(
                name=case["name"],
                structure=structure,
                inputs=NEUTRAL | stored["constants"] | inputs[case.get("inputs_of", case["name"])],
                shocks=quiet_shocks(structure, 1) | given,
                quarters=case["quarters"],
                series={name: np.array(values) for name, values in case["series"].items()},
                metrics=case["metrics"],
                internals=case["internals"],
                verdicts=case["verdicts"],
                regime=np.array(case.get("regime", always_boom)),
                financing_broken=np.array(case.get("financing_broken", always_boom), dtype=bool),
            )
        )
    return tuple(cases)
