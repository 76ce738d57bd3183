"""Two samplers in one: each coordinate has the very points that its own sampler gives it."""

import numpy as np
import pytest

from simulator.sampling import Mixed, make_sampler

COORDINATES = (("a", 0), ("other b", 0), ("c", 1), ("other a", 0), ("c", 0))


@pytest.mark.parametrize("names", [COORDINATES, COORDINATES[::2], COORDINATES[1::2]])
def test_each_coordinate_has_its_own_samplers_points(names):
    net, points = make_sampler("rqmc", 1, block_size=64), make_sampler("mc", 1, block_size=64)
    mixed = Mixed(net, points, "other ")
    assert (mixed.block_size, mixed.blocks) == (net.block_size, net.blocks)
    tables = mixed.tables(names, 3)
    for batch, block in ((0, 0), (2, 17)):
        found = np.asarray(mixed.bits(tables, batch, block))
        for row, one in enumerate(names):
            own = points if one[0].startswith("other ") else net
            np.testing.assert_array_equal(found[row], own.bits(own.tables((one,), 3), batch, block)[0])
