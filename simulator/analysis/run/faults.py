"""What is not finite in a run."""

from simulator.analysis.run.outcome import Run
from simulator.engine import Manifest, non_finite_faults


def manifest_of(run: Run) -> Manifest | None:
    """Return the manifest of a run with a directory; None for one in memory."""
    return None if run.directory is None else Manifest.read(run.directory / "manifest.json")


def not_numbers(run: Run) -> tuple[str, ...]:
    """Return a line for each metric of a run that on some paths is no number that it may be."""
    return tuple(non_finite_faults(run.not_finite, run.model, run.plan.paths))
