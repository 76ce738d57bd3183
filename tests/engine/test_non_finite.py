"""Numbers that are not finite are counted, and forgiven only where the model says so."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.engine import NonFiniteCounts, non_finite_faults


def test_every_batch_counts() -> None:
    counts = NonFiniteCounts(("a", "b", "c"))
    batch = np.zeros((3, 5), np.float32)
    counts.add(batch)
    batch[0, :2] = np.nan
    batch[0, 2] = -np.inf
    batch[2, 4] = np.inf
    counts.add(batch)
    counts.add(batch)
    assert counts.found() == {"a": {"nan": 4, "infinite": 2}, "c": {"nan": 0, "infinite": 2}}


@pytest.mark.parametrize(
    ("allowed", "lines"),
    [
        ((), ["payback_years.amazon: 3 infinite of 10 paths", "roic: 1 nan, 2 infinite of 10 paths"]),
        (("payback_years",), ["roic: 1 nan, 2 infinite of 10 paths"]),
        (("payback_years.amazon", "roic"), ["roic: 1 nan of 10 paths"]),
        (
            ("payback_years.group",),
            ["payback_years.amazon: 3 infinite of 10 paths", "roic: 1 nan, 2 infinite of 10 paths"],
        ),
    ],
)
def test_only_an_infinity_may_be_an_answer(allowed: tuple[str, ...], lines: list[str]) -> None:
    found = {"payback_years.amazon": {"nan": 0, "infinite": 3}, "roic": {"nan": 1, "infinite": 2}}
    model = SimpleNamespace(may_be_infinite=allowed)
    assert non_finite_faults(found, model, 10) == lines
