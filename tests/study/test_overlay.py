"""A layer laid over another: chips of a company are changed and added one by one."""

import pytest

from simulator.buildout.settings import BuildoutSettings, Company
from simulator.errors import StudyError
from simulator.study import Study, load_study

BASE = "hyperscalers-2026-01"
PARTS = ("start", "ramp", "share", "cost", "energy", "realised")


def chip(name: str, of: str = "trainium3") -> dict[str, str]:
    return {"name": name, **{part: f"silicon.{of}.{part}" for part in PARTS}}


def companies(study: Study) -> tuple[Company, ...]:
    assert isinstance(study.settings, BuildoutSettings)
    return study.settings.companies


def chips_of(study: Study, company: str) -> list[str]:
    return next([c.name for c in one.chips] for one in companies(study) if one.name == company)


def with_chips(*chips: dict[str, str]) -> Study:
    return Study.from_dict({"extends": BASE, "company": [{"name": "amazon", "chip": list(chips)}]})


def test_a_new_chip_stands_after_those_of_the_base() -> None:
    base, found = load_study(BASE), with_chips(chip("trainium4"))
    assert chips_of(found, "amazon") == [*chips_of(base, "amazon"), "trainium4"]
    assert chips_of(found, "alphabet") == chips_of(base, "alphabet")


def test_structures_about_all_chips_are_about_a_new_one_too() -> None:
    """Where nothing is believed of makers' claims, nothing is of those of a chip that a layer adds."""
    priors = {
        f"silicon.trainium4.{part}": {"value": 0.5, "unit": "yr" if part in ("start", "ramp") else "1"}
        for part in PARTS
    }
    layer = {"company": [{"name": "amazon", "chip": [chip("trainium4", "trainium4")]}], "priors": priors}
    found = Study.from_dict({"extends": BASE, **layer})
    (structure,) = (one for one in found.structures if one.name == "unbelieved_chips")
    (mechanism,) = (one for one in found.mechanisms if one.name == "own_chips")
    assert (
        structure.values["silicon.trainium4.realised"]
        == mechanism.values["silicon.trainium4.realised"]
        == 0.0
    )


def test_a_chip_of_the_same_name_replaces_that_of_the_base_in_its_place() -> None:
    base, found = load_study(BASE), with_chips(chip("trainium3") | {"title": "Mine"})
    assert chips_of(found, "amazon") == chips_of(base, "amazon")
    assert "Mine" in {c.title for one in companies(found) for c in one.chips}


def test_a_chip_twice_and_one_without_its_priors_are_named_as_the_file_has_them() -> None:
    with pytest.raises(StudyError, match="trainium4 twice"):
        with_chips(chip("trainium4"), chip("trainium4"))
    lacking = {key: value for key, value in chip("trainium4").items() if key != "cost"}
    for faulty in (lacking, lacking | {"cost": "silicon.none"}):
        with pytest.raises(StudyError) as caught:
            with_chips(faulty)
        assert [fault.key for fault in caught.value.faults] == ["company.amazon.chip.trainium4.cost"]
