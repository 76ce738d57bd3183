"""What is wrong with how a study is written, and what its model does not take of it, is said at once."""

from pathlib import Path

import pytest

import simulator
from simulator.analysis.run import simulate
from simulator.buildout.settings import settings_of
from simulator.errors import StudyError

#: What a misspelt prior is told, wherever else the study is wrong.
MISSPELT = ("finance.wac", "Did you mean finance.wacc?")
PROVENANCE = 'unit = "1/yr"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "n"\n'


def study(folder: Path, text: str, settings: str = "as_of = 2026-01-28\n") -> Path:
    path = folder / "layer.toml"
    misspelt = f"[finance.wac]\nvalue = 0.05\n{PROVENANCE}"
    path.write_text(
        f'extends = "hyperscalers-2026-01"\n[study]\n{settings}\n{misspelt}{text}', encoding="utf-8"
    )
    return path


def found(path: Path) -> dict[str, str]:
    """Return the advice of every fault by its key, the same from `load_study` as from `simulate`."""
    printed = []
    for read in (simulator.load_study, lambda one: simulate(one, paths=8192)):
        with pytest.raises(StudyError) as caught:
            read(path)
        printed.append({fault.key: fault.advice for fault in caught.value.faults})
    assert printed[0] == printed[1]
    return printed[0]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f'[economics.pue]\nfamily = "normal"\nmean = "x"\nsd = 1\n{PROVENANCE}', "economics.pue.mean"),
        (f"[economics.pue]\nvalue = 1.2\nbassis = 1\n{PROVENANCE}", "economics.pue.bassis"),
        ('[[company]]\nname = "amazon"\ntitel = "Amazon"\n', "company.amazon.titel"),
        ('[[power_source]]\nname = "gas"\ncancellation = 3\n', "power_source.gas.cancellation"),
        ("[verdict.bull]\nroic = { minn = 1 }\n", "verdict.bull.roic.minn"),
        ('[dependence]\nspearman = [["finance.wacc", "finance.tax", 3]]\n', "dependence.spearman[0][2]"),
    ],
)
def test_a_misspelt_prior_is_told_beside_a_malformed_entry_of_any_kind(tmp_path, text, key):
    faults = found(study(tmp_path, text))
    assert set(faults) == {key, MISSPELT[0]}
    assert faults[MISSPELT[0]] == MISSPELT[1]


def test_a_topic_taken_for_a_prior_is_one_fault_and_its_priors_are_none(tmp_path):
    keys = set(found(study(tmp_path, "[economics]\npue = 1.2\n")))
    own = {f"economics.{key}" for key in ("family", "unit", "basis", "as_of")}
    assert keys == {*own, MISSPELT[0]}


@pytest.mark.parametrize("wrong", ["horizn = 3", "horizon_quarters = 3", 'order = ["a", 3]', "start = 4"])
def test_a_misspelt_prior_is_told_beside_a_malformed_setting(tmp_path, wrong):
    faults = found(study(tmp_path, "", f"as_of = 2026-01-28\n{wrong}\n"))
    assert MISSPELT[0] in faults
    assert any(key.startswith(f"study.{wrong.split()[0]}") for key in faults)
    assert all(key == MISSPELT[0] or key.startswith("study.") for key in faults)


def test_what_is_no_distribution_and_what_is_in_another_unit_are_told_too(tmp_path):
    text = (
        f'[economics.pue]\nfamily = "normal"\nmean = "x"\nsd = 1\n{PROVENANCE}'
        f'[power.shell]\nfamily = "lognormal"\nquantiles = {{ p10 = -1, p90 = 2 }}\n{PROVENANCE}'
        f"[finance.tax]\nvalue = 0.2\n{PROVENANCE.replace('1/yr', 'GW')}"
    )
    keys = set(found(study(tmp_path, text)))
    assert {"economics.pue.mean", "finance.wac", "finance.tax.unit"} < keys
    assert any(key.startswith("power.shell") for key in keys)


def test_what_a_fault_leaves_open_is_not_told_as_a_fault(tmp_path):
    """Priors that only a malformed company asks for are asked for, as far as anybody knows."""
    base = simulator.load_study("hyperscalers-2026-01")
    exposed = next(company for company in settings_of(base).companies if company.exposures)
    text = f'[[company]]\nname = "{exposed.name}"\nexposures = []\n'
    assert set(found(study(tmp_path, text))) == {f"company.{exposed.name}.exposures", MISSPELT[0]}


def test_a_file_that_is_no_toml_says_that_the_model_could_not_be_asked(tmp_path):
    path = study(tmp_path, "[[[\n")
    with pytest.raises(StudyError) as caught:
        simulator.load_study(path)
    (fault,) = caught.value.faults
    assert fault.advice.endswith("What the model makes of the study shows once the file can be read.")


def test_who_states_a_prior_of_no_known_family_is_read_all_the_same(tmp_path: Path) -> None:
    """A misspelt family says nothing of the prior's basis, day and unit, so their faults come with it."""
    file = tmp_path / "study.toml"
    file.write_text(
        'extends = "hyperscalers-2026-01"\n[finance.wacc]\nfamily = "normall"\nmean = 0.08\nsd = 0.01\n'
        'unit = "1/yr"\nbasis = "guess"\nas_of = "yesterday"\nsizes = 3\nnote = "x"\n'
    )
    with pytest.raises(StudyError) as caught:
        simulator.load_study(file)
    keys = [fault.key for fault in caught.value.faults]
    # What its parameters should be, and which keys there are, the family decides.
    assert keys == [f"finance.wacc.{key}" for key in ("as_of", "basis", "family")]
