"""How many of a run's paths an answer is computed on again."""

from simulator.analysis.run import Run
from simulator.sampling import BATCH
from simulator.whole_numbers import whole


def batches_of(run: Run, paths: int | None, usual: int) -> int:
    """Return on how many batches an answer rests.

    Parameters
    ----------
    run
        Whose first batches they are.
    paths
        How many paths are asked for, made up to whole batches; None for as many as usual.
    usual
        Paths where none are asked for, or all of a run that has fewer.

    Raises
    ------
    UsageError
        The run has fewer than are asked for, or none are.
    """
    if paths is None:
        return min(usual // BATCH, run.plan.batches)
    return -(-whole("paths", paths, 1, run.plan.paths) // BATCH)
