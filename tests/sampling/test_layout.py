"""The layout of paths is for ever."""

import numpy as np

from simulator.sampling import BATCH, MAX_BATCHES, REPLICATES, STRIP, join_batches


def test_constants_are_those_every_stored_run_was_made_with():
    assert (REPLICATES, STRIP, BATCH, MAX_BATCHES) == (32, 256, 8192, 2**24)


def test_joined_batches_have_each_path_at_its_replicate_and_point():
    path = np.arange(3 * BATCH)
    ordered = join_batches(np.split(np.stack([path, -path]), 3, axis=1), 3)
    assert ordered.shape == (2, REPLICATES, 3 * STRIP)
    replicate = path % BATCH // STRIP
    point = path // BATCH * STRIP + path % STRIP
    assert (ordered[0, replicate, point] == path).all()
    assert (ordered[1] == -ordered[0]).all()
