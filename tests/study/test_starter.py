"""A study to begin with changes nothing, runs at once, and what it holds in comments is right."""

import re
from pathlib import Path

import pytest

from simulator.buildout.settings import settings_of
from simulator.buildout.starter import company, starter
from simulator.errors import StudyError
from simulator.study import Study, load_study, shipped_sets


def write(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text)
    return folder


def uncommented(text: str) -> str:
    """A text whose examples are in force: lines of TOML that stand as comments."""
    return re.sub(r"^# (?=\[|[a-z_]+ = |\w+ = \{)", "", text, flags=re.MULTILINE)


def renamed(study: Study, base: Study) -> str:
    """The hash of a study under the base's name, which is part of it."""
    return study.override({"study.name": base.name}).hash


@pytest.mark.parametrize("name", shipped_sets())
def test_it_changes_nothing_until_a_belief_is_changed(name: str, tmp_path: Path) -> None:
    base = load_study(name)
    study = load_study(write(tmp_path / "mine", starter(base, name, "mine")))
    assert (study.name, study.title, study.as_of) == ("mine", f"mine, over {name}", base.as_of)
    assert renamed(study, base) == base.hash


@pytest.mark.parametrize("name", shipped_sets())
def test_its_examples_are_valid(name: str, tmp_path: Path) -> None:
    base = load_study(name)
    texts = {file: uncommented(text) for file, text in starter(base, name, "mine").items()}
    study = load_study(write(tmp_path / "mine", texts))
    assert study.priors["power.lead_time.northern_virginia"].quantiles == {0.1: 4, 0.5: 6, 0.9: 9}
    assert study.priors["finance.economic_life"].family == "fixed"
    assert study.priors["economics.power_price"].sources == ("my.tariffs",)
    changed = {name for name in base.priors if study.priors[name].family != base.priors[name].family}
    assert changed <= {"finance.economic_life", "economics.power_price", "power.lead_time.northern_virginia"}
    assert ("power.dispersion", "power.equipment", 0.3) in study.dependence.groups[0].spearman
    assert settings_of(study).depreciation_policy == "delivery"
    assert study.settings.verdicts == base.settings.verdicts


def test_a_company_more_has_every_prior_that_its_like_has(tmp_path: Path) -> None:
    base = load_study("hyperscalers-2026-01")
    texts = starter(base, base.name, "mine") | {"oracle.toml": company(base, "oracle", "meta")}
    study = load_study(write(tmp_path / "mine", texts))
    like = {name for name in base.priors if "meta" in name.split(".")}
    assert study.priors.keys() - base.priors.keys() == {name.replace("meta", "oracle") for name in like}
    assert list(study.settings.entities)[-1] == "oracle"
    for name in like:
        new, old = study.priors[name.replace("meta", "oracle")], base.priors[name]
        assert (new.family, new.parameters, new.unit) == (old.family, old.parameters, old.unit)
        # What is said of one company is no evidence on another.
        assert (new.basis, new.sources) == ("judgement", ())


@pytest.mark.parametrize(
    ("name", "like", "key"),
    [
        ("a b", "meta", "--company"),
        ("meta", "meta", "--company"),
        ("group", "meta", "--company"),
        ("oracle", "mata", "--like"),
        ("oracle", None, "--like"),
    ],
)
def test_a_company_that_cannot_be_is_refused(name: str, like: str | None, key: str) -> None:
    with pytest.raises(StudyError) as caught:
        company(load_study("hyperscalers-2026-01"), name, like)
    assert [fault.key for fault in caught.value.faults] == [key]


def test_names_and_notes_of_others_stay_text(tmp_path: Path) -> None:
    base = Study.from_dict(
        {
            "study": {"name": "odd", "as_of": "2026-01-28"},
            "company": [{"name": "one", "title": 'One"\n[study]'}],
            "priors": {"a.one": {"value": 1.0, "unit": "1", "note": 'a "note"\nof two\x07 lines'}},
        }
    )
    texts = {"study.toml": "[study]\nas_of = 2026-01-28\n", "two.toml": company(base, "two", "one")}
    study = load_study(write(tmp_path / "mine", texts))
    assert list(study.priors) == ["a.two"]
