"""The layout of paths is for ever."""

import numpy as np

from simulator.sampling import MAX_ROUNDS, REPLICATES, ROUND, STRIP, by_replicate, join_rounds


def test_constants_are_those_every_stored_run_was_made_with():
    assert (REPLICATES, STRIP, ROUND, MAX_ROUNDS) == (32, 256, 8192, 2**24)


def test_by_replicate_puts_each_path_at_its_replicate_and_point():
    path = np.arange(3 * ROUND)
    ordered = by_replicate(np.stack([path, -path]))
    assert ordered.shape == (2, REPLICATES, 3 * STRIP)
    replicate = path % ROUND // STRIP
    point = path // ROUND * STRIP + path % STRIP
    assert (ordered[0, replicate, point] == path).all()
    assert (ordered[1] == -ordered[0]).all()


def test_rounds_are_joined_as_they_stand_by_replicate():
    """Joining rounds is the same as putting them one after the other and sorting them by replicate."""
    rounds = [np.arange(2 * ROUND).reshape(2, ROUND) + place * ROUND for place in range(3)]
    np.testing.assert_array_equal(join_rounds(rounds), by_replicate(np.concatenate(rounds, axis=-1)))
