"""A kernel that is there serves every program of its structure, and no other."""

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine import MetricKernel, Plan, load_model, metric_kernel, reuse
from simulator.engine.kernel import Kernel
from simulator.sampling import BATCH
from tests.engine.programs import Scores, make, margin


@dataclass(frozen=True)
class Structured(Scores):
    """Beliefs that say what a kernel depends on."""

    @property
    def structure(self) -> Hashable:
        return self.normal_coordinates, self.uniform_coordinates


@dataclass(frozen=True)
class Margin:
    """A model that does."""

    structure: str = "margin"

    def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
        return margin(draws)


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Return the plan of each kernel that is compiled from here on, where none is remembered yet."""
    plans, init = list[Plan](), MetricKernel.__init__

    def counted(self: MetricKernel, program: Any, plan: Plan, *more: Any) -> None:
        plans.append(plan)
        init(self, program, plan, *more)

    monkeypatch.setattr(MetricKernel, "__init__", counted)
    reuse._remembered.clear()
    return plans


def kernel(plan: Plan, model: Any = None, **beliefs: Any) -> MetricKernel:
    return metric_kernel(make(plan, model or Margin(), Structured(**beliefs)), plan)


def test_other_numbers_and_seeds_compile_nothing_and_are_the_bits_of_a_kernel_of_their_own(
    made: list[Plan],
) -> None:
    kernel(Plan(BATCH, 7))
    numbers: dict[str, Any] = {"parameters": {"fixed": np.array(5.0)}}
    asked = Plan(4 * BATCH, 8)
    found = kernel(asked, **numbers)
    assert len(made) == 1
    alone = MetricKernel(make(asked, Margin(), Structured(**numbers)), asked)
    assert found.metrics == alone.metrics
    for batch in range(asked.batches):
        assert found(batch).tobytes() == alone(batch).tobytes()


def test_what_another_program_would_compile_to_is_compiled(made: list[Plan]) -> None:
    plans = [Plan(BATCH), Plan(BATCH, dtype="float64"), Plan(BATCH, block_size=64), Plan(BATCH, sampler="mc")]
    for plan in plans:
        assert kernel(plan)(0).dtype == plan.dtype
    assert made == plans
    kernel(plans[0], Margin("another"))
    kernel(plans[0], normal_coordinates=(*Scores().normal_coordinates, ("w", 0)))
    assert len(made) == len(plans) + 2


def test_what_does_not_say_its_structure_is_compiled_each_time(made: list[Plan]) -> None:
    plan = Plan(BATCH)
    for beliefs, model in ((Scores(), Margin()), (Structured(), margin)):
        for _ in range(2):
            metric_kernel(make(plan, model, beliefs), plan)
    assert len(made) == 4
    assert not reuse._remembered


def test_a_model_that_is_loaded_by_its_name_is_compiled_each_time_whatever_it_says(
    made: list[Plan], tmp_path: Path
) -> None:
    path, plan = tmp_path / "mine.py", Plan(BATCH)
    source = (
        "class Model:\n    structure = 'mine'\n    def __call__(self, draws):\n        return {'y': FACTOR}\n"
    )
    found = []
    for factor in ("draws['u']", "2 * draws['u']"):
        path.write_text(source.replace("FACTOR", factor) + "model = Model()\n")
        found.append(metric_kernel(make(plan, load_model(f"{path}:model"), Structured()), plan)(0))
    assert len(made) == 2
    np.testing.assert_array_equal(2 * found[0], found[1])


def test_few_are_remembered_those_asked_for_last_and_none_with_its_numbers(made: list[Plan]) -> None:
    plan = Plan(BATCH)
    first = kernel(plan)
    for number in range(reuse.REMEMBERED):
        kernel(plan, Margin(f"other {number}"))
        assert kernel(plan)(0).tobytes() == first(0).tobytes()
    assert len(made) == 1 + reuse.REMEMBERED
    assert len(reuse._remembered) == reuse.REMEMBERED
    for _, remembered in reuse._remembered:
        inner = remembered._kernel
        assert isinstance(inner, Kernel)
        assert inner._arguments == ()
    kernel(plan, Margin("other 0"))
    assert len(made) == 2 + reuse.REMEMBERED
