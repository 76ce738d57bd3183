"""A small study with a verdict, of which a run keeps a summary, in tests that run it in many ways."""

from simulator.analysis.run import Run, summed
from simulator.engine import TOTALS
from simulator.sampling import BATCH
from simulator.study import Study
from tests.analysis.run.small_run import margin, study

#: More than the first batches, which place the grid.
BATCHES = summed.FIRST + 6
PATHS = BATCHES * BATCH


def judged() -> Study:
    """Return the small study with a verdict."""
    rules = {"bull": {"margin": {"min": 3.0}}, "bear": {"margin": {"max": 1.5}}}
    return Study.from_dict({**study().to_dict(), "verdict": rules}, model=margin)


def totals_of(run: Run) -> bytes:
    """Return the bytes of what was added up of a run."""
    assert run.directory is not None
    return (run.directory / TOTALS).read_bytes()
