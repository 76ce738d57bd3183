"""A run with what is hard to write: names like formulas, infinities, vectors, paths without a verdict."""

from pathlib import Path
from typing import Any, ClassVar

import jax.numpy as jnp

from simulator.analysis.run import NotFiniteError, Run, simulate
from simulator.sampling import BATCH
from simulator.study import Study

#: A name with all that CSV quotes, and one that spreadsheets take for a formula.
QUOTED, FORMULA = 'said "high", or low', "=cmd|' !A0"
NOTE = '@SUM(1+1)*cmd, "quoted"\nand on'
PATHS = 2 * BATCH
CONTENT: dict[str, Any] = {
    "priors": {
        "load": {"family": "normal", "mean": 0.0, "sd": 1.0, "unit": "USD bn", "note": NOTE},
        "shares": {"family": "dirichlet", "alpha": [2.0, 3.0], "spare": True},
        "rate": {"family": "fixed", "value": 0.5, "spare": True},
    },
    "verdict": {"bull": {"margin": {"min": 1.0}}, "bear": {"margin": {"max": -1.0}}},
}


class Nasty:
    """Metrics of its one draw: finite, infinite on either side, and not a number."""

    metric_units: ClassVar = {"margin": "USD bn"}

    def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
        load = draws["load"]
        wait = jnp.where(load > 1.5, jnp.inf, jnp.where(load < -1.5, -jnp.inf, load * 1e-30))
        return {
            "margin": jnp.where(load > 2.5, jnp.nan, load),
            QUOTED: wait,
            FORMULA: -jnp.exp(30.0 * load),
            "share": draws["shares"][1],
        }


def nasty_run(out: Path | None = None) -> Run:
    """Return the run, which is not finite on purpose."""
    try:
        simulate(Study.from_dict(CONTENT, model=Nasty()), paths=PATHS, seed=3, out=out)
    except NotFiniteError as error:
        return error.run
    message = "all paths are finite"
    raise AssertionError(message)
