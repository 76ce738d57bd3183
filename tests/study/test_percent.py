"""Per cent is understood where the unit is a rate or a share, and is no number elsewhere."""

import pytest

from simulator.errors import StudyError
from simulator.study import Study


def prior(value: object, unit: str) -> Study:
    return Study.from_dict({"priors": {"a": {"value": value, "unit": unit}}})


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("1", 0.075), ("1/yr", 0.075), ("share", 0.075), ("1/yr^0.5", 0.075), ("%", 7.5), ("percent/yr", 7.5)],
)
def test_a_per_cent_is_a_number_in_the_unit(unit: str, expected: float) -> None:
    assert prior("7.5%", unit).priors["a"].parameters["value"] == expected
    assert prior(0.1, unit).override({"a": "7.5 %"}).priors["a"].parameters["value"] == expected


def test_quantiles_and_bounds_may_be_per_cent() -> None:
    table = {
        "family": "normal",
        "quantiles": {"p10": "5%", "p90": "10%"},
        "bounds": ["0%", "50%"],
        "unit": "1/yr",
    }
    found = Study.from_dict({"priors": {"a": table}}).priors["a"]
    assert (dict(found.quantiles), found.bounds) == ({0.1: 0.05, 0.9: 0.1}, (0.0, 0.5))


@pytest.mark.parametrize(("value", "unit"), [("7.5%", "USD bn"), ("7.5%", "bn"), ("7.5%", "yr"), ("x%", "1")])
def test_elsewhere_it_is_no_number(value: str, unit: str) -> None:
    with pytest.raises(StudyError, match="number"):
        prior(value, unit)
    with pytest.raises(StudyError, match="number"):
        prior(1.0, unit).override({"a": value})
