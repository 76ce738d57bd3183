"""The default study side by side, as an accelerator computes it, is the one of blocks, on every path."""

import jax
import numpy as np
import pytest

from simulator.analysis.run import load_study
from simulator.analysis.run.agreement import TOLERANCE, beyond_rounding
from simulator.analysis.run.program import model_of, program
from simulator.buildout.vintages import _entry_at
from simulator.engine import MetricKernel, Plan, SideBySide
from simulator.sampling import BATCH


@pytest.mark.slow
def test_every_metric_agrees_within_its_tolerance() -> None:
    study, plan = load_study("latest"), Plan(4 * BATCH, 7)
    made = program(study, model_of(study, None), plan)
    blocks = MetricKernel(made, plan)
    wide = MetricKernel(made, plan, arrangement=SideBySide(2))
    assert wide.metrics == blocks.metrics
    found = [*wide.call([0, 1]), *wide.call([2, 3])]
    for batch, ours in enumerate(found):
        theirs = blocks(batch)
        assert not beyond_rounding(ours, theirs).any()
        finite = np.isfinite(theirs)
        np.testing.assert_array_equal(np.isfinite(ours), finite)
        apart = np.abs(ours.astype(np.float64) - theirs, where=finite, out=np.zeros(theirs.shape))
        scale = np.array([row[kept].std(dtype=np.float64) for row, kept in zip(theirs, finite, strict=True)])
        # Means are nearer than single paths, of which none is further apart.
        assert np.all(apart.max(axis=1) <= TOLERANCE * scale)


def test_more_paths_than_places_can_tell_apart_are_refused() -> None:
    quarters, companies = 40, 4
    most = (2**31 - 1) // (quarters * companies)
    for paths in (most, most + 1):
        entries = jax.ShapeDtypeStruct((quarters, companies, paths), np.float32)
        index = jax.ShapeDtypeStruct((1, paths), np.int32)
        if paths == most:
            assert jax.eval_shape(_entry_at, entries, index).shape == (companies, paths)
        else:
            with pytest.raises(MemoryError, match=r"2,147,483,680 entries; allowed: 2,147,483,647"):
                jax.eval_shape(_entry_at, entries, index)
