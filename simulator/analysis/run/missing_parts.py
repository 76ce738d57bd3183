"""What is wrong with the parts of a run, and the command that makes them good."""

import shlex
from collections.abc import Mapping, Sequence

from simulator.analysis.run.outcome import Run
from simulator.analysis.run.program import reference
from simulator.engine import Keep, Plan
from simulator.errors import MOST_SHOWN
from simulator.study import shipped_sets

#: What stands in a command for a study of which only the name within it is known.
STUDY = "STUDY"


def refusal(run: Run, keep: Keep, of: int, faults: Mapping[int, Sequence[str]]) -> str:
    """Return the message of parts that cannot be merged: every fault, and what to give again.

    Parameters
    ----------
    run, keep
        What the parts are of, and what they keep of its paths.
    of
        How many there are.
    faults
        What is wrong, by the number of the part.
    """
    lines = [f"part {number}/{of}: {'; '.join(wrong)}" for number, wrong in faults.items()]
    if len(lines) > MOST_SHOWN:
        lines[MOST_SHOWN:] = [f"and {len(lines) - MOST_SHOWN:,} more"]
    first = f"{run.directory} does not hold all {of} parts of its run:"
    return "\n  ".join([first, *lines, "give them again:", _command(run, keep, of, list(faults))])


def _command(run: Run, keep: Keep, of: int, numbers: Sequence[int]) -> str:
    """Return the command that computes parts, as far as it is known what the study was called."""
    plan = run.plan
    if plan != Plan(plan.paths, plan.seed, plan.sampler):
        return f"simulate_part(study, 'K/{of}', out, ...) with K of {', '.join(map(str, numbers))}"
    study = run.study.name if run.study.name in shipped_sets() else STUDY
    model = reference(run.model)
    words = ["strandline", "run", study, *(["--model", model] if model else [])]
    words += ["--paths", str(plan.paths), "--seed", str(plan.seed), "--sampler", plan.sampler]
    words += ["--keep", keep] if keep != "all" else []
    for change in run.study.changes:
        words += ["--set", change.setting]
    words += ["--out", str(run.directory)]
    if len(numbers) == 1:
        return shlex.join([*words, "--part", f"{numbers[0]}/{of}"])
    return f"for k in {' '.join(map(str, numbers))}; do {shlex.join(words)} --part $k/{of}; done"
