"""What keeps the numbers of a run from being numbers."""

from simulator.analysis.run.outcome import Run
from simulator.engine import Manifest, faults


def manifest_of(run: Run) -> Manifest | None:
    """Return the manifest of a run with a directory; None for one in memory."""
    return None if run.directory is None else Manifest.read(run.directory / "manifest.json")


def not_numbers(run: Run) -> tuple[str, ...]:
    """Return a line for each metric of a run that on some paths is no number that it may be."""
    manifest = manifest_of(run)
    # A run of a user's own model is read without it: what it allows stands in the manifest.
    allowed = {*getattr(run.model, "may_be_infinite", ()), *(manifest.may_be_infinite if manifest else ())}
    return tuple(faults(run.not_finite, allowed, run.plan.paths, getattr(run.model, "undefined", None)))
