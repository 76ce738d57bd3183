"""A study is the same whether it comes from a folder, a file, a dictionary or on top of another."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path

import pytest

import simulator.study.load as load
from simulator.buildout.settings import settings_of
from simulator.errors import StudyError
from simulator.study import (
    Contradiction,
    CopulaGroup,
    Limits,
    Prior,
    Source,
    Study,
    latest_set,
    load_study,
    priors_root,
    shipped_sets,
)
from tests.study.small_set import FILES, write_set


def test_folder_is_read_whole(tmp_path: Path) -> None:
    study = load_study(write_set(tmp_path / "small"))
    assert (study.name, study.title, study.as_of) == ("small", "A small set", date(2026, 1, 28))
    assert study.priors["spend.capex.amazon"] == Prior(
        name="spend.capex.amazon",
        family="lognormal",
        quantiles={0.1: 110.0, 0.5: 125.0, 0.9: 148.0},
        unit="USD bn/yr",
        basis="published",
        sources=("seed",),
        as_of=date(2026, 1, 28),
        note="Seed table.",
        file=f"{tmp_path}/small/spend.toml",
    )
    assert study.priors["spend.capex.meta"].bounds == (0, inf)
    assert study.priors["power.cancel"].family == "fixed"
    assert study.priors["power.cancel"].parameters == {"value": 0.05}
    assert study.priors["mix"].components == 3
    assert study.dependence.groups == (
        CopulaGroup("default", spearman=(("spend.capex.amazon", "spend.capex.meta", 0.5),)),
        CopulaGroup("tails", "student_t", 4, (), {"common": {"power.lead_time.gas": 0.6, "core.gap": -0.8}}),
    )
    assert study.sources["seed"] == Source(
        "seed", "The seed article", date=date(2026, 1, 28), provenance="stored page"
    )
    assert study.order == ("power.lead_time.gas", "shock.cycle[0]", "mix[1]", "spend.capex.amazon")
    settings = settings_of(study)
    assert [c.name for c in settings.companies] == ["amazon", "meta"]
    assert settings.companies[0].exposures == {"price_gap": {"rate": "core.gap", "years": "core.gap_years"}}
    assert [(s.name, s.cancellation) for s in settings.power_sources] == [("gas", "power.cancel")]
    assert [(i.metric, i.min) for i in settings.scorecard] == [("gross_margin", 0.35)]
    assert [(r.name, dict(r.conditions)) for r in settings.verdicts] == [
        ("bull", {"value_per_dollar": Limits(0.05, inf), "scorecard_passes": Limits(1, inf)}),
        ("base", {}),
        ("bear", {"value_per_dollar": Limits(-inf, -0.05)}),
    ]
    assert [(c.name, c.low, c.high) for c in study.checks] == [("opening_revenue", 45, 65)]
    assert study.contradictions == (
        Contradiction("capex", "One says more, one says less.", "Neither is chosen.", ("spend.capex.meta",)),
    )


def test_one_file_is_the_same_study_as_the_folder(tmp_path: Path) -> None:
    # [power], [core] and the like are topics: nothing in the text depends on the file that it stands in.
    (tmp_path / "one.toml").write_text("".join(FILES.values()))
    one, folder = load_study(tmp_path / "one.toml"), load_study(write_set(tmp_path / "small"))
    assert one.hash == folder.hash
    priors = {name: replace(prior, file="") for name, prior in one.priors.items()}
    assert priors == {name: replace(prior, file="") for name, prior in folder.priors.items()}


def test_a_study_is_called_by_its_file_unless_it_says(tmp_path: Path) -> None:
    unnamed = FILES["study.toml"].replace('name = "small"\n', "", 1)
    assert load_study(write_set(tmp_path / "my.set", study=unnamed)).name == "my.set"


def test_a_file_extends_a_set(tmp_path: Path) -> None:
    base = load_study(write_set(tmp_path / "small"))
    (tmp_path / "what_if.toml").write_text("""
