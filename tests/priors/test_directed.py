"""A shipped set with directions found for it is that set, drawn along other combinations."""

from pathlib import Path

import simulator

DIRECTED = Path(__file__).parents[2] / "benchmarks" / "directed"


def test_directions_found_for_a_set_change_no_belief_of_it() -> None:
    base, directed = (
        simulator.load_study(name) for name in ("hyperscalers-2026-10", DIRECTED / "hyperscalers-2026-10")
    )
    assert directed.priors == base.priors
    assert directed.settings == base.settings
    assert directed.dependence == base.dependence
    assert directed.order != base.order
    assert directed.directions.keys() != base.directions.keys()
