"""Units convert exactly where they measure the same, and nothing else passes for one."""

from math import isclose
from sys import float_info

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.study import units
from simulator.study.units import UnitError, check_unit, convert_factor

FACTORS = [
    ("USD mn/yr", "USD bn/yr", 0.001),
    ("USD tn", "USD bn", 1000.0),
    ("USD/MWh", "USD bn/GW/yr", 0.008766),
    ("USD bn / GW / yr", "USD mn/MW/yr", 1.0),
    ("months", "yr", 1 / 12),
    ("quarters", "yr", 0.25),
    ("years", "yr", 1.0),
    ("days", "yr", 1 / 365.25),
    ("%", "1", 0.01),
    ("percent/yr", "1/yr", 0.01),
    ("log/yr", "1/yr", 1.0),
    ("share", "1", 1.0),
    ("1/yr^0.5", "1/month**0.5", 12**-0.5),
    ("mn", "bn", 0.001),
    ("bn", "1", 1e9),
    ("MW", "GW", 0.001),
    ("GWh/yr", "GW", 1 / 8766),
    ("MJ/s", "MW", 1.0),
    ("bps", "%", 0.01),
    ("USD/MMBtu", "USD/GJ", 1e9 / 1055055852.62),
]


@pytest.mark.parametrize(("given_unit", "wanted", "factor"), FACTORS)
def test_factor_is_the_nearest_float_to_the_exact_one(given_unit: str, wanted: str, factor: float) -> None:
    # Rational arithmetic, rounded once; only a root batches again.
    assert isclose(convert_factor(given_unit, wanted), factor, rel_tol=2 * float_info.epsilon)
    if "0.5" not in given_unit:
        assert convert_factor(given_unit, wanted) == factor


@given(st.sampled_from(FACTORS))
def test_there_and_back_is_one(row: tuple[str, str, float]) -> None:
    # Two factors and their product are rounded, each by half an ulp; a root adds one to either.
    product = convert_factor(row[0], row[1]) * convert_factor(row[1], row[0])
    assert isclose(product, 1, rel_tol=4 * float_info.epsilon)


@pytest.mark.parametrize(
    ("given_unit", "wanted"),
    [
        ("GW", "years"),
        ("USD bn", "USD bn/yr"),
        ("USD", "EUR"),
        ("USD tonne/MW", "USD bn/GW"),
        ("1", "USD"),
        ("GW", "GWh"),
    ],
)
def test_what_measures_something_else_is_refused(given_unit: str, wanted: str) -> None:
    with pytest.raises(UnitError, match="measure different things"):
        convert_factor(given_unit, wanted)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "bnn",
        "USD bn//yr",
        "1000 USD",
        "2",
        "USD + yr",
        "yr^",
        "(yr",
        "yr^yr",
        "9**9**9**9",
        "yr^2^9^9",
        "1/0",
        "yr^1000",
        "nan",
        "__import__('os')",
        "USD\nbn",
        "degC",
        "USD bn per",
        "$",
        "€",
    ],
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        check_unit(text)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("USD B/yr", "bn"),
        ("USD M", "mn"),
        ("USD m/MW", "mn"),
        ("$ bn", "USD"),
        ("USD bnn", "bn"),
        ("GWs", "GW"),
        ("y", "yr"),
        ("moths", "months"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(text: str, nearest: str) -> None:
    """A billion is no byte: the product knows its own units, and no other reading of their letters."""
    with pytest.raises(UnitError, match=rf"Did you mean {nearest}\?"):
        check_unit(text)


@pytest.mark.parametrize(
    "text",
    ["bit", "deg", "turn", "pi", "alpha", "decade", "dB", "Np", "octave", "dBm", "degF", "byte"],
)
def test_units_of_other_fields_are_no_pure_numbers(text: str) -> None:
    with pytest.raises(UnitError, match="not a unit known here"):
        check_unit(text)


@given(st.text(alphabet="USDbnyrGW/*^() .1%_", max_size=12))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    try:
        check_unit(text)
    except UnitError:
        return
    assert convert_factor(text, text) == 1.0


@pytest.mark.parametrize("text", sorted(units.COMMON))
def test_what_is_known_to_be_a_unit_is_one(text: str) -> None:
    units._parse(text)
