"""A plan is whole batches, and refuses what it cannot be."""

from typing import Any

import pytest

from simulator.engine import Plan
from simulator.errors import UsageError
from simulator.sampling import BATCH


@pytest.mark.parametrize(("asked", "batches"), [(1, 1), (BATCH, 1), (BATCH + 1, 2), (10**6, 123)])
def test_paths_are_made_up_to_whole_batches(asked: int, batches: int) -> None:
    plan = Plan(asked)
    assert (plan.paths, plan.batches) == (batches * BATCH, batches)


def test_the_first_batches_are_the_same_plan() -> None:
    plan = Plan(10 * BATCH, 7, "mc", 128, "float64")
    assert plan.first(3) == Plan(3 * BATCH, 7, "mc", 128, "float64")


@pytest.mark.parametrize(
    "wrong",
    [
        {"paths": 0},
        {"paths": 2**37 + 1},  # 32-bit points repeat
        {"seed": -1},
        {"seed": 2**64},
        {"sampler": "lhs"},
        {"block_size": 100},
        {"dtype": "float16"},
    ],
)
def test_what_it_cannot_be_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wrong))}: found"):
        Plan(**wrong)
