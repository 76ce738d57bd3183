"""The worked cases: inputs, shocks and twelve printed digits of what they give."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from .neutral import NEUTRAL
from .structure import SHIPPED, Structure, chip, quiet_shocks

DATA = Path(__file__).parents[1] / "data"


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
    """Return the cases A, B and C, and those of later mechanisms; shocks have the shape ``[T, 1]``."""
    stored = json.loads((DATA / "worked_cases.json").read_text())
    later = [json.loads((DATA / "chips_case.json").read_text())]
    inputs = {case["name"]: case["inputs"] for case in stored["cases"]}
    cases = []
    for case in [*stored["cases"], *later]:
        structure = SHIPPED.with_(horizon=case["horizon"], policy=case["policy"])
        structure = with_chips(structure, case.get("chips", {}))
        given = {name: np.array(values)[:, None] for name, values in case["shocks"].items()}
        always_boom = [0] * case["horizon"]
        cases.append(
            Case(
                name=case["name"],
                structure=structure,
                inputs=NEUTRAL
                | stored["constants"]
                | inputs[case.get("inputs_of", case["name"])]
                | case["inputs"],
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


def with_chips(structure: Structure, chips: Mapping[str, Sequence[str]]) -> Structure:
    """Return a structure whose companies have these chips of their own, and no others."""
    companies = tuple(
        replace(company, chips=tuple(map(chip, chips.get(company.name, ()))))
        for company in structure.companies
    )
    return structure.with_(companies=companies)
