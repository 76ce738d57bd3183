"""The scripts of the page under node: what an expression makes of them."""

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from javascript import node_program

from simulator.study import Study, load_study
from simulator.whatif.description import describe
from simulator.whatif.horizons import other_horizons
from simulator.whatif.page import asset

#: The shipped study that the page is tested on.
STUDY = "hyperscalers-2026-10"

FAKE_ENGINE = Path(__file__).with_name("fake_engine.js")


@cache
def study() -> Study:
    return load_study(STUDY)


def described(one: Study | None = None, **more: Any) -> dict[str, Any]:
    """Return what a page knows of a study."""
    asked = one or study()
    assert asked.domain is not None
    settings: dict[str, Any] = {"given": asked.name, "seed": 0, "sampler": "rqmc", "mode": "portable"}
    model = asked.domain.model(asked.settings)
    horizons = [*other_horizons(asked, model)]
    whole: dict[str, Any] = settings | {"language": "en", "horizons": horizons} | more
    return describe(asked, model, **whole)


def evaluated(files: str, expression: str, **given: Any) -> Any:
    """Return what an expression is after some scripts of the page, as JSON has it.

    Parameters
    ----------
    files
        Names of scripts, in their order.
    expression
        It may wait for promises.
    given
        Values by name, as JSON has them.
    """
    names = [f"const {name} = {json.dumps(value)};" for name, value in given.items()]
    plain = "(key, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value)"
    last = (
        f"(async () => {{ {' '.join(names)} const found = await ({expression});"
        f" process.stdout.write(JSON.stringify(found === undefined ? null : found, {plain})); }})();"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script.cjs"
        parts = ['"use strict";', *(asset(f"{name}.js") for name in files.split()), last]
        file.write_text("\n".join(parts), encoding="utf-8")
        ran = subprocess.run([node_program(), file], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


#: Scripts that write numbers, and those that know a state.
NUMBERS = "words number_text"
STATE = f"statistics events {NUMBERS} scale state address exports"

#: A state that differs in beliefs and rules.
CHANGES = {
    "adoption.potential": {"to": 1939.5, "held": False},
    "finance.wacc": {"to": 0.09, "held": True},
    "spend.overshoot": {"to": -0.04, "held": False},
}
RULES = {"verdict.bear.value_per_dollar.max": -0.1, "scorecard.gross_margin.min": 0.4}


def state(**more: Any) -> dict[str, Any]:
    return {
        "changes": {},
        "structure": None,
        "horizon": None,
        "entity": "group",
        "metric": "value_created",
        "rules": {},
        "asked": None,
    } | more
