"""Shares of orders by power source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import simulator
from simulator.buildout.power import unshared
from simulator.errors import StudyError
from simulator.study import load_study
from simulator.study.shipped import shipped_sets


@pytest.mark.parametrize("name", shipped_sets())
def test_shares_of_a_shipped_set_sum_to_one(name: str) -> None:
    assert unshared(load_study(name).priors) == []


def _with_us_grid(**changes):
    priors = load_study("hyperscalers-2026-01").priors
    return {**priors, "power.mix.us_grid": replace(priors["power.mix.us_grid"], **changes)}


def test_shares_that_do_not_sum_to_one_are_refused_with_their_sum() -> None:
    (fault,) = unshared(_with_us_grid(parameters={"value": 0.30}))
    assert "sum to 0.82" in fault.found
    assert "power.mix.us_grid = 0.365854" in fault.advice


def test_the_fault_is_in_the_file_that_changed_a_share(tmp_path: Path) -> None:
    prior = (
        '[power.mix.us_grid]\nvalue = 0.3\nunit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "x"\n'
    )
    (tmp_path / "mine.toml").write_text(f'extends = "hyperscalers-2026-01"\n{prior}')
    (fault,) = unshared(simulator.load_study(tmp_path / "mine.toml").priors)
    assert fault.file.endswith("mine.toml")


def test_shares_that_are_drawn_are_divided_on_each_path() -> None:
    drawn = _with_us_grid(family="uniform", parameters={"low": 0.4, "high": 0.6})
    assert unshared(drawn) == []


def test_a_share_that_is_set_alone_is_refused() -> None:
    with pytest.raises(StudyError, match=r"sum to 0\.82"):
        simulator.load_study("hyperscalers-2026-01", {"power.mix.us_grid": 0.30})


def test_a_share_is_set_with_those_that_make_room_for_it() -> None:
    moved = {"power.mix.us_grid": 0.38, "power.mix.gas": 0.19}
    assert (
        simulator.load_study("hyperscalers-2026-01", moved).priors["power.mix.gas"].parameters["value"]
        == 0.19
    )


def test_a_case_of_a_risk_that_sets_a_share_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(
        'extends = "hyperscalers-2026-01"\n'
        '[[risk]]\nname = "grid"\ntitle = "Grid"\nquestion = "What if?"\n'
        '[[risk.case]]\ntitle = "Less grid"\nset = { "power.mix.us_grid" = 0.3 }\n'
    )
    with pytest.raises(
        StudyError, match=r"case\[0\]\.set\.power\.mix: found shares of orders that sum to 0\.82"
    ):
        simulator.simulate(simulator.load_study(tmp_path), paths=8192)
