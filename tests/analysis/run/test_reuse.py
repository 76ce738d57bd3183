"""A study of a structure that was computed before is computed by the kernel that is there, bit for bit."""

from typing import Any

import pytest

from simulator import Study, load_study, simulate
from simulator.engine import MetricKernel, executables, reuse

STUDY = load_study("hyperscalers-2026-01")
#: Another number, and other parameters of a family.
CHANGED = STUDY.override(
    {"finance.least_spread": 0.011, "finance.wacc": {"family": "normal", "mean": 0.09, "sd": 0.005}}
)
#: Another rule of the verdict, with which all numbers are what they are.
JUDGED = STUDY.override({"verdict.bear.value_per_dollar.max": -0.1})


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list as long as the kernels that are compiled from here on, where none is there yet."""
    kernels, init = list[int](), MetricKernel.__init__

    def counted(self: MetricKernel, *given: Any) -> None:
        kernels.append(1)
        init(self, *given)

    monkeypatch.setattr(MetricKernel, "__init__", counted)
    monkeypatch.setattr(executables, "file_of", lambda _: None)
    reuse._remembered.clear()
    return kernels


def numbers(study: Study) -> dict[str, bytes]:
    run = simulate(study, paths=8192, seed=3, progress=False)
    return {name: run.metric(name).tobytes() for name in run.names}


@pytest.mark.slow
def test_beliefs_and_rules_of_the_same_form_compile_nothing(made: list[int]) -> None:
    written, changed = numbers(STUDY), numbers(CHANGED)
    assert numbers(JUDGED) == written != changed
    assert len(made) == 1
    reuse._remembered.clear()
    assert numbers(CHANGED) == changed
    assert len(made) == 2
