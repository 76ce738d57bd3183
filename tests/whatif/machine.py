"""A study's kernel as its page has it, executed under node."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from javascript import node_program

import simulator
from simulator.analysis.run.program import model_of, program
from simulator.beliefs.laws import laws
from simulator.beliefs.resolve import quantile
from simulator.engine import Plan
from simulator.sampling import BATCH
from simulator.study import Study
from simulator.whatif.kernel_data import BATCHES, kernel_data, portable
from simulator.whatif.making import _computed, horizons_of

ASSETS = Path(simulator.__file__).parent / "whatif" / "assets"


@dataclass
class Page:
    """What a page holds of a study's kernel."""

    study: Study
    kernel: dict[str, Any]
    medians: dict[str, float]

    def metrics(
        self,
        changes: Mapping[str, tuple[float, bool]] | None = None,
        batches: int = 1,
        points: int = 256,
        horizon: int | None = None,
    ) -> dict[str, np.ndarray]:
        """Return metrics [replicate, point], beliefs changed: by name the number, and whether it holds."""
        one = self.kernel["own"] if horizon is None else self.kernel["horizons"][str(horizon)]
        question = {
            "assets": str(ASSETS),
            "kernel": self.kernel,
            "program": one,
            "medians": self.medians,
            "changes": {name: {"to": to, "held": held} for name, (to, held) in (changes or {}).items()},
            "batches": batches,
            "points": points,
        }
        script = Path(__file__).with_name("kernel.cjs")
        ran = subprocess.run(
            [node_program(), str(script)],
            input=json.dumps(question).encode(),
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        names = one["output"]["metrics"]
        found = np.frombuffer(ran.stdout, "<f4").reshape(batches, 32, len(names), points)
        rows = found.transpose(2, 1, 0, 3).reshape(len(names), 32, batches * points)
        return dict(zip(names, rows, strict=True))


def paged(study: Study, sampler: str = "rqmc", seed: int = 0) -> Page:
    """Return what the page of a study holds."""
    model, plan = model_of(study, None), Plan(BATCHES * BATCH, seed=seed, sampler=sampler)
    run = _computed(study, model, plan)
    own = portable(study, program(study, model, plan))
    kernel = json.loads(json.dumps(kernel_data(study, own, run, horizons_of(study, model, plan))))
    medians = {
        name: float(prior.parameters["value"]) if prior.family == "fixed" else float(quantile(prior)(0.0))
        for name, prior in laws(study).items()
        if prior.family != "dirichlet"
    }
    return Page(study, kernel, medians)
