"""What does it cost to set a belief to a number, against a kernel of its own for that study?

One process that has simulated the default study. "Set" is `simulate` of the study with one belief at a
number, another number each time; "point mass" the same study written with the number alone, as
`Study.from_dict` reads it: its structure is another, so that its kernel is compiled when it is first asked
for, here without a cache on disk. All over the batches of the kernel alone.
"""

import argparse
import tempfile
import time
from itertools import count

import harness
import numpy as np

from simulator import Study, load_study, simulate
from simulator.analysis.run.program import model_of, program
from simulator.engine import Plan, executables, metric_kernel, on_threads, reuse, runtime

STUDY = "hyperscalers-2026-01"
BELIEF = "power.lead_time.northern_virginia"


def main(quick: bool) -> None:
    paths, repeats = (65536, 3) if quick else (262_144, 9)
    study = load_study(STUDY)
    values = (6.0 + step / 64 for step in count())
    plan = Plan(paths)
    kernel = metric_kernel(program(study, model_of(study, None), plan), plan)

    def batches() -> None:
        on_threads(kernel, range(plan.batches), lambda *_: None, runtime.cores())

    def run(asked: Study) -> np.ndarray:
        return simulate(asked, paths=paths, progress=False).metric("value_created.group")

    times = harness.interleaved(
        {
            "batches of the kernel": batches,
            "simulate": lambda: run(study),
            "simulate, a belief set": lambda: run(study.override({BELIEF: next(values)})),
        },
        repeats,
    )
    with tempfile.TemporaryDirectory() as folder:
        runtime.jax.config.update("jax_compilation_cache_dir", folder)
        executables.file_of = lambda _: None
        reuse._remembered.clear()
        alone = Study.from_dict(study.override({BELIEF: 6.0}).to_dict())
        began = time.perf_counter()
        point = run(alone)
        compiled = time.perf_counter() - began
    # The same law on the same draws: apart by float32 rounding alone.
    held = run(study.override({BELIEF: 6.0}))
    apart = float(np.abs(held - point).max() / point.std())
    if apart > 1e-3:
        message = f"a set belief and a point mass are {apart:.2g} standard deviations apart"
        raise SystemExit(message)
    found = harness.ratios(times, dict.fromkeys(times, 1.0), "batches of the kernel")
    rows = harness.rows(found)
    least = found["batches of the kernel"]["wall_s_per_unit"]["min"]
    rows.append(["simulate, a point mass, compiled", compiled / least, "", "", compiled])
    question = harness.question(__doc__)
    harness.tell(question, ["call", "ratio, median", "least", "most", "least s"], rows)
    harness.keep(
        "hold", question, {"paths": paths, "calls": found, "compiled_s": compiled, "apart_sd": apart}
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    main(quick=not parser.parse_args().full)
