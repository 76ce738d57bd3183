"""A study changed by name is the study that says so in its files; an unknown name is refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import StudyError
from simulator.study import Study, load_study, toml_writer
from tests.study.small_set import FILES, write_set


@pytest.fixture
def small(tmp_path: Path) -> Study:
    return load_study(write_set(tmp_path / "small"))


def test_a_number_makes_a_prior_a_point_mass_in_its_unit(small: Study) -> None:
    changed = small.override({"spend.capex.amazon": 130, "power.cancel": np.float32(0.5)})
    fixed = changed.priors["spend.capex.amazon"]
    assert (fixed.family, fixed.parameters, fixed.unit) == ("fixed", {"value": 130.0}, "USD bn/yr")
    assert (fixed.basis, fixed.sources, fixed.file) == ("judgement", (), "--set")
    assert changed.priors["power.cancel"].parameters == {"value": 0.5}


def test_nothing_else_changes(small: Study) -> None:
    changed = small.override({"spend.capex.amazon": 130})
    others = small.priors.keys() - {"spend.capex.amazon"}
    assert {n: changed.priors[n] for n in others} == {n: small.priors[n] for n in others}
    for name in (
        "name",
        "title",
        "as_of",
        "dependence",
        "settings",
        "sources",
        "order",
        "checks",
        "contradictions",
        "risks",
        "surprises",
    ):
        assert getattr(changed, name) == getattr(small, name)
    assert small.override({}) == small


def test_a_table_gives_a_prior_anew_in_its_old_unit_or_its_own(small: Study) -> None:
    asked = {"family": "lognormal", "median": 3, "sigma": 0.2}
    lead = small.override({"power.lead_time.gas": asked}).priors["power.lead_time.gas"]
    assert (lead.parameters, lead.unit) == ({"median": 3.0, "sigma": 0.2}, "years")
    months = small.override({"power.lead_time.gas": {**asked, "unit": "months"}})
    assert months.priors["power.lead_time.gas"].unit == "months"


def test_a_prior_of_several_numbers_is_held_at_all_of_them() -> None:
    study = Study.from_dict({"priors": {"x": {"family": "normal", "mean": 0, "sd": 1, "size": 3}}})
    assert study.override({"x": 2}).priors["x"].components == 3


@pytest.mark.parametrize(
    ("topic", "old", "new", "path", "value"),
    [
        ("study", "horizon_quarters = 24", "horizon_quarters = 40", "study.horizon_quarters", 40),
        ("study", '"in_service"', '"delivery"', "study.depreciation_policy", "delivery"),
        ("study", "2026-01-28", "2026-02-28", "study.as_of", date(2026, 2, 28)),
        ("study", "pipeline_stages = 3", "pipeline_stages = 1", "study.pipeline_stages", 1),
        ("study", "min = 0.05", "min = 0.1", "verdict.bull.value_per_dollar.min", 0.1),
        (
            "study",
            "min = 0.05",
            "min = 0.05, max = 2",
            "verdict.bull.value_per_dollar.max",
            2,
        ),
        ("study", "min = 0.35", "min = 0.4", "scorecard.gross_margin.min", 0.4),
        ("study", '"power.cancel"', '"core.gap"', "power_source.gas.cancellation", "core.gap"),
        (
            "dependence",
            "0.5]]",
            "-0.5]]",
            "dependence.spearman[spend.capex.meta,spend.capex.amazon]",
            -0.5,
        ),
        ("dependence", "df = 4", "df = 8", "dependence.groups.tails.df", 8),
        (
            "dependence",
            '"core.gap" = -0.8',
            '"core.gap" = 0.2',
            "dependence.groups.tails.factors.common[core.gap]",
            0.2,
        ),
    ],
)
def test_a_setting_set_is_the_setting_written(
    small: Study, tmp_path: Path, topic: str, old: str, new: str, path: str, value: object
) -> None:
    text = FILES[f"{topic}.toml"].replace(old, new, 1)
    assert text != FILES[f"{topic}.toml"]
    written = load_study(write_set(tmp_path / "written", **{topic: text}))
    assert small.override({path: value}).hash == written.hash != small.hash


def test_overrides_are_part_of_loading(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "small")
    changes = {"study.horizon_quarters": 8, "core.gap": 0}
    assert load_study(folder, overrides=changes) == load_study(folder).override(changes)


def test_the_model_is_kept() -> None:
    study = Study.from_dict({"priors": {"x": {"value": 1}}}, model=dict)
    assert study.override({"x": 2}).model is dict


def test_everything_wrong_is_told_at_once(small: Study) -> None:
    with pytest.raises(StudyError) as caught:
        small.override(
            {
                "spend.capex.amazom": 1,
                "study.horizon": 9,
                "study.horizon_quarters": 7,
                "core.gap": float("nan"),
                "power.cancel": "much",
                "mix": 0.3,
                "power.lead_time.gas": {"family": "lognormal", "median": 3},
                "power_source.gas.cancellation": "power.cancels",
                "verdict.bull.value_per_dollar.maxi": 1,
            }
        )
    faults = {fault.key: fault for fault in caught.value.faults}
    assert all(fault.file == "--set" for fault in faults.values())
    assert sorted(faults) == [
        "core.gap.value",
        "mix",
        "power.cancel",
        "power.lead_time.gas",
        "power_source.gas.cancellation",
        "spend.capex.amazom",
        "study.horizon",
        "study.horizon_quarters",
        "verdict.bull.value_per_dollar.maxi",
    ]
    assert faults["spend.capex.amazom"].advice == "Did you mean spend.capex.amazon?"
    assert faults["study.horizon"].advice == "Did you mean study.horizon_quarters?"
    assert faults["verdict.bull.value_per_dollar.maxi"].advice.startswith("Did you mean verdict.bull.value")


def test_a_limit_may_be_given_in_per_cent_where_its_metric_is_a_share() -> None:
    study = load_study("hyperscalers-2026-01")
    name = "verdict.bull.value_per_dollar.min"
    assert study.override({name: "7.5%"}).hash == study.override({name: 0.075}).hash != study.hash
    with pytest.raises(StudyError, match=r"write a number, 0.05 for 5%"):
        study.override({"verdict.bull.scorecard_passes.min": "5%"})


def test_what_was_set_is_on_record_with_what_it_replaced(small: Study, tmp_path: Path) -> None:
    values = {"spend.capex.amazon": 130, "study.horizon_quarters": 40}
    changed = small.override(values).override({"spend.capex.amazon": 140})
    assert [(one.name, one.value) for one in changed.changes] == [
        ("study.horizon_quarters", 40),
        ("spend.capex.amazon", 140),
    ]
    horizon, capex = changed.changes
    assert horizon.before == "24"
    assert capex.before == toml_writer.setting_text(small.priors["spend.capex.amazon"])
    assert (small.changes, changed.hash) == ((), small.override({**values, "spend.capex.amazon": 140}).hash)


def test_a_study_made_in_code_can_be_changed_as_one_that_was_read(small: Study) -> None:
    made = replace(small, title="Made")
    changed = made.override({"core.gap": 0})
    assert changed.hash == small.override({"core.gap": 0}).hash
    assert {n: p.file for n, p in changed.priors.items() if n != "core.gap"} == {
        n: p.file for n, p in small.priors.items() if n != "core.gap"
    }


def test_what_is_wrong_in_a_file_and_what_is_set_is_told_at_once(tmp_path: Path) -> None:
    text = FILES["study.toml"].replace("horizon_quarters = 24", "horizon_quarters = 2")
    folder = write_set(tmp_path / "small", study=text)
    with pytest.raises(StudyError) as caught:
        load_study(folder, overrides={"core.gap": "much"})
    assert [fault.key for fault in caught.value.faults] == ["core.gap", "study.horizon_quarters"]