extends = "small"
[study]
horizon_quarters = 40
[spend.capex.meta]
family = "uniform"
low = 60
high = 90
unit = "USD bn/yr"
basis = "judgement"
as_of = 2026-01-28
note = "what if"
[power]
cancel_fusion = { value = 0.5, unit = "1", basis = "judgement", as_of = 2026-01-28, note = "new" }
[[company]]
name = "amazon"
title = "Amazon Web Services"
[[company]]
name = "oracle"
title = "Oracle"
[[power_source]]
name = "fusion"
cancellation = "power.cancel_fusion"
[[scorecard]]
metric = "gross_margin"
min = 0.4
[verdict.bear]
roic = { max = 0 }
[dependence]
spearman = [["spend.capex.meta", "spend.capex.amazon", 0.1]]
""")
    study = load_study(tmp_path / "what_if.toml")
    assert (study.name, study.title) == ("what_if", "what_if")
    assert settings_of(study).horizon_quarters == 40
    assert study.settings.start == base.settings.start
    assert study.priors["spend.capex.meta"].family == "uniform"
    assert study.priors.keys() - base.priors.keys() == {"power.cancel_fusion"}
    assert study.priors["mix"] == base.priors["mix"]
    assert [c.title for c in settings_of(study).companies] == ["Amazon Web Services", "meta", "Oracle"]
    assert settings_of(study).companies[0].exposures == settings_of(base).companies[0].exposures
    assert [s.name for s in settings_of(study).power_sources] == ["gas", "fusion"]
    assert [(i.min, i.title) for i in study.settings.scorecard] == [(0.4, "Gross margin")]
    assert study.settings.verdicts[0] == base.settings.verdicts[0]
    assert study.settings.verdicts[2].conditions == {"roic": Limits(-inf, 0)}
    assert study.dependence.groups[0].spearman == (("spend.capex.meta", "spend.capex.amazon", 0.1),)
    assert study.dependence.groups[1] == base.dependence.groups[1]


def test_extensions_stack_and_may_be_dictionaries(tmp_path: Path) -> None:
    write_set(tmp_path / "small")
    middle = tmp_path / "nested" / "middle"
    middle.mkdir(parents=True)
    (middle / "study.toml").write_text('extends = "../../small"\n[study]\nhorizon_quarters = 30\n')
    study = Study.from_dict({"extends": str(middle), "study": {"pipeline_stages": 5}})
    assert settings_of(study).horizon_quarters == 30
    assert settings_of(study).pipeline_stages == 5
    assert study.settings.start == "2026Q1"


def test_a_study_that_extends_itself_is_refused(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.toml").write_text(f'extends = "{other}.toml"\n')
    with pytest.raises(StudyError, match="does not extend this one"):
        load_study(tmp_path / "a.toml")


def test_a_slip_in_latest_is_told_where_latest_may_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        load_study("lates")
    assert caught.value.faults[0].advice == "Did you mean latest?"
    (tmp_path / "mine.toml").write_text('extends = "lates"\n')
    with pytest.raises(StudyError) as caught:
        load_study(tmp_path / "mine.toml")
    assert "latest" not in caught.value.faults[0].allowed + caught.value.faults[0].advice


@pytest.mark.parametrize("given", ["smal", "./smal"])
def test_an_unknown_study_names_those_that_exist(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(tmp_path / "small")
    monkeypatch.setattr(load, "shipped_sets", lambda: ("small",))
    with pytest.raises(StudyError) as caught:
        load_study(given)
    (fault,) = caught.value.faults
    assert "small" in fault.allowed
    assert fault.advice == "Did you mean small?"


def test_a_shipped_name_wins_over_a_folder_that_lies_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shipped_sets()[0]
    write_set(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert load_study(name).priors.keys() != load_study(f"./{name}").priors.keys()
    assert "mix" in load_study(f"./{name}").priors


def test_prior_sets_are_found_in_a_checkout_and_in_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "simulator"
    package.mkdir()
    (tmp_path / "priors").mkdir()
    assert priors_root(package) == tmp_path / "priors"
    (package / "_priors").mkdir()
    assert priors_root(package) == package / "_priors"


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no TOML files"):
        load_study(tmp_path)


def test_files_that_are_not_toml_are_left_alone(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "small")
    expected = load_study(folder)
    (folder / "README.md").write_text("# not TOML")
    (folder / ".#spend.toml").write_text("an editor's lock")
    assert load_study(folder) == expected


def test_the_package_imports_nothing_heavy() -> None:
    # --help waits for this import; pydantic and pint wait for the first study.
    heavy = "jax scipy numpy pydantic pint arviz_base xarray"
    code = f"import sys, simulator.study; print([m for m in {heavy.split()!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize("name", shipped_sets())
def test_what_is_laid_over_a_shipped_set_replaces_what_that_set_says(name: str) -> None:
    """A set that extends an older one replaces its priors on purpose; the older one is out of the account."""
    assert not load_study(name).replaced
    own = load_study(name).priors["spend.capex_2026.amazon"]
    table = {"value": 210.0, "unit": "USD bn/yr", "basis": "judgement", "as_of": "2026-01-28"}
    study = Study.from_dict({"extends": name, "priors": {own.name: table}})
    assert study.replaced == {own.name: own}


def test_latest_is_the_dated_set_with_the_last_day() -> None:
    days = {name: load_study(name).as_of for name in shipped_sets() if name.startswith("hyperscalers-")}
    study = load_study("latest")
    assert study.name == latest_set() == "hyperscalers-2026-10"
    assert study.as_of == max(day for day in days.values() if day)
    assert study.hash == load_study(study.name).hash
    assert load_study("latest", overrides={"finance.wacc": 0.09}).name == study.name


def test_latest_is_no_path_and_no_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of that name is asked for as ./latest; a file that extends it would change what it says."""
    write_set(tmp_path / "latest")
    monkeypatch.chdir(tmp_path)
    assert load_study("latest").name == latest_set()
    assert "mix" in load_study("./latest").priors
    (tmp_path / "mine.toml").write_text('extends = "latest"\n')
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.toml").write_text('extends = "latest"\n')
    with pytest.raises(StudyError) as caught:
        load_study("other/mine.toml")
    assert latest_set() in caught.value.faults[0].advice
