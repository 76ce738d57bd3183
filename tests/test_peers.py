"""The NumPy model that benchmarks hold the engine against is the engine's model."""

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A peer's module by its name."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return lambda name: import_module(f"peers.{name}")


@pytest.mark.slow  # compiles the whole model
def test_the_numpy_peer_gives_the_engines_metrics_path_by_path(peers: Any) -> None:
    """On the same draws both give the same metrics, but for rounding: a benchmark times one model twice."""
    study = peers("first_edition").load("hyperscalers-2026-01")
    numbers, agreement = peers("priors").numbers(study), peers("agreement")
    model = partial(peers("numpy_buildout").simulate, layout=numbers.layout)
    gaps = agreement.gaps(study, numbers, model)
    assert {name: gap for name, gap in gaps.items() if gap > agreement.BOUND} == {}
