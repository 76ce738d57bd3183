"""Batches side by side are those that a CPU computes block by block: the same points, paths and order."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.engine import InBlocks, Kernel, MetricKernel, Plan, SideBySide, runtime
from simulator.engine.kernel import usual
from simulator.sampling import BATCH, make_sampler
from tests.engine.programs import make, margin

SAMPLERS = ["rqmc", "mc"]


def draws(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("load", "strength", "v", "u")}


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("block_size", [64, 128, 256])
def test_points_are_the_same_to_the_bit_and_in_the_same_places(sampler: str, block_size: int) -> None:
    plan = Plan(8 * BATCH, 7, sampler, block_size)
    source = make_sampler(plan.sampler, plan.seed, (), plan.block_size)
    coordinates = (("a", 0), ("b", 0), ("b", 1))
    tables = source.tables(coordinates, plan.batches)

    def points(_: Any, bits: Any) -> dict[str, Any]:
        return {"bits": bits}

    wide = SideBySide(3)
    found = jax.jit(wide.whole(source, points))((), tables, wide.numbers([5, 0, 7]))["bits"]
    for place, batch in enumerate((5, 0, 7)):
        alone = jax.jit(InBlocks().whole(source, points))((), tables, np.uint32(batch))["bits"]
        assert alone.shape == (3, BATCH)
        np.testing.assert_array_equal(found[place], alone)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_draws_and_metrics_are_those_of_blocks(sampler: str, dtype: str) -> None:
    """Draws are rounded before anything reads them, in each program; a model may be fused differently."""
    plan = Plan(8 * BATCH, 7, sampler, dtype=dtype)
    wide = Kernel(make(plan), plan, lambda d: draws(d) | margin(d), arrangement=SideBySide(2))
    blocks = Kernel(make(plan), plan, lambda d: draws(d) | margin(d))
    assert wide.outputs == blocks.outputs
    for one, batch in zip(wide.call([3, 6]), (3, 6), strict=True):
        other = blocks(batch)
        for name in draws(one):
            assert one[name].tobytes() == other[name].tobytes(), name
        assert one["above"].tobytes() == other["above"].tobytes()
        # Six roundings of numbers below 32, each to half a unit of the last place.
        assert np.abs(one["margin"] - other["margin"]).max() <= 6 * 16 * np.finfo(dtype).eps


def test_fewer_batches_than_a_call_has_are_those_that_were_asked_for() -> None:
    plan = Plan(8 * BATCH, 7)
    kernel = MetricKernel(make(plan), plan, arrangement=SideBySide(4))
    whole = kernel.call([4, 5, 6, 7])
    part = kernel.call([6, 7])
    assert [found.tobytes() for found in part] == [found.tobytes() for found in whole[2:]]
    assert kernel(5).tobytes() == whole[1].tobytes()
    assert len({found.tobytes() for found in whole}) == 4


def test_outputs_of_every_shape() -> None:
    def model(draws: dict[str, Any]) -> dict[str, Any]:
        return {"z": draws["load"], "fixed": draws["fixed"], "v": draws["v"], "two": 2, "a": draws["u"] > 0.5}

    plan = Plan(2 * BATCH)
    wide, blocks = (MetricKernel(make(plan, model), plan, arrangement=one) for one in (SideBySide(2), None))
    assert wide.metrics == blocks.metrics == ("z", "fixed", "v[0]", "v[1]", "two", "a")
    for batch, found in enumerate(wide.call([0, 1])):
        assert found.tobytes() == blocks(batch).tobytes()


def test_the_model_sees_all_paths_at_once() -> None:
    seen: list[int] = []

    def model(draws: dict[str, Any]) -> dict[str, Any]:
        seen.append(draws["load"].shape[-1])
        return {"m": jnp.exp(draws["load"])}

    plan = Plan(2 * BATCH)
    MetricKernel(make(plan, model), plan, arrangement=SideBySide(2))
    MetricKernel(make(plan, model), plan)
    assert seen == [2 * BATCH, plan.block_size]


def test_what_is_not_asked_goes_by_the_device() -> None:
    class Device:
        platform = "gpu"

    assert usual() == InBlocks()
    with runtime.using(Device()):
        assert usual() == SideBySide(1)
