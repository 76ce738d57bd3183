"""Plain Monte Carlo is plain: uniform, and independent along paths and across names."""

import numpy as np
from scipy import stats

from simulator.sampling import MonteCarlo
from simulator.sampling.counter import stream_keys, threefry

NAMES = tuple((f"prior.{k}", k) for k in range(4))


def test_path_i_is_word_0_of_threefry_at_strip_and_lane(draw):
    values = draw(MonteCarlo(5), NAMES, 2)
    for path in (0, 255, 256, 8192, 16383):
        counter = np.array([path // 256], dtype=np.uint32), np.array([path % 256], dtype=np.uint32)
        keys = stream_keys("paths", 5, NAMES)
        np.testing.assert_array_equal(values[:, path], threefry((keys[0], keys[1]), counter)[0])


def test_draws_pass_kolmogorov_and_smirnov(draw):
    """Each of four names fails with probability 1e-6 if uniform."""
    for row in draw(MonteCarlo(5), NAMES, 8):
        assert stats.kstest(row * 2.0**-32, "uniform").pvalue > 1e-6


def test_neighbouring_paths_batches_and_names_are_uncorrelated(draw):
    """A correlation of n independent pairs is 1 / sqrt(n) in size; 5 of those is a chance of 6e-7."""
    values = (draw(MonteCarlo(5), NAMES, 8) + 0.5) * 2.0**-32 - 0.5
    for shift in (1, 64, 256, 8192):
        products = values * np.roll(values, shift, axis=1) * 12.0
        assert np.abs(products.mean(axis=1)).max() < 5 / np.sqrt(values.shape[1])
    crossed = values[:-1] * values[1:] * 12.0
    assert np.abs(crossed.mean(axis=1)).max() < 5 / np.sqrt(values.shape[1])
