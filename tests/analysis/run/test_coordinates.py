"""What a study's order and directions name exists: a shock that the model does not draw is no lead."""

import warnings
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.comparison import diff
from simulator.analysis.run import load_study, simulate
from simulator.analysis.run.program import check_model
from simulator.beliefs import Shock, StrandlineWarning
from simulator.errors import StudyError
from simulator.study import Study


class Model:
    """A prior, and two paths of noise."""

    shocks = {"shock.price": Shock(3, "normal"), "shock.spend": Shock(1, "uniform")}  # noqa: RUF012

    def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
        return {"x": draws["a"] + draws["shock.price"].sum(axis=0) + draws["shock.spend"][0]}


def study(order: list[str] = [], directions: dict[str, list[float]] = {}) -> Study:  # noqa: B006
    prior = {"family": "normal", "mean": 0.0, "sd": 1.0}
    table = {"order": order, "directions": directions}
    return Study.from_dict({"priors": {"a": prior}, "study": table}, model=Model())


def test_a_mistyped_shock_is_refused_with_the_nearest() -> None:
    wrong = study(["a", "shock.prise[1]"], {"a": [1.0], "shock.pric[0]": [0.5]})
    for call in (lambda: simulate(wrong, paths=8192), lambda: diff(study(), wrong, paths=8192)):
        with pytest.raises(StudyError) as raised:
            call()
        keys = [(fault.key, fault.advice) for fault in raised.value.faults]
        assert keys == [
            ('study.directions."shock.pric[0]"', "Did you mean shock.price?"),
            ("study.order[1]", "Did you mean shock.price?"),
        ]


def test_a_component_that_a_shorter_horizon_has_not_is_told() -> None:
    with pytest.warns(StrandlineWarning, match=r"do not exist \(1 in all, such as shock\.price\[3\] of 3\)"):
        simulate(study(["a", "shock.price[3]"]), paths=8192)


def test_what_exists_is_taken_in_silence() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", StrandlineWarning)
        simulate(
            study(["a", "shock.price[2]", "shock.spend"], {"a": [1.0], "shock.price[0]": [0.5]}), paths=8192
        )


def test_an_order_that_came_with_a_longer_horizon_is_taken_in_silence(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", StrandlineWarning)
        check_model(load_study("hyperscalers-2026-10").override({"study.horizon_quarters": 16}))
        file = tmp_path / "short.toml"
        file.write_text('extends = "hyperscalers-2026-10"\n[study]\nhorizon_quarters = 12\n')
        check_model(load_study(file))
    file.write_text(f'{file.read_text()}order = ["shock.spend_common[13]"]\n')
    with pytest.warns(StrandlineWarning, match=r"shock\.spend_common\[13\] of 12"):
        check_model(load_study(file))
    file.write_text('extends = "hyperscalers-2026-10"\n[study]\norder = ["shock.spend_common[99]"]\n')
    with pytest.warns(StrandlineWarning, match=r"shock\.spend_common\[99\] of 24"):
        check_model(load_study(file).override({"finance.wacc": 0.1}))
