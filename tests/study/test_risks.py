"""Risks and surprises: data of a study that move no draw, are inherited, and name only what there is."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import StudyError
from simulator.study import Risk, RiskCase, Study, Surprise, load_study
from tests.study.small_set import FILES, write_set


def test_a_risk_is_read_whole_and_survives_being_written_down(tmp_path: Path) -> None:
    study = load_study(write_set(tmp_path / "small"))
    assert study.risks == (
        Risk(
            "late_power",
            "Power is late",
            "What if it takes years?",
            (
                RiskCase("Slow", {"power.lead_time.gas": "p90", "power.cancel": 0.5}, "Nine are faster."),
                RiskCase("The clock runs", {"study.depreciation_policy": "delivery"}),
            ),
            ("meta",),
            ("seed",),
            "Orders are not made up.",
        ),
    )
    assert study.surprises == (
        Surprise(
            "deferral", "value_created", "raises", "What is not built loses nothing.",
            ("power.lead_time.gas",),
        ),
    )  # fmt: skip
    again = Study.from_dict(json.loads(json.dumps(study.to_dict(), allow_nan=False)))
    assert (again.risks, again.surprises) == (study.risks, study.surprises)


def test_risks_move_no_draw_and_no_hash(tmp_path: Path) -> None:
    bare = FILES["study.toml"]
    start, end = bare.index("[[risk]]"), bare.index('note = "What is not built loses nothing."')
    without = bare[:start] + bare[end:].partition("\n")[2]
    plain = load_study(write_set(tmp_path / "plain", study=without))
    study = load_study(write_set(tmp_path / "small"))
    assert not plain.risks
    assert study.risks
    assert plain.override({"study.name": "x"}).hash == study.override({"study.name": "x"}).hash


def test_a_layer_inherits_risks_and_changes_what_it_names(tmp_path: Path) -> None:
    write_set(tmp_path / "small")
    top = tmp_path / "top.toml"
    top.write_text(
        'extends = "small"\n[study]\nas_of = 2026-01-28\n'
        '[[risk]]\nname = "late_power"\ntitle = "Power never comes"\n'
        '[[surprise]]\nname = "deferral"\nnote = "Another reason."\n',
        encoding="utf-8",
    )
    base, study = load_study(tmp_path / "small"), load_study(top)
    assert study.risks[0].title == "Power never comes"
    assert study.risks[0].cases == base.risks[0].cases
    assert study.surprises[0].note == "Another reason."


@pytest.mark.parametrize(
    ("old", "new", "key", "advice"),
    [
        ('"power.lead_time.gas" = "p90"', '"power.lead_time.gaz" = "p90"', "case[0].set.power.lead_time.gaz",
         "Did you mean power.lead_time.gas?"),
        ('"power.lead_time.gas" = "p90"', 'power.lead_time.gas = "p90"', "case[0].set.power", "in quotes"),
        ('"power.lead_time.gas" = "p90"', "x = {}", "case[0].set.x", 'quotes: "x" = ...'),
        ('"p90"', '"p100"', "case[0].set.power.lead_time.gas", ""),
        ('"p90"', '"p1e1"', "case[0].set.power.lead_time.gas", ""),
        ('"p90"', '"high"', "case[0].set.power.lead_time.gas", ""),
        ('"p90"', "nan", "case[0].set.power.lead_time.gas", ""),
        ('"p90"', "true", "case[0].set.power.lead_time.gas", ""),
        ('"power.lead_time.gas" = "p90"', '"mix" = 0.3', "case[0].set.mix", ""),
        ('"study.depreciation_policy" = "delivery"', '"study.depreciation_policy" = "deliver"',
         "case[1].set.study.depreciation_policy", ""),
        ('"study.depreciation_policy" = "delivery"', '"study.order" = 3', "case[1].set.study.order", ""),
        ('companies = ["meta"]', 'companies = ["mta"]', "companies[0]", "Did you mean meta?"),
        ('title = "Slow"', 'titel = "Slow"', "case[0].title", ""),
        ('sources = ["seed"]\nnote = "Orders', 'sources = ["sed"]\nnote = "Orders', "sources",
         "Did you mean seed?"),
    ],
)  # fmt: skip
def test_what_a_risk_names_has_to_be_there(tmp_path: Path, old: str, new: str, key: str, advice: str) -> None:
    text = FILES["study.toml"]
    assert old in text
    with pytest.raises(StudyError) as refused:
        load_study(write_set(tmp_path / "small", study=text.replace(old, new)))
    found = {fault.key: fault for fault in refused.value.faults}
    fault = found[f"risk.late_power.{key}"]
    assert fault.found
    assert fault.allowed
    assert advice in fault.advice


def test_a_surprise_names_priors_and_says_which_way(tmp_path: Path) -> None:
    text = FILES["study.toml"]
    wrong = text.replace('priors = ["power.lead_time.gas"]', 'priors = ["power.lead.gas"]')
    with pytest.raises(StudyError) as refused:
        load_study(write_set(tmp_path / "a", study=wrong.replace('"raises"', '"rises"')))
    assert {fault.key for fault in refused.value.faults} == {
        "surprise.deferral.priors[0]",
        "surprise.deferral.effect",
    }


def test_a_surprise_may_be_of_a_case_as_a_whole(tmp_path: Path) -> None:
    text = FILES["study.toml"]
    of_case = text.replace('priors = ["power.lead_time.gas"]', 'cases = ["late_power.2"]')
    study = load_study(write_set(tmp_path / "a", study=of_case))
    assert (study.surprises[0].priors, study.surprises[0].cases) == ((), ("late_power.2",))
    assert Study.from_dict(study.to_dict()).surprises == study.surprises


@pytest.mark.parametrize(
    ("instead", "key", "advice"),
    [
        ('cases = ["late_power.3"]', "surprise.deferral.cases[0]", "late_power"),
        ('cases = ["late_pwer.1"]', "surprise.deferral.cases[0]", "late_power.1"),
        ("cases = []", "surprise.deferral.cases", ""),
        ("", "surprise.deferral", ""),
    ],
)
def test_a_surprise_names_what_moves_it(tmp_path: Path, instead: str, key: str, advice: str) -> None:
    text = FILES["study.toml"].replace('priors = ["power.lead_time.gas"]', instead)
    with pytest.raises(StudyError) as refused:
        load_study(write_set(tmp_path / "a", study=text))
    (fault,) = refused.value.faults
    assert fault.key == key
    assert fault.allowed
    assert advice in fault.advice


@pytest.mark.parametrize("given", [3, {}, {"case": []}, {"case": {}}, {"case": [3]}, {"set": 1}, []])
def test_what_is_no_risk_is_refused_by_its_key(given: Any) -> None:
    with pytest.raises(StudyError) as refused:
        Study.from_dict({"priors": {"x": {"value": 1}}, "risk": [given]})
    assert all(fault.key.startswith("risk") for fault in refused.value.faults)
