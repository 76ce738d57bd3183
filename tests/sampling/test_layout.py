"""The layout of paths is for ever."""

import numpy as np

from simulator.sampling import BATCH, MAX_BATCHES, REPLICATES, STRIP, by_replicate, join_batches


def test_constants_are_those_every_stored_run_was_made_with():
    assert (REPLICATES, STRIP, BATCH, MAX_BATCHES) == (32, 256, 8192, 2**24)


def test_by_replicate_puts_each_path_at_its_replicate_and_point():
    path = np.arange(3 * BATCH)
    ordered = by_replicate(np.stack([path, -path]))
    assert ordered.shape == (2, REPLICATES, 3 * STRIP)
    replicate = path % BATCH // STRIP
    point = path // BATCH * STRIP + path % STRIP
    assert (ordered[0, replicate, point] == path).all()
    assert (ordered[1] == -ordered[0]).all()


def test_batches_are_joined_as_they_stand_by_replicate():
    """Joining batches is the same as putting them one after the other and sorting them by replicate."""
    batches = [np.arange(2 * BATCH).reshape(2, BATCH) + place * BATCH for place in range(3)]
    np.testing.assert_array_equal(join_batches(batches), by_replicate(np.concatenate(batches, axis=-1)))
